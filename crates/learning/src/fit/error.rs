//! Why nothing was trained.

use thiserror::Error;

/// Why nothing was trained.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FitError {
    /// This program has no training of networks.
    #[error(
        "training.learner is \"network\", and this program trains forests only (it serves networks): build one that \
         trains them with `cargo build --release --features neural`"
    )]
    NoNeural,
    /// A network that comes from elsewhere, and did not.
    #[error(
        "training.learner is \"given\": such a network is not trained here, `cairn model import` takes it from a file"
    )]
    NotGiven,
    /// A network that does not fit the spec.
    #[error(
        "the given network takes rows of {features} numbers and gives {scores} scores; the spec wants {wanted:?}"
    )]
    OtherShape {
        /// Numbers it takes.
        features: usize,
        /// Scores it gives.
        scores: usize,
        /// Numbers and scores of the spec.
        wanted: (usize, usize),
    },
    /// The training came to nothing.
    #[error("{0}")]
    Training(String),
}
