//! The map from the archive in this process.

use crate::assemble::{Whole, add_parts};
use crate::choose_udaf::choose_udaf;
use crate::error::BatchError;
use crate::fold_udaf::fold_udaf;
use crate::limits::{
    FACTOR_MAX, FACTOR_STEP, MEMORY_BYTES, MEMORY_BYTES_MIN, THREADS_MAX, batch_rows,
};
use crate::plan;
use crate::region_udf::region_udf;
use crate::source::Source;
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use cairn_fold::FoldError;
use cairn_fold::column::CHOSEN;
use cairn_radiomap::{Candidates, RadioMap, Settings};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures_util::StreamExt as _;
use std::path::PathBuf;
use std::sync::Arc;

/// What the engine may use.
#[derive(Debug, Clone)]
pub struct Means {
    /// Threads; the result does not depend on it.
    pub n_threads: usize,
    /// Bytes held before the engine spills; the map itself is not counted.
    pub memory_bytes: usize,
    /// Folder for what is spilled.
    pub spill: PathBuf,
}

impl Means {
    /// One thread and the usual memory, spilling into `spill`.
    pub const fn modest(spill: PathBuf) -> Self {
        Self { n_threads: 1, memory_bytes: MEMORY_BYTES, spill }
    }

    /// A session of the engine with these means, that knows our aggregates.
    ///
    /// # Errors
    /// The engine's, for a folder it cannot use.
    pub fn session(&self) -> Result<SessionContext, BatchError> {
        let bytes = self.memory_bytes.max(MEMORY_BYTES_MIN);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(bytes)))
            .with_temp_file_path(&self.spill)
            .build_arc()?;
        let n_partitions = self.n_threads.clamp(1, THREADS_MAX);
        let mut config = SessionConfig::new()
            .with_target_partitions(n_partitions)
            .with_batch_size(batch_rows(bytes / n_partitions));
        config.options_mut().execution.parquet.pushdown_filters = true;
        let session = SessionContext::new_with_config_rt(config, runtime);
        session.register_udaf(fold_udaf().as_ref().clone());
        session.register_udaf(choose_udaf().as_ref().clone());
        session.register_udf(region_udf().as_ref().clone());
        Ok(session)
    }
}

/// The map of all evidence of a source.
///
/// The same map, byte for byte, as learning the evidence piece by piece.
///
/// # Errors
/// [`BatchError`]; nothing is left behind.
///
/// # Cost
/// The map, and the memory that `means` allows.
pub async fn rebuild(
    source: &Source,
    settings: Settings,
    means: &Means,
) -> Result<RadioMap, BatchError> {
    let session = means.session()?;
    source.register(&session)?;
    let urls = source.urls();
    if urls.is_empty() {
        return Ok(RadioMap::new(settings));
    }
    let rows = || plan::readings(&session, &urls, source.except.as_ref());
    let mut map = RadioMap::new(settings);
    each(plan::parts(rows()?)?, &mut |batch| add_parts(&mut map, batch)).await?;
    let mut factor = FACTOR_STEP;
    loop {
        let chosen = chosen(&plan::choice(rows()?, factor)?.collect().await?, factor)?;
        let mut whole = Whole::default();
        let take = &mut |batch: &RecordBatch| whole.take(&mut map, batch);
        each(plan::whole(rows()?, chosen.voices())?, take).await?;
        whole.finish(&mut map)?;
        if map.is_settled(&chosen) {
            return Ok(map);
        }
        factor = next_factor(factor)?;
    }
}

/// The factor to try next.
pub(crate) fn next_factor(factor: u16) -> Result<u16, BatchError> {
    let next = factor * FACTOR_STEP;
    if next > FACTOR_MAX { Err(BatchError::Unsettled { factor }) } else { Ok(next) }
}

/// The choice in a plan's answer; without rows nobody is chosen.
pub(crate) fn chosen(batches: &[RecordBatch], factor: u16) -> Result<Candidates, BatchError> {
    let mut candidates = Candidates::new(factor);
    for batch in batches {
        let column = batch.column_by_name(CHOSEN).and_then(|array| array.as_binary_opt::<i64>());
        let column = column.ok_or(FoldError::Column { column: CHOSEN })?;
        cairn_fold::choose_again(&mut candidates, column)?;
    }
    Ok(candidates)
}

/// Runs a plan and shows every batch as it comes.
async fn each(
    plan: DataFrame,
    take: &mut dyn FnMut(&RecordBatch) -> Result<(), BatchError>,
) -> Result<(), BatchError> {
    let mut batches = plan.execute_stream().await?;
    while let Some(batch) = batches.next().await {
        take(&batch?)?;
    }
    Ok(())
}
