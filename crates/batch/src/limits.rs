//! The bounds of a rebuild.

use std::time::Duration;

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
pub const MEMORY_BYTES_MIN: usize = 24 << 20;

/// Bytes of a transmitter's part, about the largest.
///
/// # Source
/// A simulated month of 1.2·10⁸ readings: 101,029 parts are 1.0 GB; the largest hold twice the mean.
pub const PART_BYTES: usize = 20 << 10;

/// Rows that the engine hands on at a time, so that one batch of parts is a 64th of its memory.
///
/// # Source
/// `DataFusion` merges what it spilled holding two batches of each file: with its usual 8,192 rows that is 160 MB of
/// parts a file.
pub fn batch_rows(memory_bytes: usize) -> usize {
    (memory_bytes / 64 / PART_BYTES).clamp(64, 8_192)
}

/// Most threads of one engine.
pub const THREADS_MAX: usize = 64;

/// How often a job is submitted.
///
/// # Source
/// Choice: one executor lost costs one attempt at most; five in a row are no accident.
pub const ATTEMPTS_MAX: u32 = 5;

/// Pause before a job is submitted again.
pub const PAUSE_BETWEEN_ATTEMPTS: Duration = Duration::from_secs(2);

/// The longest an attempt at a job may take, unless told otherwise.
pub const DEADLINE: Duration = Duration::from_hours(1);

/// After how long without a sign of life an executor is given up, unless told otherwise.
///
/// # Source
/// Measured before the engine was chosen: at 5 s busy executors were given up wrongly and their stages
/// rolled back; at 30 s none was (docs/decisions/2026-11-26-batch-engine.md).
pub const EXECUTOR_TIMEOUT: Duration = Duration::from_secs(30);

/// Least and greatest of it.
pub const EXECUTOR_TIMEOUTS: (Duration, Duration) =
    (Duration::from_secs(5), Duration::from_mins(10));

/// Time between an executor's signs of life: several within the time-out.
pub const HEARTBEAT: Duration = Duration::from_secs(5);

const _: () = assert!(HEARTBEAT.as_secs() * 3 < EXECUTOR_TIMEOUT.as_secs());
