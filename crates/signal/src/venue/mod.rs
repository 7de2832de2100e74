//! The inside of a building as a function from what is heard to where it is heard.
//!
//! Where scans with known places and levels are dense, a small net learned from them ([`learn()`]) says
//! where a scan was heard, on which level, and how sure that is ([`Model`]): each transmitter heard adds
//! its own learned numbers, as much as it is strong and fresh; two layers turn the sum into a place.
//! What a model promises is measured on voices left out ([`promise`]). Why a net, and what lost to it:
//! docs/decisions/2026-11-26-venues.md, docs/measured/venues.md.
//!
//! Reading order: `features`, `net`, `levels`, `loss`, `train`, `adam`, `rng`, `promise`, `course`, `learn`, `layer`, `model`.

#![expect(
    clippy::suboptimal_flops,
    reason = "baseline machines have no fused operation: in inner loops it would be a call"
)]

mod adam;
mod course;
mod features;
mod layer;
mod learn;
mod levels;
mod loss;
mod model;
mod net;
mod promise;
mod rng;
mod train;

pub use features::Reading;
pub use learn::{Effort, SCANS_MIN, Scan, learn};
pub use model::{Inside, Model};
