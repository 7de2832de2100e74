//! What was seen of both arms since a stage began. Sums are whole numbers, so that parts merge exactly.

use super::stage::Arm;
use crate::calibrate::LEVELS;
use crate::drift::Sketch;

/// Which of the four radii is R95.
const R95: usize = 3;

/// What both arms said of one row: R50, R68, R90 and R95, m.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// The champion, or the map's own promise where there is none.
    pub champion_m: [f64; 4],
    /// The challenger.
    pub challenger_m: [f64; 4],
}

/// Answers of one arm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// Answers.
    pub n_answers: u64,
    /// Those for which the model had no word that can be sent.
    pub n_errors: u64,
    /// What a word took, µs.
    pub took_us: Sketch,
}

/// Answers whose truth came to be known, by what both arms said of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labelled {
    /// How many.
    pub n: u64,
    /// Truths inside the champion's R95.
    pub n_inside_champion: u64,
    /// Truths inside the challenger's R95.
    pub n_inside_challenger: u64,
    /// Truths inside the champion's and outside the challenger's R95.
    pub n_lost: u64,
    /// Truths outside the champion's and inside the challenger's R95.
    pub n_won: u64,
    champion_loss_mm: i64,
    challenger_loss_mm: i64,
    /// Of the differences of losses, squared.
    squares_mm2: u128,
}

/// What was seen of both arms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    champion: Side,
    challenger: Side,
    /// Rows of which both said something.
    pub n_paired: u64,
    /// Sum of the logarithms of the challenger's R95 over the champion's, in millionths.
    log_ratio: i64,
    /// Late labels.
    pub labelled: Labelled,
}

impl Tally {
    /// Nothing but labels that were counted before.
    pub fn of_labels(labelled: Labelled) -> Self {
        Self { labelled, ..Self::default() }
    }

    /// Counts an answer that an arm gave.
    pub fn answered(&mut self, arm: Arm, took_us: f64, is_error: bool) {
        let side = match arm {
            Arm::Champion => &mut self.champion,
            Arm::Challenger => &mut self.challenger,
        };
        side.n_answers += 1;
        side.n_errors += u64::from(is_error);
        side.took_us.add(took_us);
    }

    /// Counts what both said of one row, whoever was heard.
    pub fn paired(&mut self, said: &Said) {
        let ratio = (said.challenger_m[R95] / said.champion_m[R95]).ln();
        // A radius that is none is as far from another as can be.
        let ratio = if ratio.is_finite() { ratio.clamp(-10.0, 10.0) } else { 10.0 };
        self.n_paired += 1;
        self.log_ratio += (ratio * 1e6) as i64;
    }

    /// Counts how far off an answer was of which both said something.
    pub fn labelled(&mut self, error_m: f64, said: &Said) {
        let inside = [said.champion_m, said.challenger_m].map(|radii_m| error_m <= radii_m[R95]);
        let loss_mm = [said.champion_m, said.challenger_m].map(|it| pinball_mm(error_m, it));
        let of = &mut self.labelled;
        of.n += 1;
        of.n_inside_champion += u64::from(inside[0]);
        of.n_inside_challenger += u64::from(inside[1]);
        of.n_lost += u64::from(inside[0] && !inside[1]);
        of.n_won += u64::from(!inside[0] && inside[1]);
        of.champion_loss_mm += loss_mm[0];
        of.challenger_loss_mm += loss_mm[1];
        let difference = u128::from(loss_mm[0].abs_diff(loss_mm[1]));
        of.squares_mm2 += difference * difference;
    }

    /// One arm's answers.
    pub const fn side(&self, arm: Arm) -> &Side {
        match arm {
            Arm::Champion => &self.champion,
            Arm::Challenger => &self.challenger,
        }
    }

    /// The challenger's R95 over the champion's, in the geometric mean.
    pub fn ratio(&self) -> f64 {
        if self.n_paired == 0 {
            return 1.0;
        }
        (self.log_ratio as f64 / 1e6 / self.n_paired as f64).exp()
    }

