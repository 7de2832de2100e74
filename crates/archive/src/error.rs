//! What can be wrong with an archive, by name.

use std::time::Duration;

/// A row that no evidence makes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The table has other columns.
    #[error("column {column} is missing or of another type")]
    Column {
        /// Its name.
        column: &'static str,
    },
    /// A value outside its range.
    #[error("row {row}: {column} holds what no reading has")]
    Value {
        /// Its name.
        column: &'static str,
        /// Row within the batch.
        row: usize,
    },
    /// Two readings of one piece of evidence disagree about it.
    #[error("readings of report {report} of submission {submission:016x} disagree")]
    Torn {
        /// Tag of the submission.
        submission: u64,
        /// Ordinal within it.
        report: u32,
    },
}

/// A file that cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Parquet refuses the bytes.
    #[error("parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The rows do not fit together.
    #[error("arrow: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// A row that no evidence makes.
    #[error(transparent)]
    Row(#[from] RowError),
}

/// A store that did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It said no.
    #[error("{doing} {path}: {source}")]
    Refused {
        /// What was asked.
        doing: &'static str,
        /// Of which object.
        path: String,
        /// What it said.
        source: Box<object_store::Error>,
    },
    /// It said nothing.
    #[error("{doing} {path}: no answer within {after:?}")]
    Stalled {
        /// What was asked.
        doing: &'static str,
        /// Of which object.
        path: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// It gave a part.
    #[error("{path} is not whole: {found} of {expected} bytes")]
    Half {
        /// The object.
        path: String,
        /// Bytes that came.
        found: u64,
        /// Bytes that are in it.
        expected: u64,
    },
    /// It gave other bytes than were written.
    #[error("{path} holds other bytes than its name says: restore it from a copy")]
    Altered {
        /// The object.
        path: String,
    },
}

impl StoreError {
    pub(crate) fn refused(doing: &'static str, path: &str, source: object_store::Error) -> Self {
        Self::Refused { doing, path: path.to_owned(), source: Box::new(source) }
    }

    /// True when there is no such object.
    pub fn is_missing(&self) -> bool {
        let Self::Refused { source, .. } = self else { return false };
        matches!(**source, object_store::Error::NotFound { .. })
    }

    /// True when the name to be given is taken.
    pub(crate) fn is_taken(&self) -> bool {
        use object_store::Error::{AlreadyExists, Precondition};
        let Self::Refused { source, .. } = self else { return false };
        matches!(**source, AlreadyExists { .. } | Precondition { .. })
    }

    /// True when asking again is of no use.
    pub(crate) fn is_final(&self) -> bool {
        use object_store::Error::{
            InvalidPath, NotImplemented, NotSupported, PermissionDenied, Unauthenticated,
        };
        let Self::Refused { source, .. } = self else { return false };
        let is_final = matches!(
            **source,
            InvalidPath { .. }
                | NotImplemented { .. }
                | NotSupported { .. }
                | PermissionDenied { .. }
                | Unauthenticated { .. }
        );
        is_final || self.is_missing() || self.is_taken()
    }
}

/// An archive that cannot be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file's content, by name.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: FileError,
    },
    /// A manifest that cannot be believed.
    #[error(
        "{path} is damaged ({what}): restore it from a copy, or remove it to go on from the one before"
    )]
    Manifest {
        /// The manifest.
        path: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Somebody else published a manifest meanwhile.
    #[error("manifest {number} was published by another writer")]
    Conflict {
        /// Its number.
        number: u64,
    },
}
