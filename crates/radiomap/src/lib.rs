//! The learned belief about transmitters, independent of arrival order and of how many workers made it.
//!
//! A [`RadioMap`] keeps, per transmitter, a bounded *poll*: at most [`limits::voices_max`] voices, each
//! with at most [`limits::votes_per_voice_max`] votes. Which voices and votes stay is decided by
//! hashes of their content, never by when they came: the smallest hashes win (bottom-k). A voice
//! among the smallest of all voices is among the smallest of any part of them, so nothing that
//! belongs to the final poll is ever thrown away before, and learning is a set operation.
//! A few more are kept in the same way of the newest weeks, so that a move is seen however many spoke before.
//! So a map may also be made in parts ([`Part`], one a transmitter), wherever readings lie.
//! A [`Belief`] is computed from the poll when asked for, each voice weighing at most one.
//!
//! Not here: reports (the crate cannot name one), the physics and the robust fit
//! (`cairn_signal::transmitter`), the frozen form that serves (`snapshot`), when to learn (`node`).
//! Deliberately absent: arrival order, wall time, weights that grow with report count or power.
//!
//! Invariants: M1 learning ignores order, repetition and the number of threads. M2 merging two maps
//! equals learning both sets. M3 a voice weighs at most one in any belief. M4 equal maps are equal
//! bytes, and bytes that are not exactly some map's are refused.
//!
//! Reading order: `vote`, `poll`, `keep`, `map`, `learn`, `count`, `belief`, `area`, `cell`, `unit`, `estimator`, `floor`, `heights`,
//! `trust`, `sample`, `fingerprint`, `places`, `venues`, `part`, `candidates`, `explain`, `codec`, `limits`.

mod area;
mod belief;
mod candidates;
mod cell;
mod codec;
mod count;
mod estimator;
mod explain;
mod fingerprint;
mod floor;
mod heights;
mod keep;
mod learn;
pub mod limits;
mod map;
mod mix;
mod part;
mod places;
mod poll;
mod sample;
mod settings;
mod sigma;
mod trust;
mod unit;
mod venues;
mod vote;

#[cfg(test)]
mod worlds;

pub use area::{AreaBelief, areas_of};
pub use belief::Belief;
pub use candidates::Candidates;
pub use cell::{HeardBelief, sites_of};
pub use codec::{DecodeError, Scanned, scan};
pub use explain::{Explanation, Remark, VoiceAccount, VoteAccount};
pub use heights::HeightBelief;
pub use map::RadioMap;
pub use part::{Part, PartError};
pub use settings::Settings;
pub use trust::Judgement;
pub use venues::VenueScans;
