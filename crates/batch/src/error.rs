//! Why a rebuild ended without a map.

use ballista_core::error::BallistaError;
use cairn_archive::RowError;
use cairn_fold::FoldError;
use datafusion::error::DataFusionError;
use parquet::errors::ParquetError;
use std::io;
use std::path::{Path, PathBuf};

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
    /// A scheduler or executor that cannot run.
    #[error("cluster: {0}")]
    Cluster(#[source] Box<BallistaError>),
    /// An output that cannot be read.
    #[error("output: {0}")]
    Parquet(#[from] ParquetError),
    /// An output whose rows cannot be read.
    #[error("output: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// A disk that refused.
    #[error("{}: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A job that failed or was late too often.
    #[error("job {job} given up after {attempts} attempts")]
    GivenUp {
        /// Which.
        job: String,
        /// How often it was tried.
        attempts: u32,
        /// Why the last one failed; none when it was late.
        #[source]
        last: Option<Box<Self>>,
    },
    /// A manifest whose list of what was taken out cannot be read.
    #[error("the manifest names exclusions that this program does not know")]
    Exclusions,
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

/// A disk that refused, and where.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> BatchError {
    move |source| BatchError::Disk { path: path.to_owned(), source }
}
