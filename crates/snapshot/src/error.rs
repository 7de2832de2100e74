//! One error per verb: seal, open, merge, load, store.

use crate::SnapshotId;
use std::io;
use std::path::PathBuf;

/// Why a snapshot could not be sealed. Nothing is left under its final name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// A list of the meta is longer than the format holds.
    #[error("meta holds {found} {what}, the most is {max}")]
    MetaTooLarge {
        /// The list.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The greatest length.
        max: usize,
    },
    /// A number of the meta is not finite.
    #[error("meta's {what} holds a number that is not finite")]
    NotFinite {
        /// The list it is in.
        what: &'static str,
    },
    /// More records than positions of 32 bits can name: split the map by place.
    #[error("{found} records, the most is {max}")]
    TooManyRecords {
        /// Records pushed.
        found: u64,
        /// The greatest number.
        max: u64,
    },
    /// More runs than one seal may have: make them longer.
    #[error("{found} runs, the most is {max}")]
    TooManyRuns {
        /// Runs planned.
        found: u64,
        /// The greatest number.
        max: u64,
    },
    /// The file could not be written, synced or renamed.
    #[error("write snapshot {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What is wrong with a snapshot's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes do not begin as a snapshot does.
    #[error("not a snapshot")]
    NotASnapshot,
    /// Fewer bytes than a header and a footer.
    #[error("{found} bytes are fewer than the least, {least}: truncated")]
    TooShort {
        /// Bytes there.
        found: u64,
        /// Bytes of a header and a footer.
        least: u64,
    },
    /// Written by a newer program (S3).
    #[error("format {found} is newer than this program reads: upgrade")]
    NewerFormat {
        /// The file's version.
        found: u32,
    },
    /// A version that never existed (S3).
    #[error("format {found} is unknown")]
    UnknownFormat {
        /// The file's version.
        found: u32,
    },
    /// The file is not as long as its header says.
    #[error("header says {expected} bytes, {found} are there: truncated or extended")]
    Length {
        /// Bytes the header states.
        expected: u64,
        /// Bytes there.
        found: u64,
    },
    /// A part does not match its checksum (S2).
    #[error("checksum of {part} does not match")]
    Checksum {
        /// Header, footer or the section's tag.
        part: &'static str,
    },
    /// A part is whole but says what no writer writes.
    #[error("malformed: {what}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// A block of records is damaged (S2).
    #[error("block {block} of records: {what}")]
    Block {
        /// Its position.
        block: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// Every part is whole but the bytes are not those the id was taken of.
    #[error("bytes do not match the snapshot id in the footer")]
    Digest,
}

/// Why a snapshot could not be opened. Use the former manifest, or rebuild.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file could not be opened or mapped.
    #[error("open snapshot {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a snapshot this program believes.
    #[error("snapshot {path}: {fault}")]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The file is a snapshot, but not the one its name promises.
    #[error("snapshot {path} holds {id}: renamed or replaced")]
    Misnamed {
        /// The file.
        path: PathBuf,
        /// The id in it.
        id: SnapshotId,
    },
}

/// Why snapshots could not be merged: nothing is dropped silently.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There is none.
    #[error("merge: no snapshot was given")]
    Nothing,
    /// The result could not be sealed.
    #[error(transparent)]
    Seal(SealError),
    /// One of them is damaged.
    #[error("merge: snapshot {id}: {fault}")]
    Damaged {
        /// The damaged one.
        id: SnapshotId,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with a manifest's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestFault {
    /// The file is gone while its predecessor is there.
    #[error("missing")]
    Missing,
    /// Longer than a manifest can be.
    #[error("{found} bytes, the most is {max}")]
    TooLong {
        /// Bytes there.
        found: u64,
        /// The greatest length.
        max: u64,
    },
    /// The digest in its last line is not that of the lines above.
    #[error("check line does not match")]
    Check,
    /// A line is not what the format has there.
    #[error("line {line}: {what}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
}

/// Why no manifest could be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// A file could not be read.
    #[error("read manifest {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Neither the manifest nor its predecessor can be believed.
    #[error("manifest {path}: {fault}, and no former one is whole")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: ManifestFault,
    },
}

/// Why a manifest was not stored. The former one still stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another writer was faster: load again and decide anew.
    #[error("manifest is at generation {found}, not {expected}")]
    Conflict {
        /// The generation the caller built on.
        expected: u64,
        /// The generation stored.
        found: u64,
    },
    /// The new generation does not follow the expected one.
    #[error("generation {new} does not follow {expected}")]
    NotNext {
        /// The generation the caller built on.
        expected: u64,
        /// The generation of the new manifest.
        new: u64,
    },
    /// The manifest names a file that is not in its own folder, or too many.
    #[error("manifest cannot be written: {what}")]
    Invalid {
        /// What is wrong.
        what: &'static str,
    },
    /// The stored manifest cannot be read.
    #[error(transparent)]
    Load(#[from] ManifestError),
    /// A file could not be written, synced or renamed.
    #[error("write manifest {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
