//! How long to wait before the next attempt: longer each time, never all at once, never for ever.

use crate::mix::mixed;
use std::time::Duration;

/// The first pause. Source: choice: a restart of the other server takes about as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause of our own. Source: choice: an outage is noticed to be over within minutes.
const LONGEST: Duration = Duration::from_mins(5);
/// The longest pause that the other server may ask for.
const ASKED_MAX: Duration = Duration::from_hours(1);

/// Pauses that double, each cut by a share that its seed and number decide.
#[derive(Debug, Clone)]
pub(crate) struct Pause {
    seed: u64,
    n_failed: u32,
}

impl Pause {
    /// Pauses of nodes with other seeds fall apart.
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, n_failed: 0 }
    }

    /// The other server answered: the next pause is short again.
    pub(crate) const fn reset(&mut self) {
        self.n_failed = 0;
    }

    /// Attempts that failed since the last that did not.
    pub(crate) const fn n_failed(&self) -> u32 {
        self.n_failed
    }

    /// The next pause: between half and the whole of 1, 2, 4 … seconds, or what was asked for if that
    /// is longer.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let whole = FIRST.saturating_mul(1 << self.n_failed.min(16)).min(LONGEST);
        self.n_failed = self.n_failed.saturating_add(1);
        let share = mixed((self.seed ^ u64::from(self.n_failed)).wrapping_add(STEP)) >> 32;
        let ms = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
        let ours = Duration::from_millis(ms / 2 + ms / 2 * share / u64::from(u32::MAX));
        ours.max(asked.unwrap_or(Duration::ZERO).min(ASKED_MAX))
    }
}

/// What is added to a number before its bits are spread, so that 0 does not stay 0. Source: as [`mixed`].
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_again_after_a_success() {
        let mut pause = Pause::new(7);
        let mut whole = FIRST;
        for _ in 0..40 {
            let next = pause.next(None);
            assert!(next >= whole / 2 && next <= whole, "{next:?} of {whole:?}");
            whole = (whole * 2).min(LONGEST);
        }
        assert_eq!(pause.n_failed(), 40);
        pause.reset();
        assert!(pause.next(None) <= FIRST);
    }

    #[test]
    fn equal_seeds_give_equal_pauses_and_others_fall_apart() {
        let three = |seed| {
            let mut pause = Pause::new(seed);
            [pause.next(None), pause.next(None), pause.next(None)]
        };
        assert_eq!(three(1), three(1));
        assert_ne!(three(1), three(2));
    }

    #[test]
    fn a_longer_pause_that_is_asked_for_is_kept_up_to_an_hour() {
        let asked = |seconds| Pause::new(1).next(Some(Duration::from_secs(seconds)));
        assert_eq!(asked(90), Duration::from_secs(90));
        assert_eq!(asked(1 << 40), ASKED_MAX);
        assert!(asked(0) >= FIRST / 2);
    }
}
