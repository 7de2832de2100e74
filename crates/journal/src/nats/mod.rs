//! A log that NATS JetStream servers keep together: one stream for each partition, three replicas.
//!
//! A message is a small segment: the header and the records of `docs/specs/journal.md` §1, positions
//! counted from its start, so that every batch carries a checksum from the machine that took it in to the
//! one that learns it. A position is a stream sequence. The servers drop a message that is sent again
//! within the window; a reader drops batches it has seen lately, however they were packed.
//!
//! The face is blocking: a small async runtime lives inside [`Cluster`], so no thread of another runtime
//! may call it.
//!
//! Not here: which partition a place belongs to, when to send what (`node`).
//!
//! Reading order: `cluster` (connection, streams, publishing), `message` (the bytes), `stream` (the
//! [`crate::Log`]), `pull` and `reader` (consuming), `dead` (what could not be read), `fault` (errors).

mod cluster;
mod dead;
mod fault;
mod message;
mod pull;
mod reader;
mod stream;

pub use cluster::{Cluster, Settings};
pub use dead::{DEAD_STREAM, Dead};
pub use message::{MessageFault, Packed, Unpacked, pack, unpack};
pub use stream::{Extent, JetStream, Names};
