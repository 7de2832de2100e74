//! The one binary `cairn`: HTTP, configuration, scheduling, metrics around the rooms.
//!
//! Not here: physics, formats, judgement about reports; each has its room. This crate is the only one
//! that reads a clock, the environment or the network.
//!
//! Invariants: N1 a node serves exactly one snapshot set at any instant, swapped atomically
//! ([`serving`]). N2 a submission is acknowledged only when it is on disk (`http/geosubmit`). N3 nothing
//! personal is in any log line or metric. N4 what is served is a function of what was acknowledged
//! and not taken out, in the journal and the archive: a restart, a rebuild and an incremental run end at the same bytes ([`learner`]).
//!
//! Reading order: `config`, `store`, `engine`, `server`; then `http` (requests), `learner` (what
//! becomes of them), `cluster` (roles of several machines), `locating`, `offline` (queries of a file), `tracking`, `access` (who may ask), `lanes` (who goes first), `publish`
//! and `relay` (what leaves for others), `archiver` (what stays for years), `exclusions` (what was taken out), `backup`, `cli` (verbs), `bench` (a load for any service),
//! `keys`, `metrics`.

pub mod access;
pub mod archiver;
mod background;
pub mod backup;
mod bench;
pub mod bulk;
pub mod cli;
pub mod clock;
pub mod cluster;
mod commit;
pub mod config;
pub mod demo;
pub mod engine;
pub mod exclusions;
pub mod fallback;
mod http;
pub mod keys;
pub mod lanes;
pub mod learner;
pub mod limits;
pub mod locating;
mod logging;
pub mod metrics;
mod mix;
pub mod models;
mod offline;
mod outward;
mod process;
pub mod publish;
pub mod relay;
mod role;
pub mod server;
pub mod serving;
mod stamp;
pub mod stop;
pub mod store;
mod threads;
pub mod tracking;
mod usual;
