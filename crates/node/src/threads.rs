//! Threads that a service cannot do without: one that dies of a panic is told, counted, and seen in `/readyz`.
//!
//! Nothing acknowledged is lost with one: the journal has it, and the next start learns it. So the process goes
//! on answering, says that it is not ready, and ends with an error when it is stopped. One whose work is tried again
//! is counted alone: whoever tries says what became of it.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};

/// Those of this process that died.
static DIED: Deaths = Deaths::none();

/// How many threads died of a panic.
#[derive(Debug)]
pub(crate) struct Deaths {
    all: AtomicU64,
    /// Of these, those that nobody starts anew.
    missed: AtomicU64,
}

impl Deaths {
    /// None yet.
    const fn none() -> Self {
        Self { all: AtomicU64::new(0), missed: AtomicU64::new(0) }
    }

    /// Does a thread's work; `None` when it panicked, which is told and counted.
    fn guard<T>(&self, name: &str, work: impl FnOnce() -> T) -> Option<T> {
        let done = self.guard_retried(work);
        if done.is_none() {
            self.miss(name);
        }
        done
    }

    /// Does work that is tried again; `None` when it panicked, which is counted.
    fn guard_retried<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let done = catch_unwind(AssertUnwindSafe(work)).ok();
        if done.is_none() {
            self.all.fetch_add(1, Ordering::AcqRel);
        }
        done
    }

    /// Tells that a thread is not there any more, and will not be.
    fn miss(&self, name: &str) {
        self.missed.fetch_add(1, Ordering::AcqRel);
        tracing::error!(
            thread = name,
            "a thread died of a fault of ours: restart the service; what was acknowledged is kept"
        );
    }
}

/// Starts a thread that is missed when it dies: joined, it gives what its work gave, or `None` after a panic.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn start<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<Option<T>>> {
    Builder::new().name(name.to_owned()).spawn(move || DIED.guard(name, work))
}

/// Starts a thread whose work is tried again when it dies: joined, it gives what its work gave, or `None` after a
/// panic, which the caller tells.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn start_retried<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<Option<T>>> {
    Builder::new().name(name.to_owned()).spawn(move || DIED.guard_retried(work))
}

/// Counts and tells a thread that somebody else found dead, once.
pub(crate) fn found_dead(name: &'static str) {
    DIED.all.fetch_add(1, Ordering::AcqRel);
    DIED.miss(name);
}

/// Waits for a task of the async runtime that is missed when it dies.
pub(crate) async fn watch(name: &'static str, task: tokio::task::JoinHandle<()>) {
    if let Err(panic) = task.await.map_err(tokio::task::JoinError::try_into_panic)
        && let Ok(panic) = panic
    {
        DIED.guard(name, || std::panic::resume_unwind(panic));
    }
}

/// How many threads of this process died so far.
pub(crate) fn n_died() -> u64 {
    DIED.all.load(Ordering::Acquire)
}

/// How many of them nobody starts anew.
pub(crate) fn n_missed() -> u64 {
    DIED.missed.load(Ordering::Acquire)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_dies_is_counted_and_one_that_ends_is_not() {
        let deaths = Deaths::none();
        let counts = || [&deaths.all, &deaths.missed].map(|it| it.load(Ordering::Acquire));
        assert_eq!(deaths.guard("ends", || 7), Some(7));
        assert_eq!(counts(), [0, 0]);
        assert_eq!(deaths.guard::<u8>("dies", || panic!("on purpose")), None);
        assert_eq!(counts(), [1, 1]);
        assert_eq!(deaths.guard_retried::<u8>(|| panic!("on purpose")), None);
        assert_eq!(counts(), [2, 1], "it is started anew: nobody misses it");
    }
}