    /// Counts all that another counted.
    pub fn merge(&mut self, other: &Self) {
        self.champion.merge(&other.champion);
        self.challenger.merge(&other.challenger);
        self.n_paired += other.n_paired;
        self.log_ratio += other.log_ratio;
        self.labelled.merge(&other.labelled);
    }
}

impl Side {
    fn merge(&mut self, other: &Self) {
        self.n_answers += other.n_answers;
        self.n_errors += other.n_errors;
        self.took_us.merge(&other.took_us);
    }
}

impl Labelled {
    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.n_inside_champion += other.n_inside_champion;
        self.n_inside_challenger += other.n_inside_challenger;
        self.n_lost += other.n_lost;
        self.n_won += other.n_won;
        self.champion_loss_mm += other.champion_loss_mm;
        self.challenger_loss_mm += other.challenger_loss_mm;
        self.squares_mm2 += other.squares_mm2;
    }

    /// The challenger's mean loss over the champion's, and by how many standard errors it is the larger.
    pub fn loss(&self) -> (f64, f64) {
        if self.n == 0 || self.champion_loss_mm <= 0 {
            return (1.0, 0.0);
        }
        let ratio = self.challenger_loss_mm as f64 / self.champion_loss_mm as f64;
        let more = (self.challenger_loss_mm - self.champion_loss_mm) as f64;
        let deviation = (self.squares_mm2 as f64).sqrt().max(1.0);
        (ratio, more / deviation)
    }
}

/// The mean pinball loss over the levels, mm; of a radius that is none, a kilometre.
fn pinball_mm(error_m: f64, radii_m: [f64; 4]) -> i64 {
    let losses = LEVELS.iter().zip(radii_m).map(|(level, radius_m)| {
        (level * (error_m - radius_m)).max((level - 1.0) * (error_m - radius_m))
    });
    let loss_mm = 1e3 * losses.sum::<f64>() / LEVELS.len() as f64;
    if loss_mm.is_finite() { loss_mm.clamp(0.0, 1e9) as i64 } else { 1_000_000 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(champion: f64, challenger: f64) -> Said {
        let radii_m = |r95_m: f64| [0.4, 0.6, 0.8, 1.0].map(|it| it * r95_m);
        Said { champion_m: radii_m(champion), challenger_m: radii_m(challenger) }
    }

    fn of(rows: &[(f64, f64, f64)]) -> Tally {
        let mut tally = Tally::default();
        for (error_m, champion, challenger) in rows {
            tally.answered(Arm::ALL[tally.n_paired as usize % 2], *error_m, *error_m < 1.0);
            tally.paired(&said(*champion, *challenger));
            tally.labelled(*error_m, &said(*champion, *challenger));
        }
        tally
    }

    proptest! {
        #[test]
        fn parts_merge_into_what_all_rows_give(
            rows in prop::collection::vec((0.0..500.0_f64, 1.0..900.0_f64, 1.0..900.0_f64), 0..60),
            cut in 0_usize..30,
        ) {
            let cut = 2 * cut.min(rows.len() / 2);
            let (mut one, two) = (of(&rows[..cut]), of(&rows[cut..]));
            one.merge(&two);
            prop_assert_eq!(one, of(&rows));
        }
    }

    #[test]
    fn ratios_coverage_and_losses_are_of_the_same_rows() {
        let tally = of(&[(30.0, 40.0, 20.0), (10.0, 40.0, 20.0), (50.0, 40.0, 80.0)]);
        assert!((tally.ratio() - 0.5_f64.cbrt()).abs() < 1e-5, "{}", tally.ratio());
        let of = &tally.labelled;
        assert_eq!((of.n, of.n_inside_champion, of.n_inside_challenger), (3, 2, 2));
        assert_eq!((of.n_lost, of.n_won), (1, 1));
        assert!(of.loss().0 > 0.0 && Labelled::default().loss() == (1.0, 0.0));
        let mut broken = Tally::default();
        broken.paired(&said(10.0, f64::NAN));
        assert!(broken.ratio() > 1_000.0, "a radius that is none is far from any");
    }
}
