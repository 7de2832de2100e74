//! Threads that a service cannot do without: one that dies of a panic is told, counted, and seen in `/readyz`.
//!
//! Nothing acknowledged is lost with one: the journal has it, and the next start learns it. So the process goes
//! on answering, says that it is not ready, and ends with an error when it is stopped.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};

/// Those of this process that died.
static DIED: Deaths = Deaths::none();

/// How many threads died of a panic.
#[derive(Debug)]
pub(crate) struct Deaths(AtomicU64);

impl Deaths {
    /// None yet.
    const fn none() -> Self {
        Self(AtomicU64::new(0))
    }

    /// How many.
    fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Does a thread's work; `None` when it panicked, which is told and counted.
    fn guard<T>(&self, name: &str, work: impl FnOnce() -> T) -> Option<T> {
        let done = catch_unwind(AssertUnwindSafe(work)).ok();
        if done.is_none() {
            self.0.fetch_add(1, Ordering::AcqRel);
            tracing::error!(
                thread = name,
                "a thread died of a fault of ours: restart the service; what was acknowledged is kept"
            );
        }
        done
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
    DIED.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_dies_is_counted_and_one_that_ends_is_not() {
        let deaths = Deaths::none();
        assert_eq!(deaths.guard("ends", || 7), Some(7));
        assert_eq!(deaths.count(), 0);
        assert_eq!(deaths.guard::<u8>("dies", || panic!("on purpose")), None);
        assert_eq!(deaths.count(), 1);
    }
}
