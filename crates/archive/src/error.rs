//! What can be wrong with an archive's bytes, by name.

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
