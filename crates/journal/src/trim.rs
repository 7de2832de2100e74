//! Removing what nobody needs any more: whole segments at the start of the log.
//!
//! In this order, so that after a crash the segments that are there are the end of the log, whole: what
//! retries need to know is written; readers are turned away; then segment by segment, oldest first, the
//! file goes and the folder is synced.

use crate::error::{StorageFault, attempt};
use crate::frame::segment_name;
use crate::log::Log;
use crate::{Position, lock, retries};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trimmed {
    /// Where the log begins now.
    pub start: Position,
    /// Segment files removed.
    pub segments: usize,
    /// Record bytes that are no longer kept.
    pub bytes: u64,
}

/// The one that trims a journal.
#[derive(Debug)]
pub(crate) struct Trimmer {
    log: Arc<Log>,
    /// Batches whose retries are recognized.
    n_remembered_max: usize,
    /// First positions of segments that are no longer read and whose files are still to go.
    leftover: Mutex<VecDeque<u64>>,
}

impl Trimmer {
    pub(crate) const fn new(log: Arc<Log>, n_remembered_max: usize) -> Self {
        Self { log, n_remembered_max, leftover: Mutex::new(VecDeque::new()) }
    }

    /// Removes whole closed segments before `before`.
    pub(crate) fn trim(&self, before: u64) -> Result<Trimmed, StorageFault> {
        let mut leftover = lock(&self.leftover);
        let former = self.log.span().0;
        let (bases, start) = self.log.behind(before);
        if !bases.is_empty() {
            retries::keep(&self.log, start, self.n_remembered_max)?;
            self.log.drop_before(start);
            leftover.extend(bases);
        }
        let mut n_removed = 0;
        while let Some(base) = leftover.front() {
            self.remove(&segment_name(*base))?;
            leftover.pop_front();
            n_removed += 1;
        }
        if n_removed > 0 {
            retries::remove_older(&*self.log.disk, start)?;
        }
        Ok(Trimmed { start: Position::new(start), segments: n_removed, bytes: start - former })
    }

    fn remove(&self, name: &str) -> Result<(), StorageFault> {
        match self.log.disk.remove(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => attempt("remove", removed),
        }?;
        attempt("sync folder", self.log.disk.sync_dir())
    }
}

#[cfg(test)]
#[path = "trim_tests.rs"]
mod tests;
