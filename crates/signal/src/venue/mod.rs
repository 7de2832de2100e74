//! The inside of a building as a function from what is heard to where it is heard.
//!
//! Where scans with known places and levels are dense, a small net learned from them ([`learn()`]) says
//! where a scan was heard, on which level, and how sure that is ([`Model`]): each transmitter heard, by one network
//! or several ([`networks`]), adds its own learned numbers, as much as it is strong and fresh; two layers turn the sum into a place. It learns
//! from made-up scans too, drawn by kriging between and beside the walks.
//! Beside it stand prints, means of scans near each other; what each of the two is expected to be off decides
//! how much it counts. What a model promises is measured on voices left out ([`promise`]). Why these, and what
//! lost to them: docs/decisions/2026-11-26-venues.md, 2026-11-26-venue-prints.md,
//! 2026-11-27-made-up-scans.md, docs/measured/venues.md.
//!
//! Reading order: `features`, `heard`, `networks`, `net`, `levels`, `loss`, `train`, `back`, `adam`, `rng`, `loudness`, `prints`, `imprint`,
//! `fuse`, `promise`, `domain`, `trial`, `kriging`, `beside`, `course`, `learn`, `encode`, `layer`, `model`.

#![expect(
    clippy::suboptimal_flops,
    reason = "baseline machines have no fused operation: in inner loops it would be a call"
)]

mod adam;
mod back;
mod beside;
mod course;
mod domain;
mod encode;
mod features;
mod fuse;
mod heard;
mod imprint;
mod kriging;
mod layer;
mod learn;
mod levels;
mod loss;
mod loudness;
mod model;
mod net;
mod networks;
mod prints;
mod promise;
mod rng;
mod train;
mod trial;

pub use features::Reading;
pub use learn::{Effort, SCANS_MIN, Scan, learn};
pub use model::{Inside, Model};
