//! What is asked: the bodies of queries and of the newest submissions, as `wire` reads them.
//!
//! Types that nobody builds: their fields become schemas and their comments the descriptions. They say
//! what a field is meant to hold; `lenient` adds what else is read.
#![expect(dead_code, reason = "described, never built")]

use utoipa::ToSchema;

/// A query: what a device hears. All of it may be missing; then the client's address is asked about.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct LocateQuery {
    /// Wi-Fi networks heard. An answer needs two that the map knows, of two devices.
    wifi_access_points: Option<Vec<WifiAccessPoint>>,
    /// Bluetooth devices heard. An answer needs two that the map knows.
    bluetooth_beacons: Option<Vec<BluetoothBeacon>>,
    /// Cells of mobile networks heard.
    cell_towers: Option<Vec<CellTower>>,
    /// The radio of cells that name none: gsm, wcdma (or umts), lte, nr.
    #[schema(pattern = "^(gsm|wcdma|umts|lte|nr)$")]
    radio_type: Option<String>,
    /// Whether the client's address may answer (default true); counts only without `fallbacks`.
    consider_ip: Option<bool>,
    /// What may answer when no network does.
    fallbacks: Option<Fallbacks>,
    /// Extension: true asks for the radii at all levels of confidence.
    uncertainty: Option<bool>,
    /// Extension: true asks for what is known of the networks one by one, as microG reads it.
    raw: Option<bool>,
    /// Not used. Text; another type than text is an error, as with the peers.
    #[schema(schema_with = super::lenient::text_or_nothing)]
    carrier: Option<String>,
    /// Not used.
    home_mobile_country_code: Option<u32>,
    /// Not used.
    home_mobile_network_code: Option<u32>,
}

/// What may answer when no network does.
#[derive(ToSchema)]
struct Fallbacks {
    /// The client's address (default true).
    ipf: Option<bool>,
    /// The area of a cell (default true).
    lacf: Option<bool>,
}

/// A Wi-Fi network.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct WifiAccessPoint {
    /// Its address (BSSID): 12 hexadecimal digits, `:`, `-`, `.` between them or nothing.
    #[schema(pattern = "^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}$")]
    mac_address: String,
    /// Power received, in dBm.
    #[schema(minimum = -100, maximum = -10)]
    signal_strength: Option<i32>,
    /// Milliseconds between hearing it and the instant of the query or report.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
    /// Centre frequency in MHz.
    #[schema(minimum = 2400, maximum = 7125)]
    frequency: Option<u32>,
    /// Channel; read when there is no frequency.
    #[schema(minimum = 1, maximum = 177)]
    channel: Option<u32>,
    /// Not used.
    signal_to_noise_ratio: Option<i32>,
    /// Its name, which is looked at for `_nomap` and never kept. An empty one is a hidden network: left out.
    ssid: Option<String>,
    /// How far it was measured to be (802.11mc, 802.11az).
    estimated_distance: Option<EstimatedDistance>,
}

/// A distance measured by round-trip time.
#[derive(ToSchema)]
struct EstimatedDistance {
    /// Metres; what is negative reads as 0.
    #[schema(minimum = -5, maximum = 819)]
    distance: f64,
    /// Standard deviation in metres (default 2).
    #[schema(minimum = 0, maximum = 100)]
    accuracy: Option<f64>,
    /// Whether the other side's delay is known: only `TWO_SIDED` is used.
    #[schema(pattern = "^(ONE_SIDED|TWO_SIDED)$")]
    r#type: Option<String>,
}

/// A Bluetooth device.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct BluetoothBeacon {
    /// Its address: 12 hexadecimal digits, `:`, `-`, `.` between them or nothing.
    #[schema(pattern = "^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}$")]
    mac_address: String,
    /// Power received, in dBm.
    #[schema(minimum = -127, maximum = 0)]
    signal_strength: Option<i32>,
    /// Milliseconds between hearing it and the instant of the query or report.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
    /// How far it was measured to be (channel sounding).
    estimated_distance: Option<EstimatedDistance>,
    /// Not used.
    name: Option<String>,
}

