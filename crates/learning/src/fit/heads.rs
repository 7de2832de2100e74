//! The heads of a task: what each learns, and the forests that do.

use super::scorer::Scorer;
use crate::boost::{Loss, Matrix, train};
use crate::calibrate::LEVELS;
use crate::dice::mix;
use crate::spec::{Heads, TaskSpec};

/// Least size that is told from a smaller one, in the label's unit: below it an error is no error.
const SIZE_MIN: f32 = 1.0;

/// What was taught, with what its features are worth.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedHeads {
    /// What gives raw words.
    pub scorer: Scorer,
    /// Share of each feature: of all gains of forests, of what moves the scores of a network.
    pub importance: Vec<f64>,
}

impl FittedHeads {
    /// The raw words of rows: a score a head.
    pub fn scores(&self, rows: &Matrix) -> Matrix {
        let mut scores = Matrix::new(self.scorer.n_scores());
        for row in rows.rows() {
            scores.push(&self.scorer.score(row));
        }
        scores
    }
}

/// Trains the forests of a spec.
pub(super) fn forests(
    spec: &TaskSpec,
    rows: &Matrix,
    labels: &[f32],
    n_threads: usize,
) -> FittedHeads {
    let heads = heads(spec, labels);
    let n_heads = heads.len() as f64;
    let (mut forests, mut importance) = (Vec::new(), vec![0.0; rows.n_features()]);
    for (number, (labels, loss)) in heads.into_iter().enumerate() {
        let seed = mix(spec.training.seed, number as u64);
        let trained = train(rows, &labels, loss, &spec.training.booster, seed, n_threads);
        for (sum, share) in importance.iter_mut().zip(&trained.importance) {
            *sum += share / n_heads;
        }
        forests.push(trained.forest);
    }
    FittedHeads { scorer: Scorer::Forests(forests), importance }
}

/// What each head learns.
pub(super) fn heads(spec: &TaskSpec, labels: &[f32]) -> Vec<(Vec<f32>, Loss)> {
    let logs = || labels.iter().map(|size| size.max(SIZE_MIN).ln()).collect::<Vec<f32>>();
    match spec.training.heads {
        Heads::Scale => vec![(logs(), Loss::Squares)],
        Heads::Quantiles => LEVELS.map(|level| (logs(), Loss::Quantile(level))).into(),
        Heads::Odds if spec.label.classes.is_empty() => vec![(labels.to_vec(), Loss::Logistic)],
        Heads::Odds => (0..spec.label.classes.len())
            .map(|class| {
                let is = |label: &f32| f32::from(u8::from(*label as usize == class));
                (labels.iter().map(is).collect(), Loss::Logistic)
            })
            .collect(),
    }
}

/// The raw radii of a row's scores, m.
pub(crate) fn raw_radii_m(scores: &[f32]) -> [f64; 4] {
    let of = |score: f32| f64::from(score).exp();
    match scores {
        [a, b, c, d] => [of(*a), of(*b), of(*c), of(*d)],
        [scale, ..] => [of(*scale); 4],
        [] => [1.0; 4],
    }
}
