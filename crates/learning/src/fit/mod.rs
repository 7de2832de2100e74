//! From rows to a predictor: forests or a network for raw words, terms for what the words are worth.
//!
//! Reading order: `scorer`, `heads` (forests), `network`, `recipe` (which of them), `terms` (calibration, neighbors in a
//! sequence), `cross` (every row asked by what never saw it), `poison`.

mod cross;
mod error;
mod fault;
mod heads;
mod network;
mod poison;
mod recipe;
mod scorer;
mod terms;

pub use cross::{Cross, cross, n_heads};
pub use error::FitError;
pub use fault::Fault;
pub use heads::FittedHeads;
pub(crate) use heads::raw_radii_m;
pub(crate) use network::backend;
pub use network::trainable;
pub use poison::poisoned;
pub use recipe::Recipe;
pub use scorer::Scorer;
pub use terms::{Terms, Word};
pub(crate) use terms::{short, stratum, surprise};
