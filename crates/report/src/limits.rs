//! The largest submission this room accepts; one past any of these is refused by name.

/// Reports in one submission. Ichnaea has no limit; NeoStumbler sends up to 950 (peers.md §2.9).
pub const REPORTS_PER_BATCH_MAX: usize = 1_000;
/// Observations of one report, all technologies together.
pub const OBSERVATIONS_PER_REPORT_MAX: usize = 512;
