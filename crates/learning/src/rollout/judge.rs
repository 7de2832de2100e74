//! What becomes of a challenger: it waits, goes on, or goes, with the figures that say so.

use super::stage::Arm;
use super::tally::Tally;
use std::fmt;

/// How much larger the challenger's share of words that cannot be sent may be.
///
/// # Source
/// Policy: a model's word is always sendable; one in a hundred that is not is a fault.
const ERRORS_MORE_MAX: f64 = 0.01;
/// Answers before errors are judged. Source: policy, as above.
const ERRORS_ROWS_MIN: u64 = 20;
/// How much longer than the champion's the challenger's p99 may be, as a factor.
///
/// # Source
/// Policy: twice the time is another kind of model; what is within [`LATENCY_FLOOR_US`] nobody feels.
const LATENCY_FACTOR_MAX: f64 = 2.0;
/// What no word is too slow for, µs. Source: policy, a hundredth of the budget of an answer over HTTP.
const LATENCY_FLOOR_US: f64 = 100.0;
/// Answers before p99 is judged. Source: policy, two of 200 lie above it.
const LATENCY_ROWS_MIN: u64 = 200;
/// How far apart both arms' R95 of the same rows may be, as a factor of the geometric mean.
///
/// # Source
/// Policy: recipes of one task tried on the shared sets differ by less than 1.2 (docs/measured/models.md);
/// radii halved by 2.
pub const DISAGREEMENT_FACTOR_MAX: f64 = 1.4;
/// Labels before coverage and loss are judged. Source: policy; the number of deviations below is what protects.
const LABELS_MIN: u64 = 30;
/// How many points fewer truths may lie inside the challenger's R95. Source: as the gates, ±3 points.
const COVERAGE_LESS_MAX: f64 = 0.03;
/// How much larger the challenger's loss may be.
///
/// # Source
/// Policy: a promotion is refused at 2 % on thousands of rows; live rows are fewer and their labels rougher.
const LOSS_MORE_MAX: f64 = 1.1;
/// Standard errors that a difference must have: it is looked at each second, hundreds of times a stage.
///
/// # Source
/// Howard, Ramdas, `McAuliffe`, Sekhon, *Time-uniform confidence sequences* (2021): a bound that holds at every
/// look up to some thousand rows is about 4 standard errors at 1 %.
const DEVIATIONS_MIN: f64 = 4.0;

/// What a challenger is stopped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Words that cannot be sent.
    Errors,
    /// The time a word takes.
    Latency,
    /// Both arms of the same row.
    Disagreement,
    /// Truths inside R95.
    Coverage,
    /// How far radii are from the errors.
    Loss,
}

impl Guard {
    /// All guards.
    pub const ALL: [Self; 5] =
        [Self::Errors, Self::Latency, Self::Disagreement, Self::Coverage, Self::Loss];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Errors => "errors",
            Self::Latency => "latency",
            Self::Disagreement => "disagreement",
            Self::Coverage => "coverage",
            Self::Loss => "loss",
        }
    }
}

/// A guard that stopped a challenger, with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    /// Which.
    pub guard: Guard,
    /// What was found.
    pub found: f64,
    /// What would do.
    pub bound: String,
    /// Rows, answers or labels it was found on.
    pub n: u64,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { guard, found, bound, n } = self;
        write!(f, "{} is {found:.4} on {n}, should be {bound}", guard.name())
    }
}

/// How fast a challenger may go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Milliseconds of a stage at least.
    pub stage_ms: u64,
    /// The challenger's answers of a stage at least.
    pub answers_min: u64,
    /// Rows of which both arms said something, before disagreement is judged.
    pub rows_min: u64,
    /// See [`DISAGREEMENT_FACTOR_MAX`].
    pub disagreement_factor_max: f64,
}

/// What becomes of a challenger.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It stays in its stage.
    Hold,
    /// It goes on to the next stage, after the last it becomes champion.
    Advance,
    /// It goes.
    RollBack(Breach),
}

/// Judges a stage that was held so long.
pub fn judge(tally: &Tally, held_ms: u64, pace: &Pace) -> Verdict {
    let breach = errors(tally)
        .or_else(|| latency(tally))
        .or_else(|| disagreement(tally, pace))
        .or_else(|| coverage(tally))
        .or_else(|| loss(tally));
    let is_seen = tally.side(Arm::Challenger).n_answers >= pace.answers_min
        && tally.n_paired >= pace.rows_min;
    match breach {
        Some(breach) => Verdict::RollBack(breach),
        None if held_ms >= pace.stage_ms && is_seen => Verdict::Advance,
        None => Verdict::Hold,
    }
}

fn errors(tally: &Tally) -> Option<Breach> {
    let share = |arm| {
        let side = tally.side(arm);
        side.n_errors as f64 / side.n_answers.max(1) as f64
    };
    let n = tally.side(Arm::Challenger).n_answers;
    let (found, most) = (share(Arm::Challenger), share(Arm::Champion) + ERRORS_MORE_MAX);
    let is_breach = n >= ERRORS_ROWS_MIN && found > most;
    is_breach.then(|| breach(Guard::Errors, found, format!("at most {most:.4} of answers"), n))
}

fn latency(tally: &Tally) -> Option<Breach> {
    let p99_us = |arm| tally.side(arm).took_us.quantile(0.99);
    let n = Arm::ALL.map(|arm| tally.side(arm).n_answers).into_iter().min()?;
    let found = p99_us(Arm::Challenger)?;
    let most = (LATENCY_FACTOR_MAX * p99_us(Arm::Champion)?).max(LATENCY_FLOOR_US);
    let is_breach = n >= LATENCY_ROWS_MIN && found > most;
    is_breach.then(|| breach(Guard::Latency, found, format!("at most {most:.1} µs at p99"), n))
}

fn disagreement(tally: &Tally, pace: &Pace) -> Option<Breach> {
    let (found, most) = (tally.ratio(), pace.disagreement_factor_max);
    let is_breach = tally.n_paired >= pace.rows_min.max(1) && (found > most || found < 1.0 / most);
    let bound = || format!("{:.4} to {most:.4} of the champion's R95", 1.0 / most);
    is_breach.then(|| breach(Guard::Disagreement, found, bound(), tally.n_paired))
}

fn coverage(tally: &Tally) -> Option<Breach> {
    let of = &tally.labelled;
    let n = of.n.max(1) as f64;
    let (lost, won) = (of.n_lost as f64, of.n_won as f64);
    let deviations = (lost - won) / (lost + won).max(1.0).sqrt();
    let is_breach =
        of.n >= LABELS_MIN && (lost - won) / n > COVERAGE_LESS_MAX && deviations > DEVIATIONS_MIN;
    let least = of.n_inside_champion as f64 / n - COVERAGE_LESS_MAX;
    let found = of.n_inside_challenger as f64 / n;
    let bound = || format!("at least {least:.4} of truths inside R95");
    is_breach.then(|| breach(Guard::Coverage, found, bound(), of.n))
}

fn loss(tally: &Tally) -> Option<Breach> {
    let of = &tally.labelled;
    let (found, deviations) = of.loss();
    let is_breach = of.n >= LABELS_MIN && found > LOSS_MORE_MAX && deviations > DEVIATIONS_MIN;
    let bound = || format!("at most {LOSS_MORE_MAX} of the champion's");
    is_breach.then(|| breach(Guard::Loss, found, bound(), of.n))
}

const fn breach(guard: Guard, found: f64, bound: String, n: u64) -> Breach {
    Breach { guard, found, bound, n }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
