//! What a task is, as a versioned file: what is predicted of what, from what, judged how, served where.
//!
//! Not here: rows, training. A spec is refused unless it says everything: a missing gate or slice is an
//! error, never a default.
//!
//! Reading order: `task` (the parts), `learner` (what is trained), `parse`, `settle` (`--set`), `check`, `error`.

mod check;
mod error;
mod learner;
mod parse;
mod settle;
mod task;

pub use error::SpecError;
pub use learner::Learner;
pub use parse::{BUILTIN, SpecId, TaskSpec, builtin};
pub use task::{
    Direction, Entity, Fallback, Gate, Gates, Heads, Label, LabelKind, Metric, Privacy, Serving,
    Slices, Split, Task, Training, Window,
};
