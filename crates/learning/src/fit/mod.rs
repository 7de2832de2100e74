//! From rows to a predictor: forests for raw words, terms for what the words are worth.
//!
//! Reading order: `heads` (forests), `terms` (calibration, neighbors in a sequence), `cross` (every row asked
//! by forests that never saw it), `poison`.

mod cross;
mod fault;
mod heads;
mod poison;
mod terms;

pub(crate) use cross::n_heads;
pub use cross::{Cross, cross};
pub use fault::Fault;
pub use heads::FittedHeads;
pub(crate) use heads::{raw_radii_m, score};
pub use poison::poisoned;
pub use terms::{Terms, Word};
pub(crate) use terms::{short, stratum, surprise};
