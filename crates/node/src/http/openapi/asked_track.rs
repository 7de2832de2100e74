//! What is asked about a track: scans with times, as `wire` reads them.
#![expect(dead_code, reason = "described, never built")]

use super::asked::{BluetoothBeacon, CellTower, WifiAccessPoint};
use utoipa::ToSchema;

/// A track: scans with times, in any order, and what the phone's own sensors said along it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct TrackQuery {
    /// The scans, each as a query. `items` is another name for it, so that the items of a submission can be sent
    /// as they are; where they say they are is not looked at.
    #[schema(max_items = 1_000)]
    scans: Vec<TrackScan>,
    /// Steps the phone counted: all of them between the first and the last scan. Until one was told, in this
    /// request or before in its session, no steps are known, and `imu` is looked at.
    #[schema(max_items = 6_000)]
    steps: Option<Vec<TrackStep>>,
    /// Readings of motion sensors, from which steps are found; at least 20 a second.
    #[schema(max_items = 50_000)]
    imu: Option<Vec<TrackImu>>,
    /// Readings of a barometer.
    #[schema(max_items = 10_000)]
    pressures: Option<Vec<TrackPressure>>,
    /// The client's name for a track that goes on over several requests.
    #[schema(schema_with = super::lenient::session_or_nothing)]
    session: Option<String>,
    /// Seconds for which a place of a session may still be revised (default 20).
    #[schema(minimum = 0, maximum = 120)]
    lag: Option<f64>,
    /// True asks for the radii at all levels of confidence.
    uncertainty: Option<bool>,
}

/// One scan.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct TrackScan {
    /// Milliseconds, of one clock for all of the track. Where no scan has one, nor anything else, scans are two
    /// seconds apart.
    #[schema(minimum = 0, maximum = 9_999_999_999_999_i64)]
    timestamp: Option<i64>,
    /// The radio of cells that name none: gsm, wcdma (or umts), lte, nr.
    #[schema(pattern = "^(gsm|wcdma|umts|lte|nr)$")]
    radio_type: Option<String>,
    /// Wi-Fi networks heard.
    wifi_access_points: Option<Vec<WifiAccessPoint>>,
    /// Bluetooth devices heard.
    bluetooth_beacons: Option<Vec<BluetoothBeacon>>,
    /// Cells of mobile networks heard.
    cell_towers: Option<Vec<CellTower>>,
    /// Pressure of the air in hPa.
    #[schema(minimum = 100, maximum = 1200)]
    pressure: Option<f64>,
}

/// A step.
#[derive(ToSchema)]
struct TrackStep {
    /// Milliseconds.
    #[schema(minimum = 0, maximum = 9_999_999_999_999_i64)]
    timestamp: i64,
    /// Metres.
    #[schema(minimum = 0.05, maximum = 3)]
    length: Option<f64>,
    /// Degrees clockwise from north; what the phone's compass says will do.
    #[schema(minimum = -360, maximum = 360)]
    heading: Option<f64>,
}

/// A reading of motion sensors.
#[derive(ToSchema)]
struct TrackImu {
    /// Milliseconds.
    #[schema(minimum = 0, maximum = 9_999_999_999_999_i64)]
    timestamp: i64,
    /// Acceleration with gravity along the phone's axes, metres per second squared.
    #[schema(min_items = 3, max_items = 3)]
    acceleration: Vec<f64>,
    /// Android's rotation vector x, y, z, or all of the unit quaternion x, y, z, w.
    #[schema(min_items = 3, max_items = 4)]
    rotation: Option<Vec<f64>>,
}

/// A reading of a barometer.
#[derive(ToSchema)]
struct TrackPressure {
    /// Milliseconds.
    #[schema(minimum = 0, maximum = 9_999_999_999_999_i64)]
    timestamp: i64,
    /// Pressure of the air in hPa.
    #[schema(minimum = 100, maximum = 1200)]
    pressure: f64,
}
