//! Why rows are no table.

use super::as_of::Leak;
use super::identity::DataId;
use crate::limits::ROWS_MAX;
use thiserror::Error;

/// Why rows are no table.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// A row knows what it must not.
    #[error(transparent)]
    Leak(#[from] Leak),
    /// A row of another width.
    #[error("row {row} has {found} features, task {task} has {expected}")]
    Width {
        /// Which row.
        row: usize,
        /// How many it has.
        found: usize,
        /// How many belong.
        expected: usize,
        /// Of which task.
        task: &'static str,
    },
    /// A label that is none.
    #[error("row {row} has the label {label}")]
    Label {
        /// Which row.
        row: usize,
        /// Its label.
        label: f32,
    },
    /// A row that is in no slice of a dimension.
    #[error("row {row} is in no slice of {dimension:?}")]
    Slice {
        /// Which row.
        row: usize,
        /// Of which dimension.
        dimension: String,
    },
    /// More rows than a table holds.
    #[error("{0} rows: a table holds {ROWS_MAX}")]
    TooMany(usize),
    /// Fewer rows than can teach and be asked.
    #[error("{0} rows: too few to teach and to ask")]
    TooFew(usize),
    /// Another data set than the one that was asked for.
    #[error("the data set is {found}, not {expected}")]
    Identity {
        /// What it is.
        found: DataId,
        /// What it should be.
        expected: DataId,
    },
}
