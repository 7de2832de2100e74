//! Whether what is asked now is what was asked before: sketches that merge, one number a feature and region.
//!
//! Not here: clocks, metrics, and what a feature means. Nothing is kept of a single query.
//!
//! Reading order: `sketch`, `psi`, `monitor`, `kept` (over a restart), `quality`.

mod kept;
mod monitor;
mod psi;
mod quality;
mod sketch;

pub use kept::Kept;
pub use monitor::{DriftSettings, Monitor, Shift};
pub use psi::psi;
pub use quality::Quality;
pub use sketch::Sketch;
