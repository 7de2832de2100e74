//! What an answer says of single networks: microG's `raw` list, which fills the cache of a phone.
//!
//! Where a Wi-Fi network or a Bluetooth device stands is never written, whoever asks and whatever the
//! caller hands in (`docs/specs/privacy.md` §4): only that it is not worth asking about.

use super::answer::{degrees, metres};
use cairn_ground::{CellId, LatLng, TransmitterId};
use serde::Serialize;
use serde_json::value::RawValue;

/// What is known of one network of a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RawNetwork {
    /// Which.
    pub id: TransmitterId,
    /// Where it is heard, with the radius R95 in metres; written for cells only.
    pub place: Option<(LatLng, f64)>,
    /// Whether a phone should leave it out of later queries: it moves.
    pub omit: bool,
    /// When this was learned, in milliseconds since the epoch, when known.
    pub timestamp_ms: Option<i64>,
}

/// One entry as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    wifi_access_point: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bluetooth_beacon: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell_tower: Option<Cell>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy: Option<Box<RawValue>>,
    omit: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    mac_address: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cell {
    radio_type: &'static str,
    mobile_country_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_network_code: Option<u16>,
    location_area_code: u32,
    #[serde(rename = "cellId")]
    identity: u64,
}

#[derive(Serialize)]
struct Location {
    lat: Box<RawValue>,
    lng: Box<RawValue>,
}

impl Entry {
    /// The entry; `None` when there is nothing to say of the network.
    pub(super) fn of(network: &RawNetwork) -> Option<Self> {
        let place = match network.id {
            TransmitterId::Cell(_) => network.place.filter(|_| !network.omit),
            TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
        };
        let entry = Self {
            wifi_access_point: None,
            bluetooth_beacon: None,
            cell_tower: None,
            location: place.and_then(|(place, _)| Location::of(place)),
            accuracy: place.and_then(|(_, r95_m)| RawValue::from_string(metres(r95_m)).ok()),
            omit: network.omit,
            timestamp: network.timestamp_ms,
        };
        let address = |address: cairn_ground::Bssid| Address { mac_address: address.to_string() };
        (network.omit || entry.location.is_some()).then(|| match network.id {
            TransmitterId::Wifi(bssid) => Self { wifi_access_point: Some(address(bssid)), ..entry },
            TransmitterId::Ble(bssid) => Self { bluetooth_beacon: Some(address(bssid)), ..entry },
            TransmitterId::Cell(id) => Self { cell_tower: Some(Cell::of(id)), ..entry },
        })
    }
}

impl Cell {
    const fn of(id: CellId) -> Self {
        Self {
            radio_type: id.radio().name(),
            mobile_country_code: id.mcc(),
            mobile_network_code: id.mnc(),
            location_area_code: id.area(),
            identity: id.cell(),
        }
    }
}

impl Location {
    fn of(place: LatLng) -> Option<Self> {
        let number = |text| RawValue::from_string(text).ok();
        Some(Self {
            lat: number(degrees(place.lat_deg()))?,
            lng: number(degrees(place.lng_deg()))?,
        })
    }
}
