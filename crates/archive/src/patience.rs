//! How long to wait for a store, and how often to ask again.

use crate::error::StoreError;
use std::time::Duration;

/// How long to wait for a store, and how often to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The longest one attempt may take.
    pub attempt: Duration,
    /// Further attempts after the first.
    pub n_retries: u32,
    /// The pause before the second attempt; each later one is twice as long.
    pub first_pause: Duration,
}

impl Patience {
    /// A minute an attempt, four further attempts within 3 seconds of pauses.
    ///
    /// # Source
    /// Choice: the greatest file, 512 MB, in a minute is 9 MB/s. Whoever calls tries again later anyway.
    pub const STANDARD: Self = Self {
        attempt: Duration::from_mins(1),
        n_retries: 4,
        first_pause: Duration::from_millis(200),
    };

    /// Attempts `one` until it works or trying again is of no use.
    pub(crate) async fn insist<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        doing: &'static str,
        path: &str,
        one: impl Fn() -> F,
    ) -> Result<T, StoreError> {
        let mut pause = self.first_pause;
        for n_left in (0..=self.n_retries).rev() {
            let error = match tokio::time::timeout(self.attempt, one()).await {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(error)) => error,
                Err(_elapsed) => {
                    StoreError::Stalled { doing, path: path.to_owned(), after: self.attempt }
                }
            };
            if n_left == 0 || error.is_final() {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
        Err(StoreError::Stalled { doing, path: path.to_owned(), after: self.attempt })
    }
}
