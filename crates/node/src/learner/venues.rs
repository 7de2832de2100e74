//! From fingerprints to models of buildings; a building nobody reported from since keeps its model.

use cairn_ground::Mobility;
use cairn_radiomap::{Belief, RadioMap, VenueScans};
use cairn_signal::venue::{Effort, Model, Scan, learn};
use cairn_snapshot::{Snapshot, Venue};
use std::collections::{BTreeMap, BTreeSet};

/// Scans a model is drafted from first; fewer are learned wholly at once.
/// Source: a whole model of 500 scans takes about two seconds (docs/measured/venues.md).
const DRAFT_SCANS_MIN: usize = 500;
/// What every training starts from, so that equal scans make equal models. Source: choice.
const SEED: u64 = 1;

/// Whole models by the digest of what they were learned from.
#[derive(Debug, Clone, Default)]
pub struct Models(BTreeMap<[u8; 32], Vec<u8>>);

impl Models {
    /// The models of all buildings the map knows enough of, and whether any is a draft.
    ///
    /// Models of other scans are forgotten. A function of the map and the effort (S1).
    pub fn of(
        &mut self,
        map: &RadioMap,
        beliefs: &[Belief],
        effort: Effort,
        n_threads: usize,
    ) -> (Vec<Venue>, bool) {
        let moving: BTreeSet<u64> = beliefs
            .iter()
            .filter(|belief| belief.mobility == Mobility::Moving)
            .map(|belief| belief.id.key().get())
            .collect();
        let mut kept = BTreeMap::new();
        let (mut venues, mut has_draft) = (Vec::new(), false);
        for VenueScans { blocks, scans } in map.venues(&|key| moving.contains(&key)) {
            let digest = digest(&scans);
            let bytes = if let Some(whole) = self.0.remove(&digest) {
                kept.insert(digest, whole.clone());
                whole
            } else {
                let drafts = effort == Effort::Draft && scans.len() >= DRAFT_SCANS_MIN;
                let effort = if drafts { Effort::Draft } else { Effort::Whole };
                let Some(bytes) = learn(&scans, effort, SEED, n_threads) else { continue };
                has_draft |= drafts;
                if !drafts {
                    kept.insert(digest, bytes.clone());
                }
                tracing::debug!(scans = scans.len(), bytes = bytes.len(), ?effort, "venue learned");
                bytes
            };
            venues.push(Venue { blocks, bytes });
        }
        self.0 = kept;
        (venues, has_draft)
    }
}

/// True when a snapshot serves a draft.
pub(super) fn has_draft(snapshot: &Snapshot) -> bool {
    let is_draft = |bytes| Model::read(bytes).is_none_or(|model| model.effort() == Effort::Draft);
    snapshot.venues().any(is_draft)
}

/// Names what a model is learned from.
fn digest(scans: &[Scan]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for scan in scans {
        let (lat_e7, lng_e7) = scan.place.to_e7();
        hasher.update(&lat_e7.to_le_bytes());
        hasher.update(&lng_e7.to_le_bytes());
        hasher.update(&[scan.floor.get().cast_unsigned()]);
        hasher.update(&scan.voice.to_le_bytes());
        hasher.update(&scan.weight.to_le_bytes());
        hasher.update(&scan.readings.len().to_le_bytes());
        for reading in &scan.readings {
            hasher.update(&reading.key.to_le_bytes());
            hasher.update(&reading.rssi_dbm.to_le_bytes());
            hasher.update(&reading.age_s.to_le_bytes());
        }
    }
    *hasher.finalize().as_bytes()
}
