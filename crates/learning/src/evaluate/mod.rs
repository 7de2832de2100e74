//! How good a model is on rows it never saw: overall, in every slice, and against its gates.
//!
//! Reading order: `score` (metrics), `evaluation`, `compare` (paired, over contributors), `gates`.

mod compare;
mod evaluation;
mod gates;
mod score;

pub use compare::{Compared, UnitLoss, compare};
pub(crate) use evaluation::unit_losses;
pub use evaluation::{Evaluation, Slice};
pub use gates::{Against, Verdict, judge, judge_words};
pub use score::{Scores, metrics_of};
