//! Shared physics and estimation: learning and serving believe the same radio.
//!
//! Not here: reports, maps, files, randomness. Everything works on positions in one
//! [`cairn_ground::LocalFrame`], in metres.
//!
//! The one idea: a reading of power says how far the transmitter may be, as a *disc* whose radius grows
//! with the path loss ([`physics`]). A transmitter's place is the robust meeting point of the discs of
//! the voices that heard it ([`transmitter`]); a phone's place is the robust meeting point of the discs
//! around the transmitters it hears ([`solve`]). How wrong such answers are is measured on evidence that
//! had no part in them, and promised accordingly ([`calibration`]).
//!
//! Invariants: A1 everything here is a pure function. A3 fewer than two boxes that agree give no Wi-Fi
//! or Bluetooth position (privacy).
//!
//! Reading order: `physics`, `robust`, `matrix`, `ranging`, `transmitter`, `mobility`, `contradiction`, `succession`, `voices`, `solve`, `meet`, `anchors`, `located`, `locate`,
//! `area`, `cell`, `venue`, `class`, `sample`, `scale`, `factors`, `domain`, `coverage`, `calibration`, `kept`, `expect`.

mod anchors;
pub mod area;
pub mod calibration;
pub mod cell;
mod class;
mod contradiction;
mod coverage;
mod domain;
pub mod expect;
mod factors;
mod kept;
pub mod locate;
pub mod located;
mod matrix;
mod meet;
mod mobility;
pub mod physics;
pub mod ranging;
mod ridge;
pub mod rival;
pub mod robust;
mod sample;
pub mod scale;
pub mod solve;
mod succession;
pub mod track;
pub mod transmitter;
pub mod venue;
mod voices;
