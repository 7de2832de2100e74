//! What writer, readers and trimming share: which segments there are, and how far they may be read.

use crate::disk::Disk;
use crate::frame::{HEADER_BYTES, segment_base, segment_name};
use crate::survey::{Place, place};
use crate::{Position, lock};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// The committed log: grows only by what is durable, and shrinks only by whole segments at its start.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) disk: Arc<dyn Disk>,
    state: Mutex<State>,
    grown: Condvar,
    /// Another process may trim it.
    follows: bool,
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

/// A segment file, as far as it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name in the journal's folder.
    pub name: String,
    /// The position of its first record.
    pub start: Position,
    /// The position after its last record.
    pub end: Position,
}

impl Segment {
    /// Bytes from the file's start to the end of its last record.
    pub const fn file_bytes(&self) -> u64 {
        HEADER_BYTES as u64 + (self.end.get() - self.start.get())
    }
}

/// Where a position is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Located {
    /// In this segment.
    In(Stretch),
    /// At the end of what is durable, or behind it.
    End,
    /// Before the first segment kept.
    Trimmed,
}

impl Log {
    pub(crate) fn new(disk: Arc<dyn Disk>, bases: Vec<u64>, committed: u64) -> Self {
        let state = Mutex::new(State { bases, committed, closed: false });
        Self { disk, state, grown: Condvar::new(), follows: false }
    }

    /// The same of a journal that another process may write to and trim.
    pub(crate) fn following(disk: Arc<dyn Disk>, bases: Vec<u64>, committed: u64) -> Self {
        Self { follows: true, ..Self::new(disk, bases, committed) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The first position kept and the end of what is durable.
    pub(crate) fn span(&self) -> (u64, u64) {
        let state = self.state();
        (state.bases.first().copied().unwrap_or(state.committed), state.committed)
    }

    /// The segments, oldest first.
    pub(crate) fn segments(&self) -> Vec<Segment> {
        let state = self.state();
        let ends = state.bases.iter().skip(1).copied().chain([state.committed]);
        let segment = |(base, end): (&u64, u64)| Segment {
            name: segment_name(*base),
            start: Position::new(*base),
            end: Position::new(end),
        };
        state.bases.iter().zip(ends).map(segment).collect()
    }

    /// The byte of a file where a position is; `None` for one that is not kept.
    pub(crate) fn place_of(&self, position: u64) -> Option<Place> {
        match self.locate(position) {
            Located::In(stretch) => Some(place(stretch.base, position)),
            Located::End | Located::Trimmed => None,
        }
    }

    pub(crate) fn n_segments(&self) -> usize {
        self.state().bases.len()
    }

    /// The segment that holds `position`.
    pub(crate) fn locate(&self, position: u64) -> Located {
        let state = self.state();
        if position >= state.committed {
            return Located::End;
        }
        let next = state.bases.partition_point(|base| *base <= position);
        let Some(base) = next.checked_sub(1).and_then(|at| state.bases.get(at)) else {
            return Located::Trimmed;
        };
        let end = state.bases.get(next).copied().unwrap_or(state.committed);
        Located::In(Stretch { base: *base, end: end.min(state.committed) })
    }

    /// The closed segments that end at or before `before`, and where the log would begin without them.
    ///
    /// The last segment stays, though nothing may be in it: its name says where the log stands.
    pub(crate) fn behind(&self, before: u64) -> (Vec<u64>, u64) {
        let state = self.state();
        let next = state.bases.get(1..).unwrap_or_default();
        let n = next.partition_point(|base| *base <= before);
        let start = state.bases.get(n).copied().unwrap_or(state.committed);
        (state.bases[..n].to_vec(), start)
    }

    /// The log begins at `start` from now on.
    pub(crate) fn drop_before(&self, start: u64) {
        self.state().bases.retain(|base| *base >= start);
    }

    /// True when a segment that is not there was trimmed, rather than lost.
    pub(crate) fn is_trimmed(&self, position: u64) -> bool {
        let names = if self.follows { self.disk.list().unwrap_or_default() } else { vec![] };
        if let Some(start) = names.iter().filter_map(|name| segment_base(name)).min() {
            self.drop_before(start);
        }
        self.locate(position) == Located::Trimmed
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
        assert_eq!(log.locate(0), Located::In(Stretch { base: 0, end: 100 }));
        assert_eq!(log.locate(99), Located::In(Stretch { base: 0, end: 100 }));
        assert_eq!(log.locate(100), Located::In(Stretch { base: 100, end: 300 }));
        assert_eq!(log.locate(300), Located::In(Stretch { base: 300, end: 350 }));
        assert_eq!(log.locate(350), Located::End);
    }

    #[test]
    fn only_whole_segments_go_and_never_the_last() {
        let log = Log::new(Arc::new(FaultDisk::new()), vec![0, 100, 300], 350);
        assert_eq!(log.behind(99), (vec![], 0));
        assert_eq!(log.behind(100), (vec![0], 100));
        assert_eq!(log.behind(u64::MAX), (vec![0, 100], 300));
        log.drop_before(100);
        assert_eq!((log.span(), log.locate(99)), ((100, 350), Located::Trimmed));
        let empty_last = Log::new(Arc::new(FaultDisk::new()), vec![0, 100, 300], 300);
        assert_eq!(empty_last.behind(u64::MAX), (vec![0, 100], 300));
        let nothing = Log::new(Arc::new(FaultDisk::new()), vec![], 7);
        assert_eq!(nothing.behind(u64::MAX), (vec![], 7));
    }
}
