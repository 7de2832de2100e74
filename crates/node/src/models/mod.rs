//! Models: from data that is at hand to rows that teach, from a run to a folder that tells all of it.
//!
//! Not here: training and judging (`cairn-learning`). This room builds rows as that one's rule wants them: a map
//! that a row asks never heard its contributor, and of a town nothing of its own time or later.
//!
//! Reading order: `origin` (which data), `asked` (the row of a query, shared with serving), `teach` (maps of some
//! groups), then a task each: `radius`, `mobility`, `floor`, `motion`; `backtest` (rows of a journal as of a day),
//! `cache`, `book` (a run's folder), `sets`; `serving` (models in the answers), `served` (rows of answers, kept and
//! made again), `rollout` (a challenger in the answers);
//! `mirror` (who is told).

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "metres, milliseconds of a walk and counts of rows are far inside every range used"
)]
#![expect(
    clippy::suboptimal_flops,
    reason = "a fused multiply-add would give other rows on other machines"
)]

mod asked;
pub mod backtest;
mod book;
mod cache;
mod deal;
mod floor;
pub mod mirror;
mod mobility;
mod motion;
mod origin;
mod radius;
pub(crate) mod rollout;
pub(crate) mod served;
pub(crate) mod serving;
pub mod sets;
mod teach;

pub use asked::radius_row;
pub use book::{Book, Timing, Told};
pub use origin::{Origin, rows};
