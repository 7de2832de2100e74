//! Frozen bytes: a radio map sealed into one checksummed file that is served by mapping it.
//!
//! Writer ([`SnapshotWriter`], mutable, in memory) → serializer (to bytes, once) → reader
//! ([`Snapshot`], maps the file, next to nothing on the heap). [`SnapshotSet`] reads a base under its
//! overlays; [`Manifest`] says which files those are. The format is `docs/specs/snapshot.md`.
//!
//! Not here: learning (`radiomap` decides what is believed), answering (`answer` reads records),
//! deletion of files and scheduling (`node`). The module `map` holds the only `unsafe` of the
//! workspace.
//!
//! Invariants: S1 a snapshot's bytes are a function of the set of records and the meta. S2 no byte is
//! believed before its checksum is; a damaged block is never served. S3 a reader refuses a version it
//! was not tested on, by name.
//!
//! Reading order: `record`, `scale`, `payload`, `mix`, `meta`, `venues`, `heights`, `record_layout`, `layout`, `footer`,
//! `writer`, `serializer`, `places`, `index`, `body`, `blocks`, `reader`, `window`, `lookup`, `records`, `stats`, `set`, `manifest`, `garbage`.

mod blocks;
mod body;
mod bulk;
mod bytes;
mod error;
mod file;
mod footer;
mod fuzz;
mod garbage;
mod heights;
mod id;
mod index;
mod layout;
pub mod limits;
mod lookup;
mod manifest;
mod manifest_text;
mod map;
mod meta;
mod mix;
mod payload;
mod payload_v2;
mod places;
mod reader;
mod record;
mod record_layout;
mod records;
mod reseal;
mod scale;
mod serializer;
mod set;
mod stats;
#[cfg(test)]
mod test_support;
mod venues;
mod warm;
mod window;
mod writer;

pub use blocks::Health;
pub use bulk::{Bulk, BulkPlan, BulkTally, Keep, RunSource, merge_into};
pub use error::{
    Fault, ManifestError, ManifestFault, MergeError, OpenError, SealError, StoreError,
};
pub use fuzz::{fuzz_open, fuzz_open_resealed};
pub use garbage::garbage;
pub use heights::PlaceHeight;
pub use id::SnapshotId;
pub use manifest::{Checkpoint, Loaded, Manifest};
pub use meta::{CalibrationRow, Meta};
pub use reader::{Snapshot, Verify};
pub use record::TransmitterRecord;
pub use records::Records;
pub use set::SnapshotSet;
pub use stats::SnapshotStats;
pub use venues::Venue;
pub use writer::SnapshotWriter;
