//! What is told: the bodies of answers and of errors.
#![expect(dead_code, reason = "described, never built")]

use utoipa::ToSchema;

/// A place.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct LocateAnswer {
    /// Where.
    location: Location,
    /// Radius in metres that holds the truth with 95 %.
    #[schema(minimum = 0, maximum = 40_000_000)]
    accuracy: f64,
    /// Extension: the radii at all levels, when asked for, and always with a floor.
    #[schema(nullable = false)]
    uncertainty: Option<Uncertainty>,
    /// Extension: the level, when it is known.
    #[schema(nullable = false)]
    floor: Option<FloorAnswer>,
    /// What was fallen back to, if anything.
    #[schema(nullable = false)]
    fallback: Option<Fallback>,
    /// Extension, as microG reads it: what is known of the networks one by one. Only cells have a place here.
    #[schema(nullable = false)]
    raw: Option<Vec<RawNetwork>>,
}

/// What was fallen back to: `ipf` the client's address, `lacf` a cell's area.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[schema(rename_all = "lowercase")]
#[cfg_attr(test, serde(rename_all = "lowercase"))]
enum Fallback {
    Ipf,
    Lacf,
}

/// A place on the globe, WGS 84.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Location {
    /// Degrees north, at most 7 decimals.
    #[schema(minimum = -90, maximum = 90)]
    lat: f64,
    /// Degrees east, at most 7 decimals.
    #[schema(minimum = -180, maximum = 180)]
    lng: f64,
    /// Metres above the WGS 84 ellipsoid, when known.
    #[schema(nullable = false)]
    altitude: Option<f64>,
    /// Half width in metres that holds the true altitude with 95 %; there when `altitude` is.
    #[schema(nullable = false, minimum = 0, rename = "verticalAccuracy")]
    #[cfg_attr(test, serde(rename = "verticalAccuracy"))]
    vertical: Option<f64>,
}

/// Radii in metres that hold the truth with 50, 68, 90 and 95 %.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Uncertainty {
    /// Half of the time.
    #[schema(minimum = 0)]
    r50: f64,
    /// With 68 %: Android's meaning of accuracy.
    #[schema(minimum = 0)]
    r68: f64,
    /// With 90 %.
    #[schema(minimum = 0)]
    r90: f64,
    /// With 95 %: the same as `accuracy`.
    #[schema(minimum = 0)]
    r95: f64,
    /// True where the answer is outside of what the radii were measured on: they are wider for it.
    #[schema(nullable = false)]
    extrapolated: Option<bool>,
}

/// A level of a building.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct FloorAnswer {
    /// The level, the ground's being 0.
    level: i32,
    /// The probability that it is right.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
}

/// What is known of one network of the query.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(rename_all = "camelCase")]
#[cfg_attr(test, serde(rename_all = "camelCase"))]
struct RawNetwork {
    /// The Wi-Fi network, named by its address.
    #[schema(nullable = false)]
    wifi_access_point: Option<RawAddress>,
    /// The Bluetooth device, named by its address.
    #[schema(nullable = false)]
    bluetooth_beacon: Option<RawAddress>,
    /// The cell.
    #[schema(nullable = false)]
    cell_tower: Option<RawCell>,
    /// Where the cell is heard.
    #[schema(nullable = false)]
    location: Option<Location>,
    /// Radius in metres that holds the cell's truth with 95 %.
    #[schema(nullable = false, minimum = 0)]
    accuracy: Option<f64>,
    /// True: it moves; leave it out of later queries.
    omit: bool,
    /// When this was learned, in milliseconds since 1970-01-01 UTC, when known.
    #[schema(nullable = false)]
    timestamp: Option<i64>,
}

/// A network named by its address.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(rename_all = "camelCase")]
#[cfg_attr(test, serde(rename_all = "camelCase"))]
struct RawAddress {
    /// The address.
    mac_address: String,
}

/// A cell named by its parts.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(rename_all = "camelCase")]
#[cfg_attr(test, serde(rename_all = "camelCase"))]
struct RawCell {
    /// gsm, wcdma, lte or nr.
    radio_type: String,
    /// Country code (MCC).
    mobile_country_code: u32,
    /// Network code (MNC); absent when the query stated none.
    mobile_network_code: Option<u32>,
    /// Area code (LAC, TAC).
    location_area_code: u32,
    /// The cell.
    cell_id: u64,
}

/// A country.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct CountryAnswer {
    /// Its two letters (GENC).
    #[schema(min_length = 2, max_length = 2)]
    country_code: String,
    /// Its English name.
    country_name: String,
    /// `ipf` when networks were named and the address answered.
    #[schema(nullable = false)]
    fallback: Option<Fallback>,
}

/// What a submission is answered with: nothing, as with the peers. It is on disk.
#[derive(ToSchema)]
pub(super) struct Taken {}

#[cfg(test)]
#[path = "told_tests.rs"]
mod tests;
