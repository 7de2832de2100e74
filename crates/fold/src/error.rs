//! What can be wrong with rows and parts, by name.

use cairn_radiomap::PartError;

/// Rows or parts that cannot be folded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FoldError {
    /// The batch has other columns.
    #[error("column {column} is missing or of another type")]
    Column {
        /// Its name.
        column: &'static str,
    },
    /// A value outside its range, or none where there must be one.
    #[error("row {row}: {column} holds what no reading has")]
    Value {
        /// Its name.
        column: &'static str,
        /// Row within the batch.
        row: usize,
    },
    /// Bytes that no part has.
    #[error("row {row}: {source}")]
    Part {
        /// Row within the batch.
        row: usize,
        /// What is wrong with them.
        source: PartError,
    },
    /// Bytes that are no choice of voices.
    #[error("row {row}: no choice of voices")]
    Chosen {
        /// Row within the batch.
        row: usize,
    },
    /// A result that does not fit into one batch.
    #[error("arrow: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
}
