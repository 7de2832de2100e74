//! The bounds of what teaches. Each is the largest value that is still accepted.

/// Claimed R68 of a fix, in metres, for Wi-Fi readings. Source: Ichnaea, peers.md B 3.1, factor A.
pub const FIX_R68_WIFI_MAX_M: f64 = 200.0;

/// Claimed R68 of a fix, in metres, for Bluetooth readings. Source: Ichnaea, peers.md B 3.1, factor A.
pub const FIX_R68_BLE_MAX_M: f64 = 100.0;

/// Claimed R68 of a fix, in metres, for cell readings. Source: Ichnaea, peers.md B 3.1, factor A.
pub const FIX_R68_CELL_MAX_M: f64 = 1_000.0;

/// Radius of a cell in a published table, in metres.
///
/// # Source
/// Ichnaea's importer cuts `range` to 100,000 (peers.md A2).
pub const TABLE_R68_MAX_M: f64 = 100_000.0;

/// Standard deviation per axis, in metres, assumed of a fix that claims none.
///
/// # Source
/// Ichnaea reads a missing accuracy as 10 m (peers.md B 3.1, factor A).
pub const FIX_SIGMA_ASSUMED_M: f64 = 10.0;

/// R68 in metres assumed of a table's cell without a range.
///
/// # Source
/// The least radius Ichnaea answers for a cell (peers.md B 3.3).
pub const TABLE_R68_ASSUMED_M: f64 = 1_000.0;

/// Least standard deviation per axis, in metres, any place is believed to.
///
/// # Source
/// The surveyed indoor sets state about 0.5–1 m (evaluation data, indoor-ms).
pub const FIX_SIGMA_MIN_M: f64 = 1.0;

/// Standard deviation, in metres, assumed of a height without a claimed one.
///
/// # Source
/// GPS Standard Positioning Service performance standard, 5th ed. (2020), §3.8.3: 95 % of heights
/// within 13 m under open sky, σ of 6.6 m; half as much again for a phone among buildings.
pub const HEIGHT_SIGMA_ASSUMED_M: f32 = 10.0;

/// Least standard deviation, in metres, any height is believed to. Source: choice, as of a place.
pub const HEIGHT_SIGMA_MIN_M: f32 = 1.0;

/// Speed over ground in m/s. Source: Ichnaea, peers.md B 3.1, factor S.
pub const SPEED_MAX_M_S: f32 = 50.0;

/// Speed in m/s assumed of a phone that states none: a walker's.
///
/// # Source
/// R. W. Bohannon, *Comfortable and maximum walking speed of adults*, Age and Ageing 26 (1997):
/// comfortable gait 1.27–1.46 m/s between ages 20 and 59.
pub const SPEED_ASSUMED_M_S: f32 = 1.4;

/// Seconds between a reading and its fix. Source: Ichnaea drops beyond 20 s, peers.md B 3.1.
pub const GAP_MAX_S: f64 = 20.0;

/// Metres a phone may have gone between a reading and its fix. Source: beaconDB, peers.md B 3.4.
pub const GAP_MAX_M: f64 = 150.0;

/// Degrees around (0, 0) in which a fix is a receiver's zero, not a place.
///
/// # Source
/// beaconDB drops ±1° (peers.md §2.8); a hundredth is enough to catch zeros and keeps the rest of
/// the Gulf of Guinea: 1.1 km of open sea.
pub const NULL_ISLAND_DEG: f64 = 0.01;

/// First day a phone's clock is believed for: 2000-01-01, in days since 1970-01-01.
///
/// # Source
/// Choice: clocks that lost their time count from 1970 or 1980, and no phone scanned before.
pub const DAY_MIN: u16 = 10_957;

/// Days a report's day may be past the day of its receipt: time zones written as UTC.
///
/// # Source
/// Civil time is at most 14 h ahead of UTC (IANA time zone database, Pacific/Kiritimati).
pub const DAYS_AHEAD_MAX: u16 = 1;

const _: () = assert!(FIX_R68_BLE_MAX_M <= FIX_R68_WIFI_MAX_M);
const _: () = assert!(FIX_R68_WIFI_MAX_M <= FIX_R68_CELL_MAX_M);
const _: () = assert!(FIX_R68_CELL_MAX_M <= TABLE_R68_MAX_M);
const _: () = assert!(SPEED_ASSUMED_M_S < SPEED_MAX_M_S);
