//! The largest input each decoder accepts; one past any of these is refused by name.
//!
//! Reports of a submission and observations of a report have their limits in `cairn_report::limits`.

use cairn_report::limits::{OBSERVATIONS_PER_REPORT_MAX, REPORTS_PER_BATCH_MAX};

/// A request body after inflation, for the caller to pass as a cap: 1,000 items of 16 KiB.
pub const BODY_BYTES_MAX: usize = 16 << 20;
/// Bytes inflated between two looks at the cap: what a decoder may hold beyond it.
pub const BLOCK_BYTES: usize = 32 << 10;
/// Largest zstd window of a request body, as a power of two (8 MiB: every level up to 19 fits).
pub const ZSTD_WINDOW_LOG_MAX: u32 = 23;
/// Largest zstd window of an imported file, as a power of two (128 MiB: what `zstd --long` writes).
pub const ZSTD_FILE_WINDOW_LOG_MAX: u32 = 27;
/// One line of a CSV file.
pub const CSV_LINE_BYTES_MAX: usize = 1 << 20;
/// One line of a JSON-lines file: it may hold a whole submission.
pub const JSON_LINE_BYTES_MAX: usize = 8 << 20;
/// Columns of a CSV row (`WiGLE` 1.6 has 14, `NeoStumbler` 19).
pub const CSV_COLUMNS_MAX: usize = 32;
/// Readings held while rows are joined into reports (about 64 MiB); past it the open reports are
/// handed on and joining starts anew, so that a file of any size is read in bounded memory.
pub const JOIN_READINGS_MAX: usize = 1 << 20;
/// The same for formats that write a report's rows one after the other.
pub const JOIN_NEAR_READINGS_MAX: usize = 1 << 14;
/// Members of a zip archive.
pub const ZIP_MEMBERS_MAX: usize = 64;
/// One member of a zip archive, inflated (streamed, never held).
pub const ZIP_MEMBER_BYTES_MAX: u64 = 4 << 30;
/// The answer of another location service.
pub const EXTERNAL_ANSWER_BYTES_MAX: usize = 64 << 10;
/// Cells of a query to Unwired Labs. Source: their API's documentation, `cells`.
pub const UNWIRED_CELLS_MAX: usize = 7;
/// Wi-Fi networks of a query to Unwired Labs. Source: their API's documentation, `wifi`.
pub const UNWIRED_WIFI_MAX: usize = 15;
/// Scans of one track request: half an hour of a phone that scans every two seconds.
pub const TRACK_SCANS_MAX: usize = 1_000;
/// Readings of motion sensors of one track request: half an hour at 25 Hz.
pub const TRACK_IMU_MAX: usize = 50_000;
/// Steps of one track request: half an hour of running.
pub const TRACK_STEPS_MAX: usize = 6_000;
/// Readings of a barometer of one track request: half an hour at 5 Hz.
pub const TRACK_PRESSURES_MAX: usize = 10_000;
/// Characters of a session's name.
pub const TRACK_SESSION_CHARS_MAX: usize = 128;
/// Characters of the name that a query of a batch may have.
pub const QUERY_ID_CHARS_MAX: usize = 128;
/// How far the start of a file is looked at to tell its format.
pub const SNIFF_BYTES: usize = 4 << 10;

const _: () = assert!(JSON_LINE_BYTES_MAX <= BODY_BYTES_MAX);
const _: () = assert!(JOIN_NEAR_READINGS_MAX > OBSERVATIONS_PER_REPORT_MAX);
const _: () = assert!(REPORTS_PER_BATCH_MAX * 8_000 <= JSON_LINE_BYTES_MAX);
