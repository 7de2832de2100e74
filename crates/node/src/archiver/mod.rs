//! The archiver: reads the journal behind the archive, cleans, and adds evidence to the archive.
//!
//! One thread. How far it is stands in the archive's manifest, together with the files, so a submission is
//! in the archive exactly once whatever happens in between. It also keeps the archive in order (merges
//! small files, purges what was taken out, removes what nobody names), and removes journal segments that
//! archive, map and relays no longer need. Memory: the readings of one flush and one submission more.
//!
//! Reading order: `door` (where the archive is), `pending` (what waits), `thread` (the loop), `upkeep`,
//! `retention`, `metrics`.

mod door;
mod metrics;
mod pending;
mod retention;
mod thread;
mod upkeep;

pub use door::ArchiveDoor;
pub use metrics::ArchiveMetrics;
pub use pending::occurrences;
pub use thread::{Archiver, Parts};
