//! Which files are served: a base, and overlays above it, newest first.

use crate::config::WarmUp;
use crate::metrics::Metrics;
use crate::serving::warm::warm;
use cairn_ground::TransmitterId;
use cairn_snapshot::{Checkpoint, Manifest, Snapshot, SnapshotSet};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One sealed file that is served.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// Its file name in the snapshots' folder.
    pub(super) name: String,
    /// Its records.
    pub(super) snapshot: Arc<Snapshot>,
    /// Which transmitters an overlay of this run holds; empty for a base and for what a restart found.
    pub(super) ids: BTreeSet<TransmitterId>,
}

/// What is served.
#[derive(Debug, Default)]
pub struct Layers {
    /// The base.
    pub(super) base: Option<Layer>,
    /// Overlays, newest first.
    pub(super) overlays: Vec<Layer>,
    /// How many overlays at the end of the list a restart found: they hold what the journal will
    /// teach again, and go once it has.
    pub(super) n_found: usize,
    /// The checkpoint that belongs to the base.
    pub(super) checkpoint: Option<Checkpoint>,
    /// Where in the journal that checkpoint stands.
    pub(super) journal_position: u64,
    /// The hash of what was taken out of it.
    pub(super) exclusions: Option<[u8; 32]>,
    /// Generation of the manifest last stored.
    pub(super) generation: u64,
}

impl Layers {
    /// The set to serve.
    pub(super) fn set(&self) -> SnapshotSet {
        let shared = |layer: &Layer| Arc::clone(&layer.snapshot);
        SnapshotSet::new(self.base.as_ref().map(shared), self.overlays.iter().map(shared).collect())
    }

    /// Warms what a restart found before it serves; false when it is damaged, which is told.
    pub(super) fn warm(&self, how: WarmUp, metrics: &Metrics) -> bool {
        let Err(refused) = warm(&self.set(), &SnapshotSet::default(), how, &|| true) else {
            return true;
        };
        metrics.serving.refused("block");
        tracing::error!(error = %refused,
            "a snapshot is damaged: its damaged blocks are not served, and it is sealed anew");
        false
    }

    /// The manifest that names these files.
    pub(super) fn manifest(&self) -> Manifest {
        Manifest {
            generation: self.generation,
            base: self.base.as_ref().map(|layer| layer.name.clone()),
            overlays: self.overlays.iter().map(|layer| layer.name.clone()).collect(),
            journal_position: self.journal_position,
            checkpoint: self.checkpoint.clone(),
            exclusions: self.exclusions,
        }
    }

    /// Records in the base.
    pub(super) fn n_base_records(&self) -> u64 {
        self.base.as_ref().map_or(0, |layer| layer.snapshot.len())
    }

    /// Records in all overlays.
    pub(super) fn n_overlay_records(&self) -> u64 {
        self.overlays.iter().map(|layer| layer.snapshot.len()).sum()
    }

    /// These layers with one more overlay, without those that a restart found (the journal has taught
    /// their content again); `alone` leaves out all others too.
    pub(super) fn with_overlay(&self, overlay: Layer, alone: bool) -> Self {
        let n_kept = if alone { 0 } else { self.overlays.len().saturating_sub(self.n_found) };
        let mut overlays = vec![overlay];
        overlays.extend(self.overlays.iter().take(n_kept).cloned());
        Self {
            base: self.base.clone(),
            overlays,
            n_found: 0,
            checkpoint: self.checkpoint.clone(),
            journal_position: self.journal_position,
            exclusions: self.exclusions,
            generation: self.generation,
        }
    }
}
