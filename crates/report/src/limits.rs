//! The largest submission this room accepts; one past any of these is refused by name.

/// Reports in one submission. Ichnaea has no limit; NeoStumbler sends up to 950 (peers.md §2.9).
pub const REPORTS_PER_BATCH_MAX: usize = 1_000;
/// Characters of a program's name. Source: the longest of known apps has 20.
pub const APP_NAME_CHARS_MAX: usize = 32;
/// Characters of a program's version, with what follows its numbers.
pub const APP_VERSION_CHARS_MAX: usize = 31;
/// Digits of one number of a version: a date has 8, an identity more.
pub const APP_VERSION_PART_CHARS_MAX: usize = 8;
/// Observations of one report, all technologies together.
pub const OBSERVATIONS_PER_REPORT_MAX: usize = 512;
