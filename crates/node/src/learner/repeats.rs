//! A trouble that comes again and again is told at once, then once a minute with how often it came.

use std::time::{Duration, Instant};

/// Least time between two lines about one trouble. Source: choice: a person reads it, and a full disk stays readable.
const BETWEEN: Duration = Duration::from_mins(1);

/// Pause after it came first; twice as long each time it comes again, up to [`BETWEEN`]. Source: choice: what writes a
/// whole base on a full disk, or dies of what it makes it of, does not do so all the time.
const PAUSE: Duration = Duration::from_secs(2);

/// How often a trouble came, and when it came and was told last.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    last: Option<Instant>,
    told: Option<Instant>,
    n_untold: u64,
    n_in_a_row: u64,
}

impl Repeats {
    /// Notes that it came; how often since it was told last, when it is to be told now.
    pub(super) fn came(&mut self, now: Instant) -> Option<u64> {
        self.last = Some(now);
        self.n_untold += 1;
        self.n_in_a_row += 1;
        let is_due = self.told.is_none_or(|told| now.saturating_duration_since(told) >= BETWEEN);
        if !is_due {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.n_untold))
    }

    /// True while what fails should not be tried again yet.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        self.last.is_some_and(|last| now.saturating_duration_since(last) < self.pause())
    }

    /// How long what fails should not be tried again after it came last.
    pub(super) fn pause(&self) -> Duration {
        let n_doubled = u32::try_from(self.n_in_a_row.saturating_sub(1)).unwrap_or(u32::MAX);
        PAUSE.saturating_mul(2_u32.saturating_pow(n_doubled)).min(BETWEEN)
    }

    /// How often it came since it was over.
    pub(super) const fn n_in_a_row(&self) -> u64 {
        self.n_in_a_row
    }

    /// Notes that it is over; true when it was there.
    pub(super) fn is_over(&mut self) -> bool {
        std::mem::take(self).told.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_trouble_is_told_at_once_then_once_a_minute_and_anew_after_it_was_over() {
        let (mut repeats, start) = (Repeats::default(), Clock::System.instant());
        assert!(!repeats.is_over());
        let told: Vec<u64> =
            (0..240).filter_map(|n| repeats.came(start + Duration::from_secs(n))).collect();
        assert_eq!((told, repeats.n_in_a_row()), (vec![1, 60, 60, 60], 240));
        assert!(repeats.is_over() && !repeats.is_over());
        assert_eq!(repeats.n_in_a_row(), 0);
        assert_eq!(repeats.came(start + Duration::from_secs(241)), Some(1));
    }

    #[test]
    fn what_fails_again_and_again_is_tried_ever_more_seldom() {
        let (mut repeats, now) = (Repeats::default(), Clock::System.instant());
        let mut pause_s = || {
            repeats.came(now);
            let pause = repeats.pause();
            let is_fresh_after =
                |pause_s: u64| repeats.is_fresh(now + Duration::from_secs(pause_s));
            assert!(is_fresh_after(pause.as_secs() - 1) && !is_fresh_after(pause.as_secs()));
            pause.as_secs()
        };
        assert_eq!([(); 7].map(|()| pause_s()), [2, 4, 8, 16, 32, 60, 60]);
        assert!((0..100).all(|_| pause_s() == 60));
    }
}
