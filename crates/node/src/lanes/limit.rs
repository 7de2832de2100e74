//! How many may be worked on at once: a number that follows how long work waits for its turn.

/// Share of the limit that is left when work waits too long.
/// Source: Chiu and Jain, 1989 (additive increase, multiplicative decrease); 0.9 as in Netflix's concurrency-limits.
const DECREASE: f64 = 0.9;

/// A limit that grows by one each time it was used up and nobody waited long, and shrinks by a tenth when they did.
#[derive(Debug)]
pub(super) struct Limit {
    least: f64,
    most: f64,
    now: f64,
    /// Endings seen since it shrank last.
    since: usize,
}

impl Limit {
    /// Begins at the most.
    pub(super) fn new(least: usize, most: usize) -> Self {
        let [least, most] = [least, most.max(least)].map(real);
        Self { least, most, now: most, since: 0 }
    }

    /// How many may be in.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "least ≤ now ≤ most, both counts"
    )]
    pub(super) fn get(&self) -> usize {
        self.now as usize
    }

    /// Something ended: `late` when work waited too long for its turn, `n_inside` with itself.
    pub(super) fn ended(&mut self, late: bool, n_inside: usize) {
        self.since = self.since.saturating_add(1);
        if !late {
            // Who does not use the limit up says nothing about a higher one.
            if real(n_inside) * 2.0 >= self.now {
                self.now = (self.now + 1.0 / self.now).min(self.most);
            }
        } else if self.since >= self.get() {
            // Those that were in already say nothing about the new limit.
            self.now = (self.now * DECREASE).max(self.least);
            self.since = 0;
        }
    }
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "places, far below 2^52")]
fn real(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_stays_between_its_bounds_whatever_happens(
            bounds in (1_usize..20, 0_usize..200),
            ends in prop::collection::vec((any::<bool>(), 0_usize..300), 0..2_000),
        ) {
            let (least, more) = bounds;
            let mut limit = Limit::new(least, least + more);
            for (late, n_inside) in ends {
                limit.ended(late, n_inside);
                prop_assert!((least..=least + more).contains(&limit.get()));
            }
        }
    }

    #[test]
    fn lateness_halves_it_within_seven_rounds_and_calm_brings_it_back() {
        let mut limit = Limit::new(4, 64);
        for _ in 0..7 {
            (0..limit.get()).for_each(|_| limit.ended(true, 64));
        }
        assert!(limit.get() <= 32, "{}", limit.get());
        for _ in 0..64 * 64 {
            limit.ended(false, limit.get());
        }
        assert_eq!(limit.get(), 64);
    }

    #[test]
    fn one_round_of_lateness_counts_once_and_an_unused_limit_does_not_grow() {
        let mut limit = Limit::new(1, 100);
        (0..100).for_each(|_| limit.ended(true, 100));
        assert_eq!(limit.get(), 90);
        (0..1_000).for_each(|_| limit.ended(false, 3));
        assert_eq!(limit.get(), 90);
    }
}
