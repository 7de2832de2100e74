//! Reports as a geosubmit v2 body, for our own clients and tests.

use crate::hint::Neighbor;
use cairn_ground::{AgeMs, CellId, TransmitterId};
use cairn_report::{Fix, FixSource, Observation, Report};
use serde::Serialize;

/// A body `{"items": […]}` that [`super::decode`] reads back to the same reports.
///
/// The same, that is, for values the decoder's ranges hold; a fix from a table is written as `fixed`
/// (a table is imported, never submitted).
pub fn encode(reports: &[Report]) -> Vec<u8> {
    let body = Body { items: reports.iter().map(Item::of).collect() };
    serde_json::to_vec(&body).unwrap_or_default()
}

#[derive(Serialize)]
struct Body {
    items: Vec<Item>,
}

/// A whole item.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    timestamp: i64,
    position: Position,
    #[serde(flatten)]
    heard: Lists,
}

/// The three lists of entries that items and queries share.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lists {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wifi_access_points: Vec<Radio>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bluetooth_beacons: Vec<Radio>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cell_towers: Vec<Cell>,
}

#[derive(Serialize)]
struct Position {
    latitude: f64,
    longitude: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    altitude: Option<f32>,
    #[serde(rename = "altitudeAccuracy", skip_serializing_if = "Option::is_none")]
    altitude_r68: Option<f32>,
    #[serde(skip_serializing_if = "is_zero")]
    age: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pressure: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<i8>,
    source: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Radio {
    mac_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal_strength: Option<f32>,
    #[serde(skip_serializing_if = "is_zero")]
    age: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_distance: Option<Distance>,
}

#[derive(Serialize)]
struct Distance {
    #[serde(rename = "distance")]
    measured_m: f64,
    #[serde(rename = "accuracy")]
    sigma_m: f64,
    #[serde(rename = "type")]
    sides: &'static str,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Cell {
    radio_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_country_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_network_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_area_code: Option<u32>,
    #[serde(rename = "cellId", skip_serializing_if = "Option::is_none")]
    identity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal_strength: Option<f32>,
    #[serde(skip_serializing_if = "is_zero")]
    age: i32,
    #[serde(rename = "primaryScramblingCode", skip_serializing_if = "Option::is_none")]
    unit: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timing_advance: Option<u16>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_zero(age_ms: &i32) -> bool {
    *age_ms == AgeMs::ZERO.get()
}

impl Item {
    fn of(report: &Report) -> Self {
        Self {
            timestamp: report.timestamp().ms(),
            position: Position::of(report.fix()),
            heard: Lists::of(report.observations()),
        }
    }
}

impl Lists {
    pub(crate) fn of(observations: &[Observation]) -> Self {
        let mut lists = Self::default();
        for heard in observations {
            let signal_strength = heard.power.map(cairn_ground::Dbm::get);
            let age = heard.age.get();
            let radio = |address: cairn_ground::Bssid, frequency| Radio {
                mac_address: address.to_string(),
                signal_strength,
                age,
                frequency,
                estimated_distance: heard.range().map(|range| Distance {
                    measured_m: range.distance_m(),
                    sigma_m: range.sigma_m(),
                    sides: "TWO_SIDED",
                }),
            };
            match heard.transmitter {
                TransmitterId::Wifi(address) => {
                    lists.wifi_access_points.push(radio(address, heard.frequency_mhz));
                }
                TransmitterId::Ble(address) => lists.bluetooth_beacons.push(radio(address, None)),
                TransmitterId::Cell(id) => lists.cell_towers.push(cell(id, heard)),
            }
        }
        lists
    }

    /// The same with the neighbor cells of a query.
    pub(crate) fn with(mut self, neighbors: &[Neighbor]) -> Self {
        self.cell_towers.extend(neighbors.iter().map(neighbor));
        self
    }
}

/// A cell that is told apart by its unit alone.
fn neighbor(heard: &Neighbor) -> Cell {
    Cell {
        radio_type: heard.radio.name(),
        signal_strength: heard.power.map(cairn_ground::Dbm::get),
        age: heard.age.get(),
        unit: Some(heard.unit),
        ..Cell::default()
    }
}

fn cell(id: CellId, heard: &Observation) -> Cell {
    Cell {
        radio_type: id.radio().name(),
        mobile_country_code: Some(id.mcc()),
        mobile_network_code: id.mnc(),
        location_area_code: Some(id.area()),
        identity: Some(id.cell()),
        signal_strength: heard.power.map(cairn_ground::Dbm::get),
        age: heard.age.get(),
        unit: heard.unit,
        timing_advance: heard.timing_advance,
    }
}

impl Position {
    fn of(fix: &Fix) -> Self {
        Self {
            latitude: fix.place.lat_deg(),
            longitude: fix.place.lng_deg(),
            accuracy: fix.r68.map(cairn_ground::Meters::get),
            altitude: fix.height_hae_m,
            altitude_r68: fix.height_r68_m,
            age: fix.age.get(),
            pressure: fix.pressure_hpa,
            speed: fix.speed_m_s,
            floor: fix.floor.map(cairn_ground::Floor::get),
            source: match fix.source {
                FixSource::Gnss => "gnss",
                FixSource::Fused => "fused",
                FixSource::Manual => "manual",
                FixSource::Survey => "survey",
                FixSource::Query => "query",
                FixSource::Table => "fixed",
            },
        }
    }
}
