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

/// Seconds between two fixes between which a reading is placed.
///
/// # Source
/// The evaluation's own surveys are interpolated up to a minute; a phone that reports while it walks
/// takes a fix more often than that.
pub const LINK_MAX_S: f64 = 60.0;

/// Standard deviations of two fixes, beyond the way at 50 m/s, past which nothing is placed between them.
/// Source: one in ninety of honest pairs.
pub const LINK_SIGMAS: f64 = 3.0;

/// Standard deviations of two fixes, and metres besides, beyond the way at 50 m/s, past which one phone
/// was not at both.
///
/// # Source
/// Choice: reflections in streets throw a fix that claims a few metres by a block, and no farther.
pub const REACH_SIGMAS: f64 = 5.0;

/// Metres besides the [`REACH_SIGMAS`]. Source: as there, a block.
pub const REACH_SLACK_M: f64 = 100.0;

/// Milliseconds of the step in which phones' clocks are usually written. Source: formats with whole seconds.
pub const CLOCK_STEP_MS: i64 = 1_000;

/// Milliseconds of the step that is too coarse to say what lies between two fixes.
///
/// # Source
/// Some logs of the evaluation data (ariel) have whole minutes, and 160 m between fixes of one minute.
pub const CLOCK_COARSE_MS: i64 = 60_000;

/// Variance per axis that a walk between two set places gathers, in m² a second.
///
/// # Source
/// Walks of the evaluation data (indoor-ms) stray from the line between two points some seconds apart by
/// 0.44 m (median) and 1.75 m (of twenty the farthest).
pub const BRIDGE_M2_PER_S: f64 = 0.5;

/// Spectral density of a walker's acceleration, m²/s³. Source: 0.5 m/s² that lasts a second.
pub const JOLT_WALKING: f64 = 0.25;

/// Spectral density of a vehicle's acceleration, m²/s³. Source: 2 m/s² that lasts a second.
pub const JOLT_DRIVING: f64 = 4.0;

/// Speed in m/s from which a phone is a vehicle's. Source: choice, a runner's.
pub const SPEED_DRIVING_M_S: f64 = 3.0;

/// Stated speed in m/s up to which a phone stands, and how sure that is. Source: receivers' noise.
pub const SPEED_STANDING_M_S: f64 = 0.3;

/// Standard deviation per axis of a way's first velocity, m/s. Source: choice, town traffic.
pub const SPEED_START_SIGMA_M_S: f64 = 15.0;

/// Seconds that a receiver's error lasts: fixes within it are worth one.
///
/// # Source
/// Choice, short of the minute or so over which reflections and the sky's errors last, so that fixes
/// seconds apart still show a turn.
pub const ERROR_LASTS_S: f64 = 10.0;

/// Share of a fix' σ that no number of neighbours smooths away. Source: as [`ERROR_LASTS_S`]: the error
/// that outlasts the way is about half of it.
pub const SMOOTHED_SHARE_MIN: f64 = 0.5;

/// Fixes of a way, to which others lead, that may contradict their own claims. Source: choice; less has
/// no median.
pub const CLAIM_STOPS_MIN: usize = 6;

/// Times too small from which a claim is widened. Source: choice: honest receivers are
/// off by less than two.
pub const CLAIM_FACTOR_MIN: f64 = 2.0;

/// At most that many times a claim is widened. Source: choice; what is farther off jumps.
pub const CLAIM_FACTOR_MAX: f64 = 10.0;

/// Metres a phone says it went while its place stayed the same, beyond what the fix claims.
///
/// # Source
/// Choice: a walker's minute, more than receivers hold a place still to look steady.
pub const FROZEN_MIN_M: f64 = 100.0;

/// Share of a batch's fixes that must be one way to contradict the others. Source: choice.
pub const JUMP_MAIN_SHARE: f64 = 0.8;

/// Fixes such a way has at least. Source: choice: one lying fix of five is the share.
pub const JUMP_MAIN_MIN: usize = 4;

/// Milliseconds between two stated instants of one cached reading.
///
/// # Source
/// Evaluation data (indoor-ms): of readings listed again with the same power, 92 in 100 state the same
/// millisecond and the others one within five.
pub const REPEAT_MS: i64 = 20;

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
const _: () = assert!(LINK_SIGMAS <= REACH_SIGMAS && CLOCK_STEP_MS < CLOCK_COARSE_MS);
const _: () = assert!(CLAIM_FACTOR_MIN < CLAIM_FACTOR_MAX && CLAIM_STOPS_MIN >= 3);
const _: () = assert!(SPEED_ASSUMED_M_S < SPEED_MAX_M_S);
