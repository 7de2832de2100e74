//! How much is read and run at once.

/// Reports of one submission. Source: `evaluate.py` sends a hundred at a time.
pub(crate) const BATCH_REPORTS_MAX: usize = 100;

/// Threads that seal. Source: the project's machines have two cores.
pub(crate) const THREADS: usize = 2;
