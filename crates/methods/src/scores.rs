//! What a method's answers are worth: errors, radii, floors.

use crate::exam::Question;
use crate::method::Estimate;
use cairn_ground::Geodesic;

/// One answer against the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    /// Distance from the truth, m.
    pub(crate) error_m: f64,
    /// What was answered.
    pub(crate) estimate: Estimate,
    /// Whether the floor is right, where both the truth and the answer have one.
    pub(crate) floor_right: Option<bool>,
}

impl Mark {
    /// An answer to a question.
    pub(crate) fn of(question: &Question, estimate: Estimate) -> Self {
        let floor_right = estimate.floor.zip(question.floor).map(|(said, truth)| said == truth);
        Self { error_m: Geodesic.distance_m(estimate.place, question.truth), estimate, floor_right }
    }

    /// Whether the radius of 95 % holds the truth, where one is claimed.
    fn inside_r95(&self) -> Option<bool> {
        self.estimate.r95_m.map(|r95_m| self.error_m <= r95_m)
    }
}

/// What some answers are worth together; `None` where there is nothing to say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Score {
    /// Questions.
    pub(crate) n_asked: usize,
    /// Answers.
    pub(crate) n_answered: usize,
    /// Mean error, m.
    pub(crate) mean_m: Option<f64>,
    /// Quantiles of the error at 50, 68, 90 and 95 %, m.
    pub(crate) quantiles_m: [Option<f64>; 4],
    /// Share of truths inside R68 and R95.
    pub(crate) inside: [Option<f64>; 2],
    /// Median R95, m.
    pub(crate) median_r95_m: Option<f64>,
    /// Share of stated floors that are right.
    pub(crate) floor_right: Option<f64>,
}

impl Score {
    /// The score of answers, `None` among them for a question without one.
    pub(crate) fn of(marks: &[Option<Mark>]) -> Self {
        let given: Vec<&Mark> = marks.iter().flatten().collect();
        let errors_m = sorted(given.iter().map(|mark| mark.error_m));
        let r95_m = sorted(given.iter().filter_map(|mark| mark.estimate.r95_m));
        let inside_r68 =
            given.iter().filter_map(|mark| mark.estimate.r68_m.map(|r68_m| mark.error_m <= r68_m));
        Self {
            n_asked: marks.len(),
            n_answered: given.len(),
            mean_m: mean(&errors_m),
            quantiles_m: [0.50, 0.68, 0.90, 0.95].map(|level| quantile(&errors_m, level)),
            inside: [share(inside_r68), share(given.iter().filter_map(|mark| mark.inside_r95()))],
            median_r95_m: quantile(&r95_m, 0.5),
            floor_right: share(given.iter().filter_map(|mark| mark.floor_right)),
        }
    }
}

/// The values, rising.
pub(crate) fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The mean; `None` of nothing.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The quantile of rising values, by linear interpolation as the black-box evaluation has it.
pub(crate) fn quantile(rising: &[f64], level: f64) -> Option<f64> {
    let last = rising.len().checked_sub(1)?;
    let at = level * last as f64;
    let (low, high) = (at as usize, (at as usize + 1).min(last));
    Some((rising[high] - rising[low]) * at.fract() + rising[low])
}

/// The share that is true; `None` of nothing.
pub(crate) fn share(values: impl Iterator<Item = bool>) -> Option<f64> {
    let (mut n, mut n_true) = (0_u32, 0_u32);
    for value in values {
        n += 1;
        n_true += u32::from(value);
    }
    (n > 0).then(|| f64::from(n_true) / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::at;

    #[test]
    fn a_score_counts_what_was_answered_and_what_was_claimed() {
        let mark = |error_m: f64, r95_m| {
            let estimate = Estimate { r95_m, ..Estimate::at(at(0.0, 0.0)) };
            Some(Mark { error_m, estimate, floor_right: Some(error_m < 15.0) })
        };
        let score =
            Score::of(&[mark(10.0, Some(20.0)), mark(20.0, Some(10.0)), None, mark(30.0, None)]);
        assert_eq!((score.n_asked, score.n_answered), (4, 3));
        assert_eq!(score.mean_m, Some(20.0));
        assert_eq!(score.quantiles_m[0], Some(20.0));
        assert!((score.quantiles_m[2].unwrap() - 28.0).abs() < 1e-9);
        assert_eq!(score.inside, [None, Some(0.5)]);
        assert_eq!(score.median_r95_m, Some(15.0));
        assert!((score.floor_right.unwrap() - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_answered_is_no_score_at_all() {
        let score = Score::of(&[None, None]);
        assert_eq!((score.n_asked, score.n_answered, score.mean_m), (2, 0, None));
    }
}
