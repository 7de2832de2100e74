//! Evidence at rest: one Parquet row per reading, in files that a manifest names.
//!
//! [`Occurrence`] is a piece of evidence with the submission it came in; [`rows_of`] writes
//! occurrences as Arrow rows, [`Gathered`] reads them back, losing nothing. [`encode`] and [`decode`]
//! turn rows into the bytes of one file and back.
//!
//! Not here: cleaning (`evidence`), learning (`radiomap`), when to write and what to keep (`node`),
//! query engines. Deliberately absent: reports, instants, identities of devices.
//!
//! Reading order: `occurrence`, `schema`, `rows`, `gather`, `parquet`, `limits`.

mod error;
mod gather;
pub mod limits;
mod occurrence;
mod parquet;
mod rows;
pub mod schema;
#[cfg(test)]
mod test_support;
mod transmitter;

pub use error::{FileError, RowError};
pub use gather::Gathered;
pub use occurrence::{Occurrence, Tag};
pub use parquet::{Batches, decode, encode};
pub use rows::rows_of;
pub use transmitter::{key_of, shard_of, transmitter_of};
