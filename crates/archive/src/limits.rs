//! The bounds of an archive.

/// Rows of one Parquet row group.
///
/// # Source
/// `DataFusion` and `DuckDB` plan by row groups of about 10⁵ to 10⁶ rows; 2¹⁷ rows of 23 columns are about
/// 13 MB unpacked, so that a reader's memory stays small.
pub const ROW_GROUP_ROWS_MAX: usize = 1 << 17;

/// Rows handed out at once when a file is read. Source: the default of Arrow's readers, times 8.
pub const BATCH_ROWS_MAX: usize = 8_192;

/// Share of look-ups that a bloom filter answers wrongly with "perhaps".
///
/// # Source
/// Parquet's own default is 5 %; at 1 % a filter takes 10 bits per distinct transmitter.
pub const BLOOM_FALSE_SHARE: f64 = 0.01;

/// Greatest number of shards, a power of two. Source: engines.md §2, "256 to 4096 shards".
pub const SHARDS_MAX: u32 = 4_096;
const _: () = assert!(SHARDS_MAX.is_power_of_two());

/// Greatest ordinal of a piece of evidence within its submission; a submission holds at most 1,000 reports.
pub const REPORT_MAX: u32 = i32::MAX as u32;

/// H3 resolution of a partition's region.
///
/// # Source
/// H3 documentation, *Tables of Cell Statistics*: at resolution 3 the world is 41,162 cells of 12,393 km².
pub const PARTITION_RESOLUTION: u8 = 3;

/// Bytes of a manifest: about 800,000 files. Source: choice: read whole, a second's work.
pub const MANIFEST_BYTES_MAX: u64 = 256 << 20;

/// Bytes of a file; what a reader holds of one at a time.
pub const FILE_BYTES_MAX: u64 = 512 << 20;

/// Things taken out that are remembered. Source: choice: each is a person's decision.
pub const EXCLUSIONS_MAX: usize = 10_000;

/// Manifests that are kept, the current one among them, with all their files.
pub const MANIFESTS_KEPT: u64 = 16;

/// Files of about one size in one partition that are merged into one.
///
/// # Source
/// Choice: every row is written again once for each factor of 16 that its partition grows by.
pub const MERGE_FILES: usize = 16;

/// Bytes of files merged at once: what a merge holds beside 16 batches of rows.
pub const MERGE_BYTES_MAX: u64 = 256 << 20;

/// Rows of a partition that are gathered at once; more are gathered in several passes over its files.
///
/// # Source
/// A row takes about 250 bytes on its way: 128 MB.
pub const GATHER_ROWS_MAX: u64 = 1 << 19;
