//! Snapshots joined in bounded memory: the newest record of every transmitter.

use super::{Bulk, BulkPlan, BulkTally, Keep};
use crate::error::{MergeError, SealError};
use crate::limits::BLOCK_RECORDS;
use crate::{Meta, Snapshot, SnapshotId, SnapshotSet};
use std::path::Path;
use std::sync::Arc;

/// Blocks of a run unless the caller says otherwise: 4 Mi records, 92 MB of memory.
const RUN_BLOCKS: u32 = (1 << 22) / BLOCK_RECORDS;

/// Seals what `set` answers into `out`, with its newest meta: of a transmitter in several layers the newest record,
/// the buildings of its base. The runs are made by `threads` threads; `done` is told of each, with how many there are.
///
/// # Errors
/// [`MergeError`] when any snapshot is damaged, nothing is dropped silently; or when the disk refuses.
pub fn merge_into(
    set: &SnapshotSet,
    out: &Path,
    threads: usize,
    done: &(dyn Fn(u64, u64) + Sync),
) -> Result<(SnapshotId, BulkTally), MergeError> {
    let layers: Vec<&Arc<Snapshot>> = set.layers().collect();
    for layer in &layers {
        let damaged = |fault| MergeError::Damaged { id: layer.id(), fault };
        layer.verify().map_err(damaged)?;
    }
    let meta = set.meta().cloned().ok_or(MergeError::Nothing)?;
    let runs: Vec<(&Snapshot, u32)> = layers
        .iter()
        .flat_map(|layer| {
            let n_blocks = layer.body().n_blocks();
            (0..n_blocks).step_by(RUN_BLOCKS as usize).map(move |first| (&***layer, first))
        })
        .collect();
    let n_runs = runs.len() as u64;
    let digest = digest(&layers, &meta);
    let plan = BulkPlan { meta, keep: Keep::Earlier, digest, n_runs, threads };
    let bulk = Bulk::begin(out, plan)?;
    let source = |number: u64, push: &mut dyn FnMut(crate::TransmitterRecord)| {
        let run = usize::try_from(number).ok().and_then(|number| runs.get(number));
        if let Some((layer, first)) = run {
            layer.iter_blocks(*first..first.saturating_add(RUN_BLOCKS)).for_each(push);
        }
    };
    let tally = bulk.fill(&source, &|number| done(number, n_runs))?;
    let venues = set.base().map_or_else(Vec::new, |base| base.venues_owned());
    Ok((bulk.finish(&venues)?, tally))
}

/// What tells this merge from any other.
fn digest(layers: &[&Arc<Snapshot>], meta: &Meta) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"cairn snapshot merge 1");
    for section in meta.sections() {
        hasher.update(&section);
    }
    for layer in layers {
        hasher.update(layer.id().bytes());
    }
    *hasher.finalize().as_bytes()
}

impl From<SealError> for MergeError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}
