//! Every limit of this room, in one place.

/// Greatest number of records in one snapshot: positions in the index are 32 bits.
pub const RECORDS_MAX: u64 = u32::MAX as u64;

/// Records under one checksum: some 40,000 bytes, what a lazy reader checks at a first touch.
pub const BLOCK_RECORDS: u32 = 2048;

/// Least bits of the index: the top 8 bits of a key are stored nowhere else (16 or 24 when the index has as many).
pub const INDEX_BITS_MIN: u8 = 8;

/// Most bits of the index: 1 GiB of positions.
pub const INDEX_BITS_MAX: u8 = 28;

/// Files below this are checked whole when opened, unless the caller says otherwise.
///
/// # Source
/// Choice: what opening costs at most, some 50 ms of a core (docs/measured/serving.md).
pub const EAGER_BYTES_MAX: u64 = 64 << 20;

/// Most rows of calibration.
pub const CALIBRATION_ROWS_MAX: usize = 1024;

/// Most parameters of the solver.
pub const PHYSICS_MAX: usize = 65_536;

/// Most bytes of one building's model.
///
/// # Source
/// Choice: a mall of 4,000 transmitters takes 2 MB (docs/measured/accuracy.md).
pub const VENUE_BYTES_MAX: usize = 16 << 20;

/// Most bytes of all buildings' models in one snapshot: offsets are 32 bits.
pub const VENUES_BYTES_MAX: usize = u32::MAX as usize;

/// Longest code revision, in bytes.
pub const CODE_REVISION_BYTES_MAX: usize = 64;

/// Most overlays over one base: each costs every look-up a miss, so compaction must keep up.
pub const OVERLAYS_MAX: usize = 64;

/// Largest manifest read, in bytes.
pub const MANIFEST_BYTES_MAX: u64 = 64 << 10;

/// Longest name of a file in a manifest, in bytes.
pub const FILE_NAME_BYTES_MAX: usize = 128;

/// Threads of one bulk seal: each holds a run in memory, 92 MB of the usual length.
pub const BULK_THREADS_MAX: usize = 16;

/// Runs of one bulk seal.
pub const BULK_RUNS_MAX: u64 = 4_096;

/// Keys whose cache misses are overlapped in one pass of a batched look-up.
pub(crate) const LOOKUP_CHUNK: usize = 32;

const _: () = assert!(LOOKUP_CHUNK <= 64, "a chunk's pending keys are the bits of a u64");
const _: () = assert!(CODE_REVISION_BYTES_MAX <= 255, "the length of a code revision is one byte");
const _: () = assert!(
    OVERLAYS_MAX * 32 + 4 * FILE_NAME_BYTES_MAX + 512 < 64 << 10,
    "the largest legal manifest can be read back"
);
