//! Other location services, asked one after the other when our own map has no good answer.
//!
//! A provider is told what the phone hears, and neither its address nor anything else of the request.
//! Off by default: asking discloses the scan. What is said is not learned and not trusted further than
//! `cairn_answer::choose` does. Bodies are `cairn_wire::external`'s.
//!
//! Reading order: `chain` (when and in which order), `provider` (one service), `ask` (one request), `bucket`
//! and `breaker` (when it is left alone), `memory` (answers remembered).

mod ask;
mod breaker;
mod bucket;
mod chain;
mod memory;
mod provider;
#[cfg(test)]
mod stand_in;

pub use chain::{External, ExternalAnswer};
