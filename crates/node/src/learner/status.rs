//! How far the learner is, for others to read.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How far the learner is; written by its thread, read by anyone.
#[derive(Debug, Default)]
pub struct Status {
    position: AtomicU64,
    sealing: AtomicBool,
    draft: AtomicBool,
    base_records: AtomicU64,
    n_bases_failed: AtomicU64,
    waiting_since: Mutex<Option<Instant>>,
}

impl Status {
    /// Journal bytes learned.
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    /// True while a base is being sealed.
    pub fn is_sealing(&self) -> bool {
        self.sealing.load(Ordering::Relaxed)
    }

    /// Records in the current base.
    pub fn base_records(&self) -> u64 {
        self.base_records.load(Ordering::Relaxed)
    }

    /// Bases that could not be sealed since the last that was.
    pub fn n_bases_failed(&self) -> u64 {
        self.n_bases_failed.load(Ordering::Relaxed)
    }

    /// How long something learned has been waiting to be published.
    pub fn publish_age(&self, now: Instant) -> Duration {
        let since = *self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map_or(Duration::ZERO, |then| now.saturating_duration_since(then))
    }

    /// The same in milliseconds, rounded up: 0 only while nothing waits.
    pub fn publish_age_ms(&self, now: Instant) -> u64 {
        let nanos = self.publish_age(now).as_nanos();
        u64::try_from(nanos.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }

    /// Notes since when something waits to be published; `None` for nothing.
    pub(super) fn set_waiting_since(&self, since: Option<Instant>) {
        let mut waiting = self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = since.map(|then| waiting.unwrap_or(then));
    }

    /// True while a building is served by a draft of its model.
    pub fn is_draft(&self) -> bool {
        self.draft.load(Ordering::Relaxed)
    }

    /// Notes that drafts are served, or no longer.
    pub(super) fn set_draft(&self, draft: bool) {
        self.draft.store(draft, Ordering::Relaxed);
    }

    /// Notes journal bytes learned.
    pub(super) fn set_position(&self, bytes: u64) {
        self.position.store(bytes, Ordering::Relaxed);
    }

    /// Notes that a base is being sealed, or no longer.
    pub(super) fn set_sealing(&self, sealing: bool) {
        self.sealing.store(sealing, Ordering::Relaxed);
    }

    /// Notes the size of the current base.
    pub(super) fn set_base_records(&self, n: u64) {
        self.base_records.store(n, Ordering::Relaxed);
    }

    /// Notes bases that could not be sealed since the last that was.
    pub(super) fn set_bases_failed(&self, n: u64) {
        self.n_bases_failed.store(n, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn what_waits_for_less_than_a_millisecond_waits_all_the_same() {
        let (status, then) = (Status::default(), Clock::System.instant());
        assert_eq!(status.publish_age_ms(then), 0);
        status.set_waiting_since(Some(then));
        assert_eq!(status.publish_age_ms(then + Duration::from_micros(1)), 1);
        assert_eq!(status.publish_age_ms(then + Duration::from_micros(2_001)), 3);
        status.set_waiting_since(None);
        assert_eq!(status.publish_age_ms(then + Duration::from_secs(1)), 0);
    }
}
