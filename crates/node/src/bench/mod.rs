//! A load generator for any service that speaks the protocol: open loop, late answers counted from when they were
//! due.
//!
//! A client that waits for an answer before it asks again stops asking while the service stalls, and then reports
//! the stall as one slow answer (coordinated omission). Here questions fall due by the clock, whether the ones
//! before are answered or not, and each answer's time counts from then.
//!
//! Reading order: `scans` and `files` (what is asked), `queue` (what is due), `load` (asking), `outcome` (what came of it).

pub(crate) mod files;
mod load;
mod outcome;
mod queue;
pub(crate) mod scans;

pub(crate) use load::{Plan, run};
pub(crate) use outcome::Outcome;
