//! Queries in the words of other services.

use super::Schema;
use crate::geolocate::LocateRequest;
use crate::limits::{UNWIRED_CELLS_MAX, UNWIRED_WIFI_MAX};
use cairn_ground::{CellId, CellRadio, TransmitterId};
use cairn_report::Observation;
use serde::Serialize;

/// The body of Ichnaea, Google and Combain.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Geolocate {
    consider_ip: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    radio_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wifi_access_points: Vec<Radio>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bluetooth_beacons: Vec<Radio>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cell_towers: Vec<Cell>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallbacks: Option<Fallbacks>,
}

#[derive(Serialize)]
struct Fallbacks {
    ipf: bool,
    lacf: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Radio {
    mac_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal_strength: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<i32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cell {
    #[serde(skip_serializing_if = "Option::is_none")]
    radio_type: Option<&'static str>,
    mobile_country_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_network_code: Option<u16>,
    location_area_code: u32,
    #[serde(rename = "cellId", skip_serializing_if = "Option::is_none")]
    identity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_radio_cell_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal_strength: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<i32>,
}

/// The body of Unwired Labs.
#[derive(Serialize)]
struct Unwired<'a> {
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    radio: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mcc: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mnc: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cells: Vec<UnwiredCell>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wifi: Vec<UnwiredWifi>,
    address: u8,
}

#[derive(Serialize)]
struct UnwiredCell {
    lac: u32,
    cid: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<i32>,
}

#[derive(Serialize)]
struct UnwiredWifi {
    bssid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<i32>,
}

pub(super) fn encode(schema: Schema, request: &LocateRequest, token: &str) -> Option<Vec<u8>> {
    let heard = &request.observations;
    match schema {
        Schema::Unwired => unwired(heard, token),
        Schema::Ichnaea => geolocate(schema, request, &cells(heard).collect::<Vec<_>>()),
        Schema::Google | Schema::Combain => {
            let radio = most(cells(heard).map(|(id, _)| id.radio()));
            let same = |(id, _): &(CellId, _)| Some(id.radio()) == radio;
            geolocate(schema, request, &cells(heard).filter(same).collect::<Vec<_>>())
        }
    }
}

fn geolocate(
    schema: Schema,
    request: &LocateRequest,
    cells: &[(CellId, &Observation)],
) -> Option<Vec<u8>> {
    let heard = &request.observations;
    let body = Geolocate {
        consider_ip: false,
        radio_type: match schema {
            Schema::Google | Schema::Combain => cells.first().map(|(id, _)| id.radio().name()),
            Schema::Ichnaea | Schema::Unwired => None,
        },
        wifi_access_points: pair(wifi(heard).map(Radio::of).collect()),
        bluetooth_beacons: match schema {
            Schema::Ichnaea => pair(ble(heard).map(Radio::of).collect()),
            _ => Vec::new(),
        },
        cell_towers: cells.iter().map(|(id, o)| Cell::of(schema, *id, o)).collect(),
        fallbacks: match schema {
            Schema::Google => None,
            _ => Some(Fallbacks { ipf: false, lacf: request.fallback_area }),
        },
    };
    let n = body.wifi_access_points.len() + body.bluetooth_beacons.len() + body.cell_towers.len();
    (n > 0).then(|| serde_json::to_vec(&body).unwrap_or_default())
}

fn unwired(heard: &[Observation], token: &str) -> Option<Vec<u8>> {
    let operator = |id: CellId| id.mnc().map(|mnc| (id.radio(), id.mcc(), mnc));
    let chosen = most(cells(heard).filter_map(|(id, _)| operator(id)));
    let mut strongest: Vec<_> =
        cells(heard).filter(|(id, _)| chosen.is_some() && operator(*id) == chosen).collect();
    strongest.sort_by_key(|(_, o)| std::cmp::Reverse(dbm(o)));
    let mut radios: Vec<_> = wifi(heard).collect();
    radios.sort_by_key(|o| std::cmp::Reverse(dbm(o)));
    let body = Unwired {
        token,
        radio: chosen.map(|(radio, ..)| match radio {
            CellRadio::Wcdma => "umts",
            other => other.name(),
        }),
        mcc: chosen.map(|(_, mcc, _)| mcc),
        mnc: chosen.map(|(.., mnc)| mnc),
        cells: strongest
            .iter()
            .take(UNWIRED_CELLS_MAX)
            .map(|(id, o)| UnwiredCell { lac: id.area(), cid: id.cell(), signal: dbm(o) })
            .collect(),
        wifi: pair(
            radios
                .iter()
                .take(UNWIRED_WIFI_MAX)
                .map(|o| UnwiredWifi { bssid: address(o), signal: dbm(o) })
                .collect(),
        ),
        address: 0,
    };
    let n = body.cells.len() + body.wifi.len();
    (n > 0).then(|| serde_json::to_vec(&body).unwrap_or_default())
}

impl Radio {
    fn of(heard: &Observation) -> Self {
        Self { mac_address: address(heard), signal_strength: dbm(heard), age: age(heard) }
    }
}

impl Cell {
    fn of(schema: Schema, id: CellId, heard: &Observation) -> Self {
        let is_google_nr = schema == Schema::Google && id.radio() == CellRadio::Nr;
        Self {
            radio_type: (schema == Schema::Ichnaea).then(|| id.radio().name()),
            mobile_country_code: id.mcc(),
            mobile_network_code: id.mnc(),
            location_area_code: id.area(),
            identity: (!is_google_nr).then(|| id.cell()),
            new_radio_cell_id: is_google_nr.then(|| id.cell()),
            signal_strength: dbm(heard),
            age: age(heard),
        }
    }
}

/// The cells that other services can know: of a stated network.
fn cells(heard: &[Observation]) -> impl Iterator<Item = (CellId, &Observation)> {
    heard.iter().filter_map(|observation| match observation.transmitter {
        TransmitterId::Cell(id) => id.mnc().map(|_stated| (id, observation)),
        TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
    })
}

fn wifi(heard: &[Observation]) -> impl Iterator<Item = &Observation> {
    heard.iter().filter(|o| matches!(o.transmitter, TransmitterId::Wifi(_)))
}

fn ble(heard: &[Observation]) -> impl Iterator<Item = &Observation> {
    heard.iter().filter(|o| matches!(o.transmitter, TransmitterId::Ble(_)))
}

/// The address with colons; a cell has none.
fn address(heard: &Observation) -> String {
    match heard.transmitter {
        TransmitterId::Wifi(address) | TransmitterId::Ble(address) => address.to_string(),
        TransmitterId::Cell(_) => String::new(),
    }
}

/// A list of one network is none: every provider wants two.
fn pair<T>(list: Vec<T>) -> Vec<T> {
    if list.len() < 2 { Vec::new() } else { list }
}

fn dbm(heard: &Observation) -> Option<i32> {
    #[expect(clippy::cast_possible_truncation, reason = "a power of three digits")]
    heard.power.map(|power| power.get().round() as i32)
}

/// The age, where it is one that everybody takes.
fn age(heard: &Observation) -> Option<i32> {
    Some(heard.age.get()).filter(|ms| *ms > 0)
}

/// What occurs most; the greatest of equals.
fn most<T: Ord + Copy>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut counts = std::collections::BTreeMap::new();
    for one in all {
        *counts.entry(one).or_insert(0_u32) += 1;
    }
    counts.into_iter().max_by_key(|(one, n)| (*n, *one)).map(|(one, _)| one)
}