/// A cell of a mobile network.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct CellTower {
    /// gsm, wcdma (or umts), lte, nr; without one, that of the query or report.
    #[schema(pattern = "^(gsm|wcdma|umts|lte|nr)$")]
    radio_type: Option<String>,
    /// Country code (MCC).
    #[schema(minimum = 202, maximum = 995)]
    mobile_country_code: u32,
    /// Network code (MNC). Without one the cell is one of an unknown network of its country.
    #[schema(minimum = 0, maximum = 999)]
    mobile_network_code: Option<u32>,
    /// Area code (LAC, TAC).
    #[schema(minimum = 1, maximum = 16_777_215)]
    location_area_code: u32,
    /// The cell. In a query, an entry without one stands for its area.
    #[schema(minimum = 1, maximum = 68_719_476_735_u64)]
    cell_id: Option<u64>,
    /// The cell of an nr entry in Google's words; read when there is no `cellId`.
    #[schema(minimum = 1, maximum = 68_719_476_735_u64)]
    new_radio_cell_id: Option<u64>,
    /// Country code as text; read when there is no number.
    mobile_country_code_str: Option<String>,
    /// Network code as text; read when there is no number.
    mobile_network_code_str: Option<String>,
    /// Power received, in dBm; what is possible depends on the radio.
    #[schema(minimum = -156, maximum = -25)]
    signal_strength: Option<i32>,
    /// Power in arbitrary strength units; read when there is no `signalStrength`.
    asu: Option<i32>,
    /// Milliseconds between hearing it and the instant of the query or report.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
    /// Timing advance in the radio's steps (gsm to 63, lte to 1,282, nr to 3,846).
    #[schema(minimum = 0, maximum = 3_846)]
    timing_advance: Option<i32>,
    /// PSC or PCI (wcdma to 511, lte to 503, nr to 1,007). In a query, an entry with one and without an
    /// identity is a neighbor of the other cells.
    #[schema(minimum = 0, maximum = 1_007)]
    primary_scrambling_code: Option<i32>,
    /// The same in other words.
    #[schema(minimum = 0, maximum = 1_007)]
    physical_cell_id: Option<i32>,
    /// Not used.
    serving: Option<i32>,
}

/// A submission: reports, of which the first 1,000 that can be used are kept.
#[derive(ToSchema)]
pub(super) struct Submission {
    /// The reports. One that cannot be used costs itself and not its neighbours.
    items: Vec<Report>,
}

/// A report: where a device was and what it heard there.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct Report {
    /// Milliseconds since 1970-01-01 UTC; without, the instant of receipt.
    #[schema(minimum = 1_000_000_000_000_i64, maximum = 9_999_999_999_999_i64)]
    timestamp: Option<i64>,
    /// The radio of cells that name none: gsm, wcdma (or umts), lte, nr.
    #[schema(pattern = "^(gsm|wcdma|umts|lte|nr)$")]
    radio_type: Option<String>,
    /// Where the device was.
    position: Position,
    /// Wi-Fi networks heard.
    wifi_access_points: Option<Vec<WifiAccessPoint>>,
    /// Bluetooth devices heard.
    bluetooth_beacons: Option<Vec<BluetoothBeacon>>,
    /// Cells of mobile networks heard.
    cell_towers: Option<Vec<CellTower>>,
}

/// Where a device was.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct Position {
    /// Degrees north.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    /// Radius in metres that holds the truth with 68 %, as phones state it; 0 means not stated.
    #[schema(minimum = 0, maximum = 1_000_000)]
    accuracy: Option<f64>,
    /// Metres above the WGS 84 ellipsoid, as Android's getAltitude gives them; kept where `source` is stated.
    #[schema(minimum = -10_911, maximum = 100_000)]
    altitude: Option<f64>,
    /// Half width of the altitude at 68 %, in metres.
    altitude_accuracy: Option<f64>,
    /// Milliseconds between the fix and the timestamp.
    #[schema(minimum = -3_600_000, maximum = 3_600_000)]
    age: Option<i64>,
    /// Not used. Degrees clockwise from north.
    heading: Option<f64>,
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
}
