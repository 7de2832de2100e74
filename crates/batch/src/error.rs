//! Why a rebuild ended without a map.

use cairn_archive::RowError;
use cairn_fold::FoldError;
use datafusion::error::DataFusionError;

/// What kept a map from being made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The engine failed: a file it cannot read, memory or disk that ran out.
    #[error("query engine: {0}")]
    Engine(#[source] Box<DataFusionError>),
    /// Rows or parts that nobody writes.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// Rows that no evidence makes.
    #[error(transparent)]
    Row(#[from] RowError),
    /// Too many voices without a yardstick.
    #[error("the calibration sample is not settled by {factor} times its voices")]
    Unsettled {
        /// The greatest factor tried.
        factor: u16,
    },
}

impl From<DataFusionError> for BatchError {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(Box::new(error))
    }
}
