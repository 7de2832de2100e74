//! The bounded queue between appenders and the writer.

use crate::error::{AppendError, StorageFault};
use crate::journal::Done;
use crate::limits::{
    GATHER_STEP, GATHER_STEPS_MAX, GROUP_BYTES_MAX, GROUP_GATHERED, GROUP_RECORDS_MAX,
};
use crate::{Health, lock};
use cairn_report::SubmissionId;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A batch waiting to be written.
pub(crate) struct Pending {
    pub(crate) id: SubmissionId,
    pub(crate) payload: Vec<u8>,
    pub(crate) done: Done,
}

/// Batches in the order they came; refuses at once what it cannot take (J5).
pub(crate) struct Queue {
    records_max: usize,
    bytes_max: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Pending>,
    bytes: usize,
    refused_busy: u64,
    fault: Option<StorageFault>,
    closing: bool,
    dead: bool,
    roll: bool,
}

/// What the writer does next.
pub(crate) enum Work {
    /// Commits these.
    Group(Vec<Pending>),
    /// Closes the segment.
    Roll,
    /// Ends: the queue is closed and nothing is left.
    End,
}

/// How full a queue is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fill {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
    pub(crate) refused_busy: u64,
}

impl Queue {
    pub(crate) fn new(records_max: usize, bytes_max: usize) -> Self {
        Self { records_max, bytes_max, state: Mutex::default(), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Takes a batch in, or gives it back with the reason.
    pub(crate) fn push(&self, pending: Pending) -> Result<(), (Pending, AppendError)> {
        let mut state = self.state();
        if let Err(error) = self.refusal(&state, pending.payload.len()) {
            state.refused_busy += u64::from(matches!(error, AppendError::Busy { .. }));
            return Err((pending, error));
        }
        state.bytes += pending.payload.len();
        state.waiting.push_back(pending);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    fn refusal(&self, state: &State, bytes: usize) -> Result<(), AppendError> {
        if state.closing {
            return Err(AppendError::Closed);
        }
        if let Some(fault) = state.fault {
            return Err(fault.into());
        }
        if state.waiting.len() >= self.records_max || state.bytes + bytes > self.bytes_max {
            return Err(AppendError::Busy { records: state.waiting.len(), bytes: state.bytes });
        }
        Ok(())
    }

    /// What to do next, waiting for it.
    ///
    /// `n_answered` batches were just acknowledged. Whoever sent them is about to send the next: without
    /// a moment for these to come, clients fall into two halves that take turns, each with a sync of its
    /// own. A client that is alone never waits.
    pub(crate) fn take(&self, n_answered: usize) -> Work {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.closing && !state.roll;
        let n_expected = (self.fill().records + n_answered).min(GROUP_GATHERED);
        let waited = self.changed.wait_while(self.state(), idle);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        for _ in 0..GATHER_STEPS_MAX {
            let n_before = state.waiting.len();
            if n_before >= n_expected || state.bytes >= GROUP_BYTES_MAX || state.closing {
                break;
            }
            let few = |state: &mut State| state.waiting.len() < n_expected && !state.closing;
            let waited = self.changed.wait_timeout_while(state, GATHER_STEP, few);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if state.waiting.len() == n_before {
                break;
            }
        }
        if state.waiting.is_empty() {
            return if std::mem::take(&mut state.roll) { Work::Roll } else { Work::End };
        }
        let (mut n, mut bytes) = (0, 0);
        for pending in state.waiting.iter().take(GROUP_RECORDS_MAX) {
            if bytes >= GROUP_BYTES_MAX {
                break;
            }
            n += 1;
            bytes += pending.payload.len();
        }
        state.bytes -= bytes;
        Work::Group(state.waiting.drain(..n).collect())
    }

    /// Asks for the segment to be closed when what waits is written.
    pub(crate) fn roll(&self) {
        self.state().roll = true;
        self.changed.notify_one();
    }

    /// From now on refuses everything with `fault`; returns what was waiting.
    pub(crate) fn fail(&self, fault: StorageFault) -> Vec<Pending> {
        let mut state = self.state();
        state.fault = Some(fault);
        state.bytes = 0;
        state.waiting.drain(..).collect()
    }

    /// Takes batches again.
    pub(crate) fn recover(&self) {
        self.state().fault = None;
    }

    /// Whether batches are taken, and why not.
    pub(crate) fn health(&self) -> Health {
        let state = self.state();
        match state.fault {
            _ if state.dead => Health::Dead,
            Some(fault) => Health::Failing(fault),
            None => Health::Healthy,
        }
    }

    /// Refuses everything from now on, as nobody takes it any more; returns what was waiting.
    pub(crate) fn die(&self) -> Vec<Pending> {
        let mut state = self.state();
        (state.closing, state.dead, state.bytes) = (true, true, 0);
        state.waiting.drain(..).collect()
    }

    pub(crate) fn fill(&self) -> Fill {
        let state = self.state();
        let (records, bytes) = (state.waiting.len(), state.bytes);
        Fill { records, bytes, refused_busy: state.refused_busy }
    }

    /// Refuses everything from now on; what waits is still taken.
    pub(crate) fn close(&self) {
        self.state().closing = true;
        self.changed.notify_all();
    }

    /// Waits for `pause`, or less when the queue is closed meanwhile; true when it is.
    pub(crate) fn pause(&self, pause: Duration) -> bool {
        let open = |state: &mut State| !state.closing;
        let waited = self.changed.wait_timeout_while(self.state(), pause, open);
        waited.unwrap_or_else(PoisonError::into_inner).0.closing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(bytes: usize) -> Pending {
        Pending { id: SubmissionId([0; 16]), payload: vec![1; bytes], done: Box::new(|_| ()) }
    }

    /// The size of the next group.
    fn group(queue: &Queue) -> usize {
        if let Work::Group(group) = queue.take(0) { group.len() } else { 0 }
    }

    #[test]
    fn a_full_queue_takes_its_limit_and_refuses_one_more() {
        // invariant: J5
        let queue = Queue::new(2, 100);
        assert!(queue.push(pending(40)).is_ok() && queue.push(pending(60)).is_ok());
        let refused = queue.push(pending(0)).err().map(|(_, error)| error);
        assert_eq!(refused, Some(AppendError::Busy { records: 2, bytes: 100 }));
        assert_eq!(group(&queue), 2);
        assert!(queue.push(pending(100)).is_ok());
        let refused = queue.push(pending(1)).err().map(|(_, error)| error);
        assert_eq!(refused, Some(AppendError::Busy { records: 1, bytes: 100 }));
        assert_eq!(queue.fill().refused_busy, 2);
    }

    #[test]
    fn a_closed_queue_gives_out_what_waits_and_takes_nothing() {
        let queue = Queue::new(2, 100);
        assert!(queue.push(pending(1)).is_ok());
        queue.close();
        let refused = queue.push(pending(1)).err().map(|(_, error)| error);
        assert_eq!(refused, Some(AppendError::Closed));
        assert_eq!((group(&queue), group(&queue)), (1, 0));
    }

    #[test]
    fn those_that_were_just_answered_get_a_moment_to_come_again_and_nobody_else_does() {
        let queue = Queue::new(100, 100);
        assert!(queue.push(pending(1)).is_ok());
        std::thread::scope(|scope| {
            scope.spawn(|| (0..3).all(|_| queue.push(pending(1)).is_ok()));
            let mut n_taken = 0;
            while n_taken < 4 {
                let Work::Group(group) = queue.take(3) else { panic!("it is open") };
                n_taken += group.len();
            }
        });
        assert!(queue.push(pending(1)).is_ok());
        assert_eq!(group(&queue), 1, "alone, and at once");
        queue.roll();
        assert!(matches!(queue.take(5), Work::Roll));
    }

    #[test]
    fn a_group_stops_at_its_byte_limit() {
        let queue = Queue::new(10, 10 * GROUP_BYTES_MAX);
        for _ in 0..3 {
            assert!(queue.push(pending(GROUP_BYTES_MAX / 2)).is_ok());
        }
        assert_eq!((group(&queue), group(&queue)), (2, 1));
    }
}
