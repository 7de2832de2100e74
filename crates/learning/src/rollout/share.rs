//! The running count that holds a challenger to its share, however often one query is asked again.

use super::crowd::Whole;
use super::stage::{Arm, Stage};
use std::sync::atomic::{AtomicU64, Ordering};

/// Answers since a stage began, and how many of them were the challenger's.
#[derive(Debug)]
pub struct Share {
    stage: Stage,
    model: u64,
    n_answers: AtomicU64,
    n_challenger: AtomicU64,
}

impl Share {
    /// Of a stage that begins now; `model` is any number that is the challenger's own.
    pub const fn new(stage: Stage, model: u64) -> Self {
        let (n_answers, n_challenger) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { stage, model, n_answers, n_challenger }
    }

    /// The stage.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// The arm of the next answer: by what was heard, and the champion's where the share is used up (L6).
    ///
    /// # Cost
    /// One atomic addition, two for the challenger's; callable from any number of threads.
    pub fn arm(&self, whole: Whole) -> Arm {
        // invariant: L6
        let n_before = self.n_answers.fetch_add(1, Ordering::Relaxed);
        if self.stage.arm(whole, self.model) == Arm::Champion {
            return Arm::Champion;
        }
        let most = (n_before + 1) * u64::from(self.stage.percent()) / 100;
        let taken = self
            .n_challenger
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < most).then_some(n + 1));
        if taken.is_ok() { Arm::Challenger } else { Arm::Champion }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_more_than_the_share_whatever_is_asked(
            queries in prop::collection::vec(0_u64..5, 1..3_000), which in 0_usize..4, model: u64,
        ) {
            // invariant: L6
            let stage = Stage::ALL[which];
            let share = Share::new(stage, model);
            let mut n_challenger = 0;
            for (n, query) in (1_u64..).zip(queries) {
                let arm = share.arm(Whole::of([query]));
                n_challenger += u64::from(arm == Arm::Challenger);
                prop_assert!(n_challenger * 100 <= n * u64::from(stage.percent()));
            }
        }
    }

    #[test]
    fn many_threads_together_keep_to_the_share_and_use_it() {
        let share = Share::new(Stage::Five, 3);
        let n = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let (share, n) = (&share, &n);
                scope.spawn(move || {
                    for query in 0..10_000 {
                        let whole = Whole::of([thread * 10_000 + query]);
                        let is_challenger = share.arm(whole) == Arm::Challenger;
                        n.fetch_add(u64::from(is_challenger), Ordering::Relaxed);
                    }
                });
            }
        });
        let n = n.into_inner();
        assert!((1_700..=2_000).contains(&n), "{n} of 40,000");
    }
}
