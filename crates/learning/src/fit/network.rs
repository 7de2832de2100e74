//! A network instead of forests: the same heads, what each feature is worth to it, and who trains it.

use super::cross::n_heads;
use super::error::FitError;
use crate::boost::Matrix;
use crate::spec::{Learner, TaskSpec};
use cairn_neural::Network;

/// Rows that tell what a feature is worth.
const WORTH_ROWS: usize = 1_000;

/// Whether this program can train what a spec asks for.
///
/// # Errors
/// When it is a build without the training of networks.
pub const fn trainable(spec: &TaskSpec) -> Result<(), FitError> {
    if matches!(spec.training.learner, Learner::Network) && !cfg!(feature = "neural") {
        return Err(FitError::NoNeural);
    }
    Ok(())
}

/// What trains the networks of a spec; nothing for a spec that trains none.
#[cfg(feature = "neural")]
pub(crate) fn backend(spec: &TaskSpec) -> Option<&'static str> {
    (spec.training.learner == Learner::Network).then(cairn_neural::train::backend)
}

/// Forests are all that this build trains.
#[cfg(not(feature = "neural"))]
pub(crate) const fn backend(_spec: &TaskSpec) -> Option<&'static str> {
    None
}

/// Trains the network of a spec.
#[cfg(feature = "neural")]
pub(super) fn trained(spec: &TaskSpec, rows: &Matrix, labels: &[f32]) -> Result<Network, FitError> {
    use crate::boost::Loss;
    use crate::dice::{Dice, mix};
    use cairn_neural::{Lesson, Loss as Small};

    /// Networks have other chance than forests.
    const NETWORK: u64 = 0x006e_6575_7261;

    let heads = super::heads::heads(spec, labels);
    let of_row = |row: usize| heads.iter().map(move |(labels, _)| labels[row]);
    let labels: Vec<f32> = (0..rows.n_rows()).flat_map(of_row).collect();
    let small = |(_, loss): &(Vec<f32>, Loss)| match loss {
        Loss::Squares => Small::Squares,
        Loss::Quantile(share) => Small::Quantile(*share),
        Loss::Logistic => Small::Logistic,
    };
    let losses: Vec<Small> = heads.iter().map(small).collect();
    let lesson = Lesson {
        n_features: rows.n_features(),
        rows: rows.flat(),
        labels: &labels,
        losses: &losses,
    };
    let settings = spec.training.network.clone().unwrap_or_default();
    let mut dice = Dice::new(mix(spec.training.seed, NETWORK));
    let trained = cairn_neural::train::train(&lesson, &settings, &mut || dice.unit());
    trained.map_err(|error| FitError::Training(error.to_string()))
}

/// Forests are all that this build trains.
#[cfg(not(feature = "neural"))]
pub(super) const fn trained(
    _spec: &TaskSpec,
    _rows: &Matrix,
    _labels: &[f32],
) -> Result<Network, FitError> {
    Err(FitError::NoNeural)
}

/// A network from elsewhere, when it goes with the spec.
pub(super) fn fitting(spec: &TaskSpec, given: &Network) -> Result<Network, FitError> {
    let wanted = (spec.features.names.len(), n_heads(spec));
    let (features, scores) = (given.n_features(), given.n_scores());
    if (features, scores) != wanted {
        return Err(FitError::OtherShape { features, scores, wanted });
    }
    Ok(given.clone())
}

/// Share of each feature in what moves the scores: by how much they change, on the mean of some rows, when the feature
/// is at its mean.
pub(super) fn importance(network: &Network, rows: &Matrix) -> Vec<f64> {
    let every = rows.n_rows().div_ceil(WORTH_ROWS).max(1);
    let mut said = vec![0.0; network.n_scores()];
    let mut other = said.clone();
    let mut moved = vec![0.0; rows.n_features()];
    for (feature, moved) in moved.iter_mut().enumerate() {
        let there = || rows.column(feature).filter(|number| number.is_finite());
        let n = there().count().max(1) as f64;
        let mean = (there().map(f64::from).sum::<f64>() / n) as f32;
        for row in rows.rows().step_by(every) {
            network.score(|place| row[place], &mut said);
            network.score(|place| if place == feature { mean } else { row[place] }, &mut other);
            let apart = said.iter().zip(&other).map(|(a, b)| f64::from((a - b).abs()));
            *moved += apart.sum::<f64>();
        }
    }
    let total: f64 = moved.iter().sum();
    moved.iter().map(|it| if total > 0.0 { it / total } else { 0.0 }).collect()
}
