//! Every estimator behind one trait, on the same worlds, towns and walks, in one comparable table.
//!
//! Not here: the product (`node` seals and answers, and is called as it stands), the black-box evaluation
//! (`cargo xtask eval`, which asks a running server). Nothing here is shipped.
//!
//! The baselines are rebuilt from descriptions of what the peers do, not from their code; each says where
//! it had to choose. What every method is taught and asked has passed the wire's own decoders, so that no
//! method sees what another does not.
//!
//! Reading order: `method` (the trait), `cairn`, `ichnaea`, `beacondb`, `centroid`, `neighbours`; `exam`
//! (teach and ask), `scores`, `table`; `data` (the shared sets); `parts` (what is run).

#![expect(
    clippy::suboptimal_flops,
    reason = "formulas read as in their sources; a fused multiply-add would change no conclusion"
)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts, metres and milliseconds of an evaluation are far inside every range used"
)]

mod batches;
mod beacondb;
mod cairn;
mod centroid;
mod data;
mod dice;
mod exam;
mod ichnaea;
mod limits;
mod method;
mod neighbours;
mod parts;
mod plane;
mod say;
mod scores;
mod table;

pub use parts::{Options, run};
