//! How late this runtime is: the wait of a task that is due until it runs.

use crate::clock::Clock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Time between two probes.
const PROBE: Duration = Duration::from_millis(5);
/// Lateness of the timer itself, which counts in whole milliseconds. Source: tokio's documentation of `time::sleep`.
const SLACK: Duration = Duration::from_millis(1);
/// Share of a new measurement in the smoothed one: about eight probes, so that one long slice is no overload.
const SHARE: u64 = 8;
/// What a probe that is late after one that was not counts at most, µs: a machine that stood still, however long, makes one probe late,
/// and has no more to do than before. Source: choice, what one long slice takes.
const FIRST_US_MAX: u64 = 100_000;

/// A measurement that goes on for as long as somebody runs [`Lag::measure`].
#[derive(Debug)]
pub(super) struct Lag {
    clock: Clock,
    smooth_us: AtomicU64,
    /// The probe before was later than one counts by itself.
    was_late: AtomicBool,
}

impl Lag {
    pub(super) const fn new(clock: Clock) -> Self {
        Self { clock, smooth_us: AtomicU64::new(0), was_late: AtomicBool::new(false) }
    }

    /// How long a task that becomes ready now may wait for a thread.
    pub(super) fn now(&self) -> Duration {
        Duration::from_micros(self.smooth_us.load(Ordering::Relaxed))
    }

    /// Probes for ever.
    pub(super) async fn measure(&self) {
        loop {
            let due = self.clock.instant() + PROBE;
            tokio::time::sleep_until(due.into()).await;
            self.note(self.clock.instant().saturating_duration_since(due + SLACK));
        }
    }

    /// Takes a measurement in.
    pub(super) fn note(&self, late: Duration) {
        let late_us = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
        let was_late = self.was_late.swap(late_us > FIRST_US_MAX, Ordering::Relaxed);
        let late_us = if was_late { late_us } else { late_us.min(FIRST_US_MAX) };
        let before = self.smooth_us.load(Ordering::Relaxed);
        // Rises by an eighth of the difference; falls faster, for a probe in time shows that nothing waits.
        let now = if late_us >= before {
            before + (late_us - before).div_ceil(SHARE)
        } else {
            before - (before - late_us).div_ceil(2)
        };
        self.smooth_us.store(now, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_late_probe_is_no_overload_and_several_are() {
        let lag = Lag::new(Clock::System);
        lag.note(Duration::from_mins(1));
        assert!(lag.now() < Duration::from_millis(20), "the machine stood still: {:?}", lag.now());
        lag.note(Duration::from_secs(1));
        assert!(lag.now() > Duration::from_millis(100), "it is late again: {:?}", lag.now());
        (0..10).for_each(|_| lag.note(Duration::ZERO));
        (0..30).for_each(|_| lag.note(Duration::from_millis(100)));
        assert!(lag.now() > Duration::from_millis(90), "{:?}", lag.now());
        (0..10).for_each(|_| lag.note(Duration::ZERO));
        assert!(lag.now() < Duration::from_millis(1), "{:?}", lag.now());
    }

    #[test]
    fn a_runtime_whose_thread_is_busy_is_late() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let lag = Lag::new(Clock::System);
        runtime.block_on(async {
            let busy = async {
                for _ in 0..20 {
                    Clock::System.sleep(Duration::from_millis(50));
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::select! {
                () = busy => {}
                () = lag.measure() => {}
            }
        });
        assert!(lag.now() > Duration::from_millis(10), "{:?}", lag.now());
    }
}
