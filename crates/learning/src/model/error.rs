//! Why bytes are no model that can serve.

use crate::boost::ForestError;
use crate::spec::SpecError;
use cairn_neural::NetworkError;
use thiserror::Error;

/// Why bytes are no model.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// They end too early, or go on.
    #[error("a model file of {found} bytes, cut or added to: its parts end at {at}")]
    Length {
        /// Bytes there are.
        found: usize,
        /// Where a part ends.
        at: usize,
    },
    /// They are more than any model's.
    #[error("a model file of {0} bytes is over the limit")]
    TooLarge(usize),
    /// They begin otherwise.
    #[error("no model file: the first bytes are others")]
    Magic,
    /// They are of another version.
    #[error("model file version {0}: only 1 and 2 are read")]
    Version(u32),
    /// They were changed.
    #[error("the model file's checksum does not match: it was changed")]
    Checksum,
    /// Its head is none.
    #[error("the model file's head: {0}")]
    Head(String),
    /// Its spec is none.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// Its spec is not the one it names.
    #[error("the model's spec is {found}, its head says {said}")]
    SpecId {
        /// What it is.
        found: String,
        /// What it says.
        said: String,
    },
    /// It was trained on other features than this program computes.
    #[error("the model was trained on feature set {model}, this program computes {ours}")]
    Features {
        /// The model's hash.
        model: String,
        /// Ours.
        ours: String,
    },
    /// A forest is none.
    #[error("forest {number}: {error}")]
    Forest {
        /// Which.
        number: usize,
        /// Why.
        error: ForestError,
    },
    /// A network is none.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Forests, or a network, that do not fit its spec.
    #[error("what the model is made of does not fit its spec: {0}")]
    Shape(&'static str),
}
