//! How much is read and run at once.

/// Longest line of a data file, bytes. Source: the longest in the shared sets has 40 kB.
pub(crate) const LINE_BYTES_MAX: u64 = 8 << 20;

/// Reports of one submission. Source: `evaluate.py` sends a hundred at a time.
pub(crate) const BATCH_REPORTS_MAX: usize = 100;

/// Threads that seal. Source: the project's machines have two cores.
pub(crate) const THREADS: usize = 2;
