//! The bounds of a rebuild.

/// How many times the sample's voices are tried first, and by how much more each further time.
///
/// # Source
/// Choice: a voice without one report of two transmitters at a sure place is rare; half of them would
/// have to be such for a second try.
pub const FACTOR_STEP: u16 = 2;

/// The most that are tried: 32,768 voices, 1.5 MB.
pub const FACTOR_MAX: u16 = 256;

/// Bytes the engine may hold before it spills to disk, unless told otherwise.
///
/// # Source
/// Choice: what a small server has to spare beside the map; the bench's 10⁷ rows run in it.
pub const MEMORY_BYTES: usize = 1 << 30;

/// Least bytes the engine works with.
///
/// # Source
/// `DataFusion` reserves 10 MB a partition for the merge of what it spilled.
pub const MEMORY_BYTES_MIN: usize = 64 << 20;

/// Most threads of one engine.
pub const THREADS_MAX: usize = 64;
