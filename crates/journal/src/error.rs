//! One error for each verb: open, append, read.

use crate::{Position, RemoteFault, codec::DecodeError};
use std::io;

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process writes to it: stop that one first, or open read-only.
    #[error("journal {dir} is open for writing elsewhere")]
    Locked {
        /// The journal's folder.
        dir: String,
    },
    /// The folder or a file cannot be read, or the folder or the lock cannot be made.
    #[error("{doing} {name}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file or folder.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// A newer program wrote it: use that one.
    #[error("segment {segment} has format version {found}, this program reads {known}")]
    Version {
        /// The file.
        segment: String,
        /// The version found.
        found: u32,
        /// The version this program reads.
        known: u32,
    },
}

/// What storage refused; the same for all batches that wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("storage failed to {doing} ({kind}{}): {}", number(*.os), advice(*.kind))]
pub struct StorageFault {
    /// What was tried.
    pub doing: &'static str,
    /// The kind of failure.
    pub kind: io::ErrorKind,
    /// The system's error number, when it has one.
    pub os: Option<i32>,
}

impl StorageFault {
    pub(crate) fn new(doing: &'static str, error: &io::Error) -> Self {
        Self { doing, kind: error.kind(), os: error.raw_os_error() }
    }

    /// What a person should do. The journal resumes by itself in every case.
    pub const fn advice(&self) -> &'static str {
        advice(self.kind)
    }
}

/// Names what was tried when it failed.
pub(crate) fn attempt<T>(doing: &'static str, tried: io::Result<T>) -> Result<T, StorageFault> {
    tried.map_err(|error| StorageFault::new(doing, &error))
}

const fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free disk space",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "make the journal's folder writable"
        }
        _ => "check the disk",
    }
}

fn number(os: Option<i32>) -> String {
    os.map(|n| format!(", os error {n}")).unwrap_or_default()
}

/// Why a batch was not acknowledged. It may be sent again, unchanged, after any of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The writer's queue is full: let the client come back later.
    #[error("queue is full with {records} batches of {bytes} bytes")]
    Busy {
        /// Batches waiting.
        records: usize,
        /// Encoded bytes waiting.
        bytes: usize,
    },
    /// Storage fails; nothing was kept. Appends work again when [`crate::Journal::health`] says so.
    #[error(transparent)]
    Storage(#[from] StorageFault),
    /// The servers that keep the log did not take it.
    #[error(transparent)]
    Remote(#[from] RemoteFault),
    /// No report, or more than a batch may hold: a defect of the caller.
    #[error("batch of {n_reports} reports; 1 to {max} are allowed")]
    BatchSize {
        /// Reports in the batch.
        n_reports: usize,
        /// Most allowed.
        max: usize,
    },
    /// The journal is shutting down, or its writer died ([`crate::Health::Dead`]).
    #[error("journal is closed")]
    Closed,
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Bytes that were not written so: call [`crate::Reader::skip_damage`] to go on behind them.
    #[error("segment {segment} is damaged at byte {offset}")]
    Corrupt {
        /// The file.
        segment: String,
        /// Byte offset in the file of the record that is not good; 0 is the header.
        offset: u64,
    },
    /// A whole record with a content this program does not know; `skip_damage` goes on behind it.
    #[error("record at byte {offset} of segment {segment} cannot be decoded: {source}")]
    Undecodable {
        /// The file.
        segment: String,
        /// Byte offset of the record in the file.
        offset: u64,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// The system refused; reading again tries again.
    #[error("read segment {segment}: {source}")]
    Io {
        /// The file.
        segment: String,
        /// What the system said.
        source: io::Error,
    },
    /// A position that the log does not reach, or whose records were trimmed.
    #[error("position {position} is outside {start}..={end}")]
    OutOfRange {
        /// The position asked for.
        position: Position,
        /// The first position kept.
        start: Position,
        /// The end of what is committed.
        end: Position,
    },
    /// The servers that keep the log did not answer; reading again tries again.
    #[error(transparent)]
    Remote(#[from] RemoteFault),
}
