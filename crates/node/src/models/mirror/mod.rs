//! A mirror of runs and of the registry in an MLflow server, and lineage events: for teams that look there.
//!
//! Never in the way: what is to be mirrored waits in a small outbox on disk, a server that is down or answers
//! nonsense costs a remark and a few seconds, and nothing here is ever read back. Sending again what was sent
//! changes nothing there: a run is found by its tag, a version by its model's id.
//!
//! Reading order: `client` (one request), `told` (what a run is there), `runs`, `versions`, `outbox`, `send`,
//! `lineage`, `thread` (in a running service).

mod client;
mod error;
mod lineage;
mod metrics;
mod outbox;
mod runs;
mod send;
mod thread;
mod told;
mod versions;

pub use client::Client;
pub use error::MirrorError;
pub use lineage::{Ending, Lineage, LineagePlace};
pub(crate) use metrics::MirrorMetrics;
pub use send::{Mirror, Sent};
pub(crate) use thread::Mirroring;
