//! Questions that are due and not asked yet, for the connections of one thread.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Instant;
use tokio::sync::Notify;

/// First come, first asked. One thread's: nothing here locks.
#[derive(Debug, Default)]
pub(super) struct Queue {
    due: RefCell<VecDeque<Instant>>,
    more: Notify,
    closed: Cell<bool>,
}

impl Queue {
    /// A question is due since `then`.
    pub(super) fn push(&self, then: Instant) {
        self.due.borrow_mut().push_back(then);
        self.more.notify_one();
    }

    /// No further question will be due.
    pub(super) fn close(&self) {
        self.closed.set(true);
        self.more.notify_waiters();
    }

    /// Drops what is due and not asked; returns since when each was.
    pub(super) fn abandon(&self) -> VecDeque<Instant> {
        std::mem::take(&mut *self.due.borrow_mut())
    }

    /// The question that has waited longest, waiting for one; `None` when none will come.
    pub(super) async fn next(&self) -> Option<Instant> {
        loop {
            let more = self.more.notified();
            let next = self.due.borrow_mut().pop_front();
            if next.is_some() || self.closed.get() {
                return next;
            }
            more.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test]
    async fn what_is_due_is_asked_in_order_and_a_closed_queue_ends() {
        let (queue, now) = (Queue::default(), Clock::System.instant());
        let later = now + std::time::Duration::from_millis(1);
        queue.push(now);
        queue.push(later);
        queue.close();
        assert_eq!(
            (queue.next().await, queue.next().await, queue.next().await),
            (Some(now), Some(later), None)
        );
    }
}
