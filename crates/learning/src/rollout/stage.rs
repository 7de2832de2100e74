//! How many answers a challenger gets: one of four stages, each holding all of the one before.

use super::crowd::{SLOTS, Whole};
use std::fmt;

/// Which of two models answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// The model that serves, or the map's own promise where there is none.
    Champion,
    /// The one that may replace it.
    Challenger,
}

impl Arm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Champion, Self::Challenger];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Champion => "champion",
            Self::Challenger => "challenger",
        }
    }
}

/// How many answers a challenger gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// One in a hundred.
    One,
    /// Five in a hundred.
    Five,
    /// A quarter.
    Quarter,
    /// All: the champion is still asked beside it.
    All,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 4] = [Self::One, Self::Five, Self::Quarter, Self::All];

    /// Its share of the answers, %.
    pub const fn percent(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Five => 5,
            Self::Quarter => 25,
            Self::All => 100,
        }
    }

    /// The stage of that share.
    pub fn of_percent(percent: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.percent() == percent)
    }

    /// The one after; `None` when it was the last, and the challenger becomes champion.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| *stage > self)
    }

    /// The arm of a query by what it heard; `model` is any number that is the challenger's own.
    pub const fn arm(self, whole: Whole, model: u64) -> Arm {
        let below = SLOTS * self.percent() as u64 / 100;
        if whole.slot(model) < below { Arm::Challenger } else { Arm::Champion }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_follow_each_other_and_each_holds_the_one_before() {
        let mut stage = Stage::One;
        let mut percents = vec![stage.percent()];
        while let Some(next) = stage.next() {
            stage = next;
            percents.push(stage.percent());
        }
        assert_eq!(percents, [1, 5, 25, 100]);
        assert_eq!(Stage::of_percent(25), Some(Stage::Quarter));
        assert_eq!(Stage::of_percent(2), None);
        for query in 0..2_000_u64 {
            let whole = Whole::of(query * 7..query * 7 + 7);
            let arms = Stage::ALL.map(|stage| stage.arm(whole, 9));
            let first = arms.iter().position(|arm| *arm == Arm::Challenger).unwrap();
            assert!(arms[first..].iter().all(|arm| *arm == Arm::Challenger), "{arms:?}");
        }
    }

    #[test]
    fn a_stage_takes_its_share_and_another_model_takes_others() {
        let all: Vec<Whole> = (0..100_000_u64).map(|query| Whole::of(query..query + 3)).collect();
        let n = |stage: Stage, model| {
            all.iter().filter(|it| stage.arm(**it, model) == Arm::Challenger).count()
        };
        assert!((900..1_100).contains(&n(Stage::One, 1)), "{}", n(Stage::One, 1));
        assert!((24_500..25_500).contains(&n(Stage::Quarter, 2)));
        assert_eq!(n(Stage::All, 3), 100_000);
        let takes = |whole: &Whole, model| Stage::One.arm(*whole, model) == Arm::Challenger;
        let n_both = all.iter().filter(|it| takes(it, 1) && takes(it, 2)).count();
        assert!(n_both < 30, "{n_both}");
    }
}
