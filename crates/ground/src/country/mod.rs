//! Countries: their codes, the codes of their networks, and where they are.
//!
//! Reading order: `code`, `mcc`, `outlines` (the bytes of the map), `segment` and `crossing` (how
//! a place is looked up in them), `plane` (what lies around it), `place` (what is asked).

mod code;
mod crossing;
mod mcc;
mod outlines;
mod place;
mod plane;
mod segment;

pub use code::Country;
pub use mcc::{countries_of_mcc, is_known_mcc};
pub use place::{Surroundings, could_be_heard_in, country_at, is_near_land};
