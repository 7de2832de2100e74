//! How often a provider may be asked: tokens that refill with time.

use std::time::Instant;

/// Tokens of one provider; a second's worth, and at least one, may be spent at once.
#[derive(Debug)]
pub(super) struct Bucket {
    per_second: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(super) const fn full(per_second: f64, now: Instant) -> Self {
        Self { per_second, tokens: per_second.max(1.0), at: now }
    }

    /// Takes one token, if there is one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let passed_s = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = passed_s.mul_add(self.per_second, self.tokens).min(self.per_second.max(1.0));
        self.at = now;
        let has_one = self.tokens >= 1.0;
        if has_one {
            self.tokens -= 1.0;
        }
        has_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use std::time::Duration;

    #[test]
    fn a_second_s_worth_at_once_and_then_by_the_rate() {
        let start = Clock::System.instant();
        let mut bucket = Bucket::full(3.0, start);
        let n_at_once = (0..10).filter(|_| bucket.take(start)).count();
        assert_eq!(n_at_once, 3);
        let later = start + Duration::from_millis(700);
        assert_eq!((0..10).filter(|_| bucket.take(later)).count(), 2);
    }

    #[test]
    fn a_rate_below_one_still_lets_the_first_through() {
        let start = Clock::System.instant();
        let mut bucket = Bucket::full(0.1, start);
        assert!(bucket.take(start) && !bucket.take(start + Duration::from_secs(9)));
        assert!(bucket.take(start + Duration::from_secs(10)));
    }
}
