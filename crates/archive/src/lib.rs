//! Evidence at rest: one Parquet row per reading, in files that a manifest names.
//!
//! [`Occurrence`] is a piece of evidence with the submission it came in; [`rows_of`] writes
//! occurrences as Arrow rows, [`Gathered`] reads them back, losing nothing. [`files_of`] makes files of
//! them, one a day, region and shard; [`Archive::publish`] makes them the archive's, all at once, together
//! with how far the journal is in it; [`Archive::each`] hands all occurrences out again.
//!
//! Not here: cleaning (`evidence`), learning (`radiomap`), when to write and what to keep (`node`),
//! query engines. Deliberately absent: reports, instants, identities of devices.
//!
//! Reading order: `occurrence`, `schema`, `rows`, `gather`, `parquet`, `partition`; `store` (`durable`,
//! `patience`), `manifest`, `archive`, `scan`; `exclusion`, `compact` (`merge`), `garbage`, `limits`.

mod archive;
mod compact;
mod durable;
mod error;
mod exclusion;
#[cfg(test)]
mod faulty;
mod garbage;
mod gather;
pub mod limits;
mod manifest;
mod merge;
mod occurrence;
mod parquet;
mod partition;
mod patience;
mod rows;
mod scan;
pub mod schema;
mod store;
#[cfg(test)]
mod test_support;
mod transmitter;

pub use archive::Archive;
pub use error::{ArchiveError, FileError, RowError, StoreError};
pub use exclusion::{Exclusion, Exclusions};
pub use gather::Gathered;
pub use manifest::{Covered, FileEntry, Manifest};
pub use occurrence::{Occurrence, Tag};
pub use parquet::{Batches, decode, encode};
pub use partition::{NewFile, Partition, files_of};
pub use patience::Patience;
pub use rows::rows_of;
pub use store::{Expected, Store};
pub use transmitter::{key_of, shard_of, transmitter_of};
