//! The promise "acknowledged is on disk, once": an append-only log of submissions.
//!
//! Batches are appended to segment files by one writer thread that commits them in groups (one write,
//! one `fdatasync`) and acknowledges each only afterwards. What is learned is what the journal gives
//! back: readers see the decoded form, places in 1e-7 degrees, live and in replay alike.
//!
//! Not here: cleaning and judgement (`evidence`), HTTP (`node`), archiving and how long to keep what
//! (`trim` does as it is told). No compression, no second process writing, no clock: only durations to
//! wait.
//!
//! Invariants: J1 an acknowledged batch is read back exactly once, in the order of positions, after any
//! crash, power cut or storage fault. J2 nothing of a group whose write or sync failed is acknowledged,
//! and no reader sees it. J3 damage is named by segment and offset and never served; records after it
//! still are. J4 a duplicate is acknowledged only when the first copy is durable. J5 every queue,
//! record and window has a limit in [`limits`]; a full queue refuses at once.
//!
//! The bytes: `docs/specs/journal.md`. Reading order: `journal`, `queue`, `writer`, `log`, `reader`;
//! then `codec`, `frame`, `window`, `scan`, `survey`; `trim`, `retries`; then `disk` and `fault_disk`. `durable` says what any
//! such log does; `nats` (feature of that name) is the one that several servers keep together.

pub mod codec;
mod config;
pub mod disk;
mod durable;
mod error;
pub mod fault_disk;
mod frame;
mod journal;
pub mod limits;
mod log;
#[cfg(feature = "nats")]
pub mod nats;
mod position;
mod queue;
mod read_only;
mod reader;
mod recent;
mod remote;
mod retries;
mod scan;
mod stats;
mod survey;
mod trim;
mod varint;
mod window;
mod writer;

pub use config::Config;
pub use durable::{Entry, Log, LogReader, TrimError};
pub use error::{AppendError, OpenError, ReadError, StorageFault};
pub use journal::{Appended, Done, Journal};
pub use log::Segment;
pub use position::Position;
pub use read_only::ReadOnlyJournal;
pub use reader::Reader;
pub use remote::{RemoteFault, RemoteKind};
pub use stats::{Health, Stats};
pub use survey::{Place, Repair};
pub use trim::Trimmed;

#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod test_support;

/// Locks, also after a thread died holding the lock: every critical section here leaves its data whole.
fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
