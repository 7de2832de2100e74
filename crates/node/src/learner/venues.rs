//! From fingerprints to models of buildings; a building nobody reported from since keeps its model.

use cairn_ground::{LatLng, Mobility};
use cairn_radiomap::{Belief, RadioMap, VenueScans};
use cairn_signal::venue::{Effort, Model, Scan, learn};
use cairn_snapshot::{Snapshot, Venue};
use std::collections::{BTreeMap, BTreeSet};
use std::thread;

/// Scans a model is drafted from first; fewer are learned wholly at once.
/// Source: a whole model of 500 scans takes about two seconds (docs/measured/venues.md).
const DRAFT_SCANS_MIN: usize = 500;
/// Voices of a transmitter that was carried: some where it was, some where it is.
/// Source: two confirm a place (`signal::mobility`).
const CARRIED_VOICES_MIN: u32 = 4;
/// What every training starts from, so that equal scans make equal models. Source: choice.
const SEED: u64 = 1;

/// Whole models by the digest of what they were learned from.
#[derive(Debug, Clone, Default)]
pub struct Models(BTreeMap<[u8; 32], Vec<u8>>);

impl Models {
    /// The models of all buildings the map knows enough of, and whether any is a draft.
    ///
    /// Models of other scans are forgotten. A function of the map and the efforts (S1).
    pub fn of(
        &mut self,
        map: &RadioMap,
        beliefs: &[Belief],
        effort: &dyn Fn(&VenueScans) -> Effort,
        n_threads: usize,
    ) -> (Vec<Venue>, bool) {
        let moving: BTreeSet<u64> = beliefs
            .iter()
            .filter(|belief| belief.mobility == Mobility::Moving)
            .map(|belief| belief.id.key().get())
            .collect();
        let venues = map.venues(&|key| moving.contains(&key), &carried(beliefs));
        let efforts: Vec<Effort> =
            venues.iter().map(|venue| due(effort(venue), &venue.scans)).collect();
        let digests: Vec<[u8; 32]> = venues.iter().map(|venue| digest(&venue.scans)).collect();
        let mut models: Vec<Option<Vec<u8>>> = digests.iter().map(|it| self.0.remove(it)).collect();
        let is_new: Vec<bool> = models.iter().map(Option::is_none).collect();
        learn_missing(&venues, &efforts, &mut models, n_threads);
        self.0.clear();
        let (mut sealed, mut has_draft) = (Vec::new(), false);
        for (index, VenueScans { blocks, .. }) in venues.into_iter().enumerate() {
            let Some(bytes) = models[index].take() else { continue };
            if is_new[index] && efforts[index] == Effort::Draft {
                has_draft = true;
            } else {
                self.0.insert(digests[index], bytes.clone());
            }
            sealed.push(Venue { blocks, bytes });
        }
        (sealed, has_draft)
    }
}

/// Where those transmitters stand that may have been carried there: heard by several voices, and not known to have stayed.
fn carried(beliefs: &[Belief]) -> BTreeMap<u64, LatLng> {
    let may_be = |belief: &&Belief| {
        belief.mobility == Mobility::Unsure
            && belief.voices >= CARRIED_VOICES_MIN
            && !belief.id.kind().is_cell()
    };
    let stand = beliefs.iter().filter(may_be);
    stand.map(|belief| (belief.id.key().get(), belief.place)).collect()
}

/// The effort a venue is due: few scans are learned wholly at once.
const fn due(effort: Effort, scans: &[Scan]) -> Effort {
    if scans.len() < DRAFT_SCANS_MIN { Effort::Whole } else { effort }
}

/// Learns the models that are missing, as many at once as there are threads; which thread learns which
/// cannot reach the bytes.
fn learn_missing(
    venues: &[VenueScans],
    efforts: &[Effort],
    models: &mut [Option<Vec<u8>>],
    n_threads: usize,
) {
    let n_threads = n_threads.max(1);
    let mut missing: Vec<(&VenueScans, Effort, &mut Option<Vec<u8>>)> = venues
        .iter()
        .zip(efforts)
        .zip(models)
        .filter(|(_, model)| model.is_none())
        .map(|((venue, effort), model)| (venue, *effort, model))
        .collect();
    for some in missing.chunks_mut(n_threads) {
        let n_each = n_threads.div_ceil(some.len());
        thread::scope(|scope| {
            for (venue, effort, model) in some {
                scope.spawn(move || **model = learn(&venue.scans, *effort, SEED, n_each));
            }
        });
    }
}

/// The effort that a snapshot's model of the same building was worth; a building it does not know is worth it all.
pub(super) fn effort_in(snapshot: &Snapshot, venue: &VenueScans) -> Effort {
    let bytes = venue.blocks.first().and_then(|block| snapshot.venue_at(*block));
    bytes.and_then(Model::read).map_or(Effort::Whole, |model| model.effort())
}

/// True when a snapshot serves a draft.
pub fn has_draft(snapshot: &Snapshot) -> bool {
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
