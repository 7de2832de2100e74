//! What writer and readers share: which segments there are, and how far they may be read.

use crate::disk::Disk;
use crate::lock;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// The committed log: grows only, and only by what is durable.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) disk: Arc<dyn Disk>,
    state: Mutex<State>,
    grown: Condvar,
}

#[derive(Debug)]
struct State {
    /// First positions of the segments, rising.
    bases: Vec<u64>,
    committed: u64,
    closed: bool,
}

/// Where to read a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The segment's first position.
    pub(crate) base: u64,
    /// How far this segment may be read.
    pub(crate) end: u64,
}

impl Log {
    pub(crate) fn new(disk: Arc<dyn Disk>, bases: Vec<u64>, committed: u64) -> Self {
        let state = Mutex::new(State { bases, committed, closed: false });
        Self { disk, state, grown: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The first position kept and the end of what is durable.
    pub(crate) fn span(&self) -> (u64, u64) {
        let state = self.state();
        (state.bases.first().copied().unwrap_or(state.committed), state.committed)
    }

    pub(crate) fn n_segments(&self) -> usize {
        self.state().bases.len()
    }

    /// The segment that holds `position`; `None` at the end of what is durable.
    pub(crate) fn locate(&self, position: u64) -> Option<Stretch> {
        let state = self.state();
        if position >= state.committed {
            return None;
        }
        let next = state.bases.partition_point(|base| *base <= position);
        let base = *state.bases.get(next.checked_sub(1)?)?;
        let end = state.bases.get(next).copied().unwrap_or(state.committed);
        Some(Stretch { base, end: end.min(state.committed) })
    }

    /// The segment at `base` now exists, durably.
    pub(crate) fn begin_segment(&self, base: u64) {
        let mut state = self.state();
        if state.bases.last() != Some(&base) {
            state.bases.push(base);
        }
    }

    /// Everything before `end` is durable.
    pub(crate) fn commit(&self, end: u64) {
        self.state().committed = end;
        self.grown.notify_all();
    }

    /// Nothing more will come.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.grown.notify_all();
    }

    /// Waits until more than `position` is durable; false when the time is over or nothing more comes.
    pub(crate) fn wait_past(&self, position: u64, timeout: Duration) -> bool {
        let waiting = |state: &mut State| state.committed <= position && !state.closed;
        let waited = self.grown.wait_timeout_while(self.state(), timeout, waiting);
        waited.unwrap_or_else(std::sync::PoisonError::into_inner).0.committed > position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault_disk::FaultDisk;

    #[test]
    fn a_position_lies_in_the_segment_that_begins_last_before_it() {
        let log = Log::new(Arc::new(FaultDisk::new()), vec![0, 100, 300], 350);
        assert_eq!(log.locate(0), Some(Stretch { base: 0, end: 100 }));
        assert_eq!(log.locate(99), Some(Stretch { base: 0, end: 100 }));
        assert_eq!(log.locate(100), Some(Stretch { base: 100, end: 300 }));
        assert_eq!(log.locate(300), Some(Stretch { base: 300, end: 350 }));
        assert_eq!(log.locate(350), None);
    }
}
