//! A challenger gets answers step by step, and loses them by evidence: arms, stages, guards, late labels.
//!
//! Not here: clocks (time is an argument), queues, the registry's log, and where answers come from. Which arm a
//! query takes follows from the transmitters it heard, never from who asks.
//!
//! Invariant: L6 a challenger answers at most its stage's share of all answers, whatever is asked.
//!
//! Reading order: `crowd` (what was heard as numbers without a name), `stage`, `share`, `tally`, `judge`,
//! `labels`.

mod crowd;
mod judge;
mod labels;
mod share;
mod stage;
mod tally;

pub use crowd::{Crowd, Whole};
pub use judge::{Breach, DISAGREEMENT_FACTOR_MAX, Guard, Pace, Verdict, judge};
pub use labels::{Awaited, Labels};
pub use share::Share;
pub use stage::{Arm, Stage};
pub use tally::{Labelled, Said, Side, Tally};
