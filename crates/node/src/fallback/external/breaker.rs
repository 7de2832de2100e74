//! Leaves a provider alone that keeps failing, and tries it again with one query.

use std::time::{Duration, Instant};

/// The breaker of one provider.
#[derive(Debug)]
pub(super) struct Breaker {
    failures_max: u32,
    pause: Duration,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Asked; so many failures in a row.
    Closed { failures: u32 },
    /// Not asked until then.
    Open { until: Instant },
    /// One query is under way to see; if it never ends, another may try after that time.
    Trying { until: Instant },
}

/// What a result did to the breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// From now on the provider is left alone.
    Opened,
    /// From now on it is asked again.
    Closed,
}

impl Breaker {
    /// A closed breaker that opens after `failures_max` failures in a row, for `pause`.
    pub(super) const fn new(failures_max: u32, pause: Duration) -> Self {
        Self { failures_max, pause, state: State::Closed { failures: 0 } }
    }

    /// Whether the provider may be asked now; if it was left alone, one query may.
    pub(super) fn lets_through(&mut self, now: Instant) -> bool {
        match self.state {
            State::Closed { .. } => true,
            State::Open { until } | State::Trying { until } if now >= until => {
                self.state = State::Trying { until: now + self.pause };
                true
            }
            State::Open { .. } | State::Trying { .. } => false,
        }
    }

    /// Takes note of what came of a query.
    pub(super) fn note(&mut self, worked: bool, now: Instant) -> Change {
        let was_closed = matches!(self.state, State::Closed { .. });
        if worked {
            self.state = State::Closed { failures: 0 };
            return if was_closed { Change::None } else { Change::Closed };
        }
        let failures = match self.state {
            State::Closed { failures } => failures + 1,
            State::Open { .. } | State::Trying { .. } => self.failures_max,
        };
        if failures < self.failures_max {
            self.state = State::Closed { failures };
            return Change::None;
        }
        self.state = State::Open { until: now + self.pause };
        if was_closed { Change::Opened } else { Change::None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const PAUSE: Duration = Duration::from_secs(30);

    /// A breaker that has just opened, and when.
    fn opened() -> (Breaker, Instant) {
        let now = Clock::System.instant();
        let mut breaker = Breaker::new(2, PAUSE);
        assert_eq!(breaker.note(false, now), Change::None);
        assert_eq!(breaker.note(false, now), Change::Opened);
        (breaker, now)
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_does_not() {
        let now = Clock::System.instant();
        let mut breaker = Breaker::new(2, PAUSE);
        for worked in [false, true, false, true] {
            assert_eq!(breaker.note(worked, now), Change::None);
        }
        assert!(breaker.lets_through(now));
        let (mut breaker, now) = opened();
        assert!(!breaker.lets_through(now));
    }

    #[test]
    fn after_the_pause_one_query_tries_and_success_closes_it() {
        let (mut breaker, now) = opened();
        let later = now + PAUSE;
        assert!(breaker.lets_through(later) && !breaker.lets_through(later));
        assert_eq!(breaker.note(true, later), Change::Closed);
        assert!(breaker.lets_through(later) && breaker.lets_through(later));
    }

    #[test]
    fn a_failed_try_waits_again_without_another_warning() {
        let (mut breaker, now) = opened();
        let later = now + PAUSE;
        assert!(breaker.lets_through(later));
        assert_eq!(breaker.note(false, later), Change::None);
        assert!(!breaker.lets_through(later + PAUSE / 2) && breaker.lets_through(later + PAUSE));
    }

    #[test]
    fn a_try_that_never_ends_does_not_close_the_door_for_ever() {
        let (mut breaker, now) = opened();
        assert!(breaker.lets_through(now + PAUSE));
        assert!(breaker.lets_through(now + PAUSE * 2));
    }
}
