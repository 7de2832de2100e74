//! A wish to stop that threads can wait for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A wish to stop; clones are one wish.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Wakes everybody who waits.
    pub fn stop(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// True once somebody wished it.
    pub fn is_wished(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the wish, at most `time`; true when it is there.
    pub fn wait(&self, time: Duration) -> bool {
        let wished = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(wished, time, |wished| !*wished);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_wakes_who_waits_and_time_passes_without_one() {
        let stop = Stop::default();
        assert!(!stop.wait(Duration::from_millis(1)));
        let twin = stop.clone();
        let waiting = std::thread::spawn(move || twin.wait(Duration::from_mins(10)));
        stop.stop();
        assert!(waiting.join().unwrap() && stop.is_wished());
    }
}
