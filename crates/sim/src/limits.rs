//! The largest town, scan and world this room makes; a larger wish is lowered to these.

/// Transmitters a town may be asked for: about 200 bytes each.
pub const TRANSMITTERS_MAX: usize = 2_000_000;
/// Days a town lives.
pub const DAYS_MAX: u16 = 3_650;
/// Wi-Fi and Bluetooth transmitters one scan reports, strongest first.
pub const HEARD_PER_SCAN_MAX: usize = 60;
/// Cells one scan reports: the serving cell and its neighbours.
pub const CELLS_PER_SCAN_MAX: usize = 6;
/// Characters of a world's text.
pub const WORLD_TEXT_MAX: usize = 64 * 1024;
/// Phones that teach one world.
pub const WORLD_PHONES_MAX: u32 = 1_000;
/// Reports one world may make: taught squares times phones.
pub const WORLD_REPORTS_MAX: usize = 100_000;
