//! What survives cleaning: people are protected here, below this wall nothing personal has a type.
//!
//! [`clean`] turns one batch of reports into [`Evidence`]: a place, a day, a voice that cannot be
//! linked to another day's, and what was heard there, each reading with where the phone was when it
//! heard it, and how sure that is. Everything else a report carries ends here.
//!
//! Not here: reading strangers' bytes (`wire`), opt-outs and hidden networks (`wire`, before the
//! disk), durable storage (`journal`), learning (`radiomap`), the day key's life (`node`). Deliberately
//! absent: device or session identities, exact times, speeds, ages.
//!
//! Invariants: E1 [`Evidence`] holds no type from `report`. E2 observations in = kept + refused. E3
//! the same report makes the same [`EvidenceId`], whoever sends it and however it is batched; where its
//! readings were, the batch decides.
//!
//! Reading order: `evidence`, `clean`, `trace`, `rules`, `repeat`, `spread`, `day`, `identity`, `token`, `limits`.

mod clean;
mod day;
mod evidence;
mod identity;
pub mod limits;
mod repeat;
mod rules;
mod spread;
pub mod token;
mod trace;

pub use clean::clean;
pub use evidence::{Evidence, EvidenceId, Heard, Height, Voice};
