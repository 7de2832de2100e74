//! The emergency's thread: an async runtime of its own that the system runs before the others.

use super::priority;
use anyhow::Context as _;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// Time that the emergency's thread gets to end.
const STOP_TIME_MAX: Duration = Duration::from_secs(1);

/// The emergency's thread.
#[derive(Debug)]
pub(crate) struct Helper {
    runtime: Runtime,
}

impl Helper {
    /// Starts it, with a real-time priority where that is wished for and allowed.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(real_time: bool) -> anyhow::Result<Self> {
        let raise = move || {
            if real_time && !priority::raise() {
                tracing::debug!(
                    "no real-time priority for emergencies: CAP_SYS_NICE or LimitRTPRIO"
                );
            }
        };
        // One thread that may hand its place to another for as long as it decodes something large.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .thread_name("emergency")
            .on_thread_start(raise)
            .build()
            .context("start the emergency's thread")?;
        Ok(Self { runtime })
    }

    /// How others give it work.
    pub(crate) fn handle(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// Runs a future with its timers and sockets, and waits for it.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Ends it.
    pub(crate) fn shutdown(self) {
        self.runtime.shutdown_timeout(STOP_TIME_MAX);
    }
}
