//! Several machines that share a log: who takes reports in, who learns which part of the world, who answers.
//!
//! `cairn ingest` acknowledges from its own journal, the spool, and forwards from there to the log that NATS
//! servers keep, one stream for each part of the world. `cairn learn` learns one part; its position in the
//! stream and its map stand in one manifest, so that what it learned has its effect once. `cairn locate`
//! serves what the manifests name. `cairn serve` does all of it by itself and needs none of this.
//!
//! Reading order: `partition`; `forward`, `delivery` and `state` (the spool's way out), `forwarded` (what may
//! go); `learn` (`taken_out`), `replica`; `connect`, `letters`; `metrics`. What needs the NATS client is behind the
//! feature `nats`.

#[cfg(not(feature = "nats"))]
mod absent;
#[cfg(feature = "nats")]
mod connect;
#[cfg(feature = "nats")]
mod delivery;
#[cfg(feature = "nats")]
mod forward;
mod forwarded;
#[cfg(feature = "nats")]
mod ingest;
#[cfg(feature = "nats")]
mod learn;
#[cfg(feature = "nats")]
mod letters;
mod metrics;
mod partition;
mod replica;
#[cfg(any(feature = "nats", test))]
mod state;
#[cfg(feature = "nats")]
mod taken_out;

#[cfg(not(feature = "nats"))]
pub(crate) use absent::{dead_letters, start_ingest, start_learn};
pub use forwarded::Forwarded;
#[cfg(feature = "nats")]
pub(crate) use ingest::start_ingest;
#[cfg(feature = "nats")]
pub(crate) use learn::start_learn;
#[cfg(feature = "nats")]
pub(crate) use letters::dead_letters;
pub use metrics::{ClusterMetrics, PartMetrics};
pub use partition::{Partition, PartitionError};
pub(crate) use replica::start_locate;
