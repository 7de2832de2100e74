//! How much of a key was used: counts of a day, and a bucket that fills again.

use super::scope::COUNTED_ROUTES;
use crate::limits::RATE_PER_SECOND_MAX;
use cairn_ground::{Day, Timestamp};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Requests a second, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// Microseconds in which one request more becomes free.
    step_us: i64,
    /// Microseconds of steps that may be used ahead.
    ahead_us: i64,
}

/// Microseconds that a clock must go back to be taken for one that was set. Source: ours; a minute is
/// more than threads differ by and less than anybody minds waiting after an operator set a clock.
const SET_BACK_US_MIN: i64 = 60_000_000;

impl Rate {
    /// `None` when there is no limit; a burst of 0 is as many as a second gives.
    pub(super) fn new(per_second: u32, burst: u32) -> Option<Self> {
        if per_second == 0 {
            return None;
        }
        let step_us = i64::from((RATE_PER_SECOND_MAX / per_second).max(1));
        let burst = if burst == 0 { per_second } else { burst };
        Some(Self { step_us, ahead_us: step_us.saturating_mul(i64::from(burst)) })
    }

    /// The full instant after one request more at `now`, or the seconds to wait.
    ///
    /// A bucket is one number: the instant at which it is full again (the generic cell rate
    /// algorithm). One that lies well beyond a drained bucket's comes from a clock that was set back,
    /// and counts as full; threads whose clocks were read a moment apart do not come near that.
    fn take(self, full_us: i64, now: Timestamp) -> Result<i64, u32> {
        let now_us = now.ms().saturating_mul(1_000);
        let drained_us = now_us.saturating_add(self.ahead_us);
        let was_set_back = full_us > drained_us.saturating_add(SET_BACK_US_MIN);
        let full_us = if was_set_back { now_us } else { full_us.max(now_us) };
        let next_us = full_us.saturating_add(self.step_us);
        if next_us <= drained_us {
            return Ok(next_us);
        }
        let wait_s = next_us.saturating_sub(drained_us).div_euclid(1_000_000).saturating_add(1);
        Err(u32::try_from(wait_s).unwrap_or(u32::MAX))
    }
}

/// A token bucket that many threads take from.
#[derive(Debug, Default)]
pub(super) struct Bucket(AtomicI64);

impl Bucket {
    /// Takes one token.
    ///
    /// # Errors
    /// Seconds until there is one.
    pub(super) fn take(&self, rate: Rate, now: Timestamp) -> Result<(), u32> {
        let mut full_us = self.0.load(Ordering::Relaxed);
        loop {
            let next_us = rate.take(full_us, now)?;
            match self.0.compare_exchange_weak(
                full_us,
                next_us,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_former) => return Ok(()),
                Err(other) => full_us = other,
            }
        }
    }

    /// The instant at which it is full again, in microseconds: the fuller, the smaller.
    pub(super) fn full_us(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Makes it the bucket of somebody who took nothing yet.
    pub(super) fn refill(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// What one key has used; kept while the table of keys is replaced.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// The key's token bucket.
    pub bucket: Bucket,
    /// A count a route: the day above, the requests of that day below.
    counts: [AtomicU64; COUNTED_ROUTES],
}

/// A day and a count in one number.
fn packed(day: Day, n: u32) -> u64 {
    (u64::from(day.get()) << 32) | u64::from(n)
}

/// The count in it if it is of `day`, else nothing was counted on that day yet.
fn count_on(day: Day, packed: u64) -> u32 {
    let is_same_day = packed >> 32 == u64::from(day.get());
    if is_same_day { u32::try_from(packed & u64::from(u32::MAX)).unwrap_or(u32::MAX) } else { 0 }
}

impl Usage {
    /// Counts one request of `day`; false when the limit was reached already, which counts nothing.
    pub(super) fn count(&self, route: usize, day: Day, limit: u32) -> bool {
        let place = &self.counts[route];
        let counted = place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |former| {
            let n = count_on(day, former);
            (n < limit).then(|| packed(day, n + 1))
        });
        counted.is_ok()
    }

    /// What was counted on `day`, a number a route.
    pub(super) fn counted(&self, day: Day) -> [u32; COUNTED_ROUTES] {
        self.counts.each_ref().map(|count| count_on(day, count.load(Ordering::Relaxed)))
    }

    /// Goes on from counts of `day` that were kept.
    pub(super) fn restore(&self, day: Day, counts: [u32; COUNTED_ROUTES]) {
        for (place, n) in self.counts.iter().zip(counts) {
            place.store(packed(day, n), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(1_760_000_000_000 + ms)
    }

    #[test]
    fn a_limit_of_five_lets_five_pass_a_day_and_route() {
        let usage = Usage::default();
        let (today, tomorrow) = (Day::new(20_000), Day::new(20_001));
        let passed = (0..8).filter(|_| usage.count(0, today, 5)).count();
        assert_eq!((passed, usage.counted(today)), (5, [5, 0, 0, 0]));
        assert!(usage.count(3, today, 5), "another route has its own five");
        assert!(usage.count(0, tomorrow, 5), "and so has another day");
        assert_eq!(usage.counted(tomorrow), [1, 0, 0, 0]);
    }

    #[test]
    fn counts_go_on_from_where_they_were_kept() {
        let usage = Usage::default();
        let today = Day::new(20_000);
        usage.restore(today, [4, 0, 0, 7]);
        assert!(usage.count(0, today, 5) && !usage.count(0, today, 5));
        assert_eq!(usage.counted(today), [5, 0, 0, 7]);
        assert_eq!(usage.counted(Day::new(20_001)), [0; COUNTED_ROUTES]);
    }

    #[test]
    fn a_bucket_lets_a_burst_pass_and_then_its_rate() {
        let (bucket, rate) = (Bucket::default(), Rate::new(2, 3).unwrap());
        let passed = (0..9).filter(|_| bucket.take(rate, at(0)).is_ok()).count();
        assert_eq!(passed, 3);
        assert_eq!(bucket.take(rate, at(499)), Err(1));
        assert_eq!(bucket.take(rate, at(500)), Ok(()));
        assert_eq!(bucket.take(rate, at(501)), Err(1));
        let later = (0..9).filter(|_| bucket.take(rate, at(60_000)).is_ok()).count();
        assert_eq!(later, 3, "a rested bucket holds its burst and not more");
    }

    #[test]
    fn a_clock_set_back_by_an_hour_closes_no_bucket_and_one_read_late_opens_none() {
        let (bucket, rate) = (Bucket::default(), Rate::new(1, 2).unwrap());
        assert!((0..2).all(|_| bucket.take(rate, at(3_600_000)).is_ok()));
        assert!(bucket.take(rate, at(3_599_990)).is_err(), "a thread that read its clock before");
        assert_eq!(bucket.take(rate, at(3_540_000)), Err(62), "a minute at most");
        let passed = (0..9).filter(|_| bucket.take(rate, at(0)).is_ok()).count();
        assert_eq!(passed, 2);
    }

    #[test]
    fn no_rate_is_no_limit_and_threads_share_one_bucket() {
        assert_eq!(Rate::new(0, 9), None);
        let (bucket, rate) = (Bucket::default(), Rate::new(100, 0).unwrap());
        let passed = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let n = (0..100).filter(|_| bucket.take(rate, at(0)).is_ok()).count();
                    passed.fetch_add(n as u64, Ordering::Relaxed);
                });
            }
        });
        assert_eq!(passed.into_inner(), 100);
    }
}
