//! Proof: seeded towns with known transmitters, radio propagation, phones, faults; ASCII worlds.
//!
//! Not here: anything that learns or locates. The physics below is written on its own and not shared
//! with `signal`, so that the estimator is measured against a world it did not make. Nothing here is
//! linked into a server's request path.
//!
//! Invariants: X1 equal configurations give equal towns, contributions and queries, bit for bit (one
//! generator, seeded; no clock, no hash order, no thread). X2 a contribution holds at least one and at
//! most [`cairn_report::limits::REPORTS_PER_BATCH_MAX`] reports. X3 a held-out query holds no fix, and
//! its phone, track and day are in no contribution.
//!
//! Reading order: `limits`, `rng`, `geometry`, `noise`; the town: `plan`, `blocks`, `raster`, `radio`,
//! `census`, `venues`, `cells`, `ether`, `town`; the people: `motion`, `receiver`, `phone`, `outing`,
//! `traffic`, `held_out`, `sensors`; then `faults` and `world`.

#![expect(
    clippy::suboptimal_flops,
    reason = "formulas read as in their sources; a fused multiply-add would change no conclusion"
)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a simulated town's counts, metres and milliseconds are far inside every range used"
)]

mod blocks;
mod cells;
mod census;
mod ether;
pub mod faults;
mod geometry;
mod held_out;
pub mod limits;
mod motion;
mod noise;
mod outing;
mod phone;
mod plan;
mod radio;
mod ranging;
mod raster;
mod receiver;
mod rng;
pub mod sensors;
mod town;
mod traffic;
mod venues;
pub mod world;

pub use held_out::{HeldOut, HeldOutConfig, Slice};
pub use town::{Building, Earlier, Town, TownConfig, TrueTransmitter};
pub use traffic::{Contribution, Contributions, TrafficConfig};
pub use world::{Expectation, World, WorldError};
