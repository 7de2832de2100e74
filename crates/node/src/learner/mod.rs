//! The learner: reads the journal, learns, publishes overlays within a second, seals bases when quiet.
//!
//! One thread owns the map. What it publishes is a function of the journal alone: learning is order-free
//! and idempotent, so a restart from any checkpoint, or a rebuild from nothing, ends at the same bytes.
//!
//! Reading order: `thread` (the handle), `work` (the loop), `origin`, `intake` and `parked` (what it learns), `plan` (what to do next), `seal` and `base`
//! (beliefs to files), `cells`, `calibrate`, `venues`, `layers` (which files are served), `recover` (what a restart
//! finds), `whole` (the map from archive and journal), `relearn` and `renew` (the same
//! beside the learning thread, and taking it over).

mod base;
mod calibrate;
mod cells;
mod intake;
mod layers;
pub mod learn;
mod origin;
pub mod parked;
mod plan;
mod recover;
mod relearn;
mod renew;
mod repeats;
pub mod seal;
mod status;
mod thread;
mod venues;
mod whole;
mod work;

pub use origin::Origin;
pub use recover::{Recovered, found_set, read_checkpoint, recover};
pub use status::Status;
pub use thread::{Learner, Pace, Parts};
pub use venues::{Models, has_draft};
pub use whole::{Source, Whole};
