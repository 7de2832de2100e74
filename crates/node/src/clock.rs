//! The one place where time is read: every other module is handed a [`Clock`].

use cairn_ground::{Day, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where instants come from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clocks.
    System,
    /// Wall time stands at this many milliseconds since the Unix epoch until somebody moves it; for
    /// tests. Monotonic time is the machine's.
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until [`Clock::hold_at`] moves it.
    pub fn held(now: Timestamp) -> Self {
        Self::Held(Arc::new(AtomicI64::new(now.ms())))
    }

    /// Moves a held clock; the machine's clock cannot be moved.
    pub fn hold_at(&self, now: Timestamp) {
        if let Self::Held(ms) = self {
            ms.store(now.ms(), Ordering::Relaxed);
        }
    }

    /// Wall time, UTC. A machine whose clock stands before 1970 is at 1970.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::from_ms(system_ms()),
            Self::Held(ms) => Timestamp::from_ms(ms.load(Ordering::Relaxed)),
        }
    }

    /// Today, UTC.
    pub fn today(&self) -> Day {
        self.now().day()
    }

    /// Monotonic time, for measuring how long things take.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else takes")]
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// Blocks the calling thread, which must not be an async worker.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else takes")]
    pub fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Milliseconds since the Unix epoch by the machine's wall clock.
#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else takes")]
fn system_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_clock_moves_only_when_told() {
        let clock = Clock::held(Timestamp::from_ms(86_400_000));
        let twin = clock.clone();
        assert_eq!(clock.today(), Day::new(1));
        twin.hold_at(Timestamp::from_ms(3 * 86_400_000));
        assert_eq!(clock.today(), Day::new(3));
    }

    #[test]
    fn the_machine_s_clock_is_past_2020() {
        assert!(Clock::System.now().ms() > 1_577_836_800_000);
    }
}
