//! How long a client is waited for: a while whatever comes, and longer the more it has sent.

use crate::limits::BATCH_BYTES_PER_S_MIN;
use crate::server::App;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// What is left of the time that one client is waited for, reading and writing together.
#[derive(Debug)]
pub(in crate::http) struct Patience {
    grace: Duration,
    n_bytes: u64,
    waited: Duration,
}

impl Patience {
    /// The time that a request's body has to arrive.
    pub(in crate::http) fn of(app: &App) -> Self {
        Self { grace: app.config.http.body_time_max(), n_bytes: 0, waited: Duration::ZERO }
    }

    /// The client has sent so much.
    pub(in crate::http) const fn earn(&mut self, n_bytes: usize) {
        self.n_bytes += n_bytes as u64;
    }

    /// Waits for something that the client does; `None` when there is no time left.
    pub(in crate::http) async fn wait<T>(&mut self, what: impl Future<Output = T>) -> Option<T> {
        let earned = Duration::from_secs(self.n_bytes / BATCH_BYTES_PER_S_MIN);
        let left = (self.grace + earned).saturating_sub(self.waited);
        let started = Instant::now();
        let done = timeout(left, what).await;
        self.waited += started.elapsed();
        done.ok()
    }
}
