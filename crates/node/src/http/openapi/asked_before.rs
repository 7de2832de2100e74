//! What is asked in the two older versions of a submission.
#![expect(dead_code, reason = "described, never built")]

use super::asked::{BluetoothBeacon, CellTower, WifiAccessPoint};
use utoipa::ToSchema;

/// A submission of version 1: reports, of which the first 1,000 that can be used are kept.
#[derive(ToSchema)]
pub(super) struct SubmissionV1 {
    /// The reports. One that cannot be used costs itself and not its neighbours.
    items: Vec<ReportV1>,
}

/// A report of version 1: the members of the position stand beside the others.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct ReportV1 {
    /// Milliseconds since 1970-01-01 UTC; without, the instant of receipt.
    #[schema(minimum = 1_000_000_000_000_i64, maximum = 9_999_999_999_999_i64)]
    timestamp: Option<i64>,
    /// Degrees north.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    /// Radius in metres that holds the truth with 68 %; 0 means not stated.
    #[schema(minimum = 0, maximum = 1_000_000)]
    accuracy: Option<f64>,
    /// Metres above the WGS 84 ellipsoid, as Android's getAltitude gives them; kept where `source` is stated.
    #[schema(minimum = -10_911, maximum = 100_000)]
    altitude: Option<f64>,
    /// Milliseconds between the fix and the timestamp.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
    /// Pressure of the air in hPa.
    #[schema(minimum = 100, maximum = 1200)]
    pressure: Option<f64>,
    /// Metres per second.
    #[schema(minimum = 0, maximum = 300)]
    speed: Option<f64>,
    /// Where the fix comes from: gps (or gnss), fused, manual (or fixed), query; extension: survey.
    #[schema(pattern = "^(gps|gnss|fused|manual|fixed|query|survey)$")]
    source: Option<String>,
    /// Extension: the level, the ground's being 0.
    #[schema(minimum = -20, maximum = 120)]
    floor: Option<i32>,
    /// The radio of cells that name none: gsm, wcdma (or umts), lte, nr.
    #[schema(pattern = "^(gsm|wcdma|umts|lte|nr)$")]
    radio_type: Option<String>,
    /// Wi-Fi networks heard.
    wifi_access_points: Option<Vec<WifiAccessPoint>>,
    /// Bluetooth devices heard.
    bluetooth_beacons: Option<Vec<BluetoothBeacon>>,
    /// Cells of mobile networks heard.
    cell_towers: Option<Vec<CellTower>>,
}

/// A submission of version 0: reports, of which the first 1,000 that can be used are kept.
#[derive(ToSchema)]
pub(super) struct SubmissionV0 {
    /// The reports. One that cannot be used costs itself and not its neighbours.
    items: Vec<ReportV0>,
}

/// A report of version 0, in short words.
#[derive(ToSchema)]
pub(super) struct ReportV0 {
    /// When: an ISO 8601 date, or date and time (without a zone: UTC); without, the instant of receipt.
    time: Option<String>,
    /// Degrees north.
    #[schema(minimum = -90, maximum = 90)]
    lat: f64,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180)]
    lon: f64,
    /// Radius in metres that holds the truth with 68 %; 0 means not stated.
    #[schema(minimum = 0, maximum = 1_000_000)]
    accuracy: Option<f64>,
    /// Metres above the WGS 84 ellipsoid, as Android's getAltitude gives them; kept where `source` is stated.
    #[schema(minimum = -10_911, maximum = 100_000)]
    altitude: Option<f64>,
    /// Milliseconds between the fix and the time.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
    /// Pressure of the air in hPa.
    #[schema(minimum = 100, maximum = 1200)]
    pressure: Option<f64>,
    /// Metres per second.
    #[schema(minimum = 0, maximum = 300)]
    speed: Option<f64>,
    /// Where the fix comes from: gps (or gnss), fused, manual (or fixed), query; extension: survey.
    #[schema(pattern = "^(gps|gnss|fused|manual|fixed|query|survey)$")]
    source: Option<String>,
    /// Extension: the level, the ground's being 0.
    #[schema(minimum = -20, maximum = 120)]
    floor: Option<i32>,
    /// The radio of cells that name none: gsm, wcdma (or umts), lte, nr.
    #[schema(pattern = "^(gsm|wcdma|umts|lte|nr)$")]
    radio: Option<String>,
    /// Wi-Fi networks heard.
    wifi: Option<Vec<WifiV0>>,
    /// Bluetooth devices heard.
    blue: Option<Vec<BluetoothV0>>,
    /// Cells of mobile networks heard.
    cell: Option<Vec<CellV0>>,
}

/// A Wi-Fi network in version 0's words.
#[derive(ToSchema)]
struct WifiV0 {
    /// Its address (BSSID).
    #[schema(pattern = "^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}$")]
    key: String,
    /// Power received, in dBm.
    #[schema(minimum = -100, maximum = -10)]
    signal: Option<i32>,
    /// Milliseconds between hearing it and the time.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
    /// Centre frequency in MHz.
    #[schema(minimum = 2400, maximum = 7125)]
    frequency: Option<u32>,
    /// Channel; read when there is no frequency.
    #[schema(minimum = 1, maximum = 177)]
    channel: Option<u32>,
    /// Its name, which is looked at for `_nomap` and never kept.
    ssid: Option<String>,
}

/// A Bluetooth device in version 0's words.
#[derive(ToSchema)]
struct BluetoothV0 {
    /// Its address.
    #[schema(pattern = "^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}$")]
    key: String,
    /// Power received, in dBm.
    #[schema(minimum = -127, maximum = 0)]
    signal: Option<i32>,
    /// Milliseconds between hearing it and the time.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
}

/// A cell of a mobile network in version 0's words.
#[derive(ToSchema)]
struct CellV0 {
    /// gsm, wcdma (or umts), lte, nr; without one, that of the report.
    #[schema(pattern = "^(gsm|wcdma|umts|lte|nr)$")]
    radio: Option<String>,
    /// Country code (MCC).
    #[schema(minimum = 202, maximum = 995)]
    mcc: u32,
    /// Network code (MNC). Without one the cell is one of an unknown network of its country.
    #[schema(minimum = 0, maximum = 999)]
    mnc: Option<u32>,
    /// Area code (LAC, TAC).
    #[schema(minimum = 1, maximum = 16_777_215)]
    lac: u32,
    /// The cell.
    #[schema(minimum = 1, maximum = 68_719_476_735_u64)]
    cid: u64,
    /// Power received, in dBm; what is possible depends on the radio.
    #[schema(minimum = -156, maximum = -25)]
    signal: Option<i32>,
    /// Power in arbitrary strength units; read when there is no `signal`.
    asu: Option<i32>,
    /// Milliseconds between hearing it and the time.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
}
