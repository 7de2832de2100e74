//! Threads of low priority for work that nobody waits for, in slices.

use super::priority;
use crate::clock::Clock;
use anyhow::Context as _;
use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::{Semaphore, oneshot};

/// Slices that wait for a thread; whoever has one more waits before.
const SLICES_MAX: usize = 1_024;

/// A slice of work.
type Slice = Box<dyn FnOnce() + Send>;

/// Threads and what waits for them; dropping it ends the threads when they are done.
#[derive(Debug)]
pub(super) struct Workers {
    shared: Arc<Shared>,
    slots: Semaphore,
}

/// What the threads share.
#[derive(Debug)]
struct Shared {
    clock: Clock,
    queue: Mutex<Queue>,
    more: Condvar,
    /// How long the slice begun last had waited, µs.
    waited_us: AtomicU64,
}

#[derive(Default)]
struct Queue {
    slices: VecDeque<(Instant, Slice)>,
    closed: bool,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("slices", &self.slices.len()).finish_non_exhaustive()
    }
}

impl Workers {
    /// Starts so many threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(n_threads: usize, clock: Clock) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            clock,
            queue: Mutex::default(),
            more: Condvar::new(),
            waited_us: AtomicU64::new(0),
        });
        let workers = Self { shared, slots: Semaphore::new(SLICES_MAX) };
        for number in 0..n_threads.max(1) {
            let shared = Arc::clone(&workers.shared);
            std::thread::Builder::new()
                .name(format!("bulk-{number}"))
                .spawn(move || {
                    priority::lower(priority::BULK_NICE);
                    shared.work();
                })
                .context("start a thread for bulk work")?;
        }
        Ok(workers)
    }

    /// Runs a slice on one of the threads; a panic in it goes on here.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        slice: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let _slot = self.slots.acquire().await;
        let (tell, told) = oneshot::channel();
        let now = self.shared.clock.instant();
        let slice = Box::new(move || {
            let outcome: Result<T, Box<dyn Any + Send>> = catch_unwind(AssertUnwindSafe(slice));
            // Whoever asked may be gone.
            drop(tell.send(outcome));
        });
        self.shared.lock().slices.push_back((now, slice));
        self.shared.more.notify_one();
        match told.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => resume_unwind(panic),
            // The threads live as long as `self`, and each slice tells its outcome.
            Err(_never) => std::future::pending().await,
        }
    }

    /// How long the slice begun last had waited, or the first that still waits has, µs.
    pub(super) fn waited_us(&self) -> u64 {
        let first = self.shared.lock().slices.front().map(|(since, _)| *since);
        match first {
            Some(since) => micros(self.shared.clock.instant(), since),
            None => self.shared.waited_us.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.more.notify_all();
    }
}

impl Shared {
    /// A thread's life.
    fn work(&self) {
        while let Some((since, slice)) = self.next() {
            self.waited_us.store(micros(self.clock.instant(), since), Ordering::Relaxed);
            slice();
        }
    }

    /// The slice that has waited longest; `None` at the end.
    fn next(&self) -> Option<(Instant, Slice)> {
        let mut queue = self.lock();
        loop {
            if let Some(next) = queue.slices.pop_front() {
                return Some(next);
            }
            if queue.closed {
                return None;
            }
            queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(now: Instant, since: Instant) -> u64 {
    u64::try_from(now.saturating_duration_since(since).as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn slices_run_on_their_own_threads_in_the_order_they_came() {
        let workers = Workers::start(1, Clock::System).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let all: Vec<_> = (0..100)
            .map(|n| {
                let seen = Arc::clone(&seen);
                workers.run(move || {
                    seen.lock().unwrap().push(n);
                    std::thread::current().name().map(str::to_owned)
                })
            })
            .collect();
        for name in futures_util::future::join_all(all).await {
            assert_eq!(name.as_deref(), Some("bulk-0"));
        }
        assert_eq!(*seen.lock().unwrap(), (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_panic_is_the_asker_s_and_the_thread_goes_on() {
        let workers = Arc::new(Workers::start(1, Clock::System).unwrap());
        let ours = Arc::clone(&workers);
        let broken = tokio::spawn(async move { ours.run(|| panic!("one bad slice")).await });
        assert!(broken.await.unwrap_err().is_panic());
        assert_eq!(workers.run(|| 7).await, 7);
    }

    #[tokio::test]
    async fn more_slices_than_fit_wait_their_turn_and_none_is_lost() {
        let workers = Workers::start(2, Clock::System).unwrap();
        let all = (0..SLICES_MAX * 2).map(|n| workers.run(move || n));
        let sum: usize = futures_util::future::join_all(all).await.into_iter().sum();
        assert_eq!(sum, SLICES_MAX * (SLICES_MAX * 2 - 1));
    }
}
