//! Gradient-boosted trees of our own: small, deterministic, with a flat form to serve.
//!
//! Not here: what the rows mean and what the scores are worth. Decision:
//! docs/decisions/2026-11-26-booster.md; bytes: docs/specs/models.md.
//!
//! Invariants: L1 equal rows, settings and seed give an equal forest with any number of threads. L2 bytes
//! that are not exactly some forest's are refused.
//!
//! Reading order: `matrix`, `bins`, `loss`, `histogram`, `grow`, `train`, `forest`, `codec`.

mod bins;
mod codec;
mod forest;
mod grow;
mod histogram;
mod loss;
mod matrix;
mod settings;
mod train;

pub use codec::ForestError;
pub use forest::{Forest, Size};
pub use loss::{Loss, probability};
pub use matrix::Matrix;
pub use settings::Settings;
pub use train::{Trained, train};
