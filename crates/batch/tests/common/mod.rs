//! A small town's evidence as archive files, and the map that learned it piece by piece.

use cairn_archive::{Occurrence, Tag};
use cairn_evidence::{Evidence, clean};
use cairn_radiomap::{RadioMap, Settings};
use cairn_report::{Batch, ContributorToken, SubmissionId};
use cairn_sim::{Town, TownConfig, TrafficConfig};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

/// What people of a small town taught, submission by submission.
pub(crate) fn town(n_reports: usize) -> Vec<Occurrence> {
    town_of(2_000, n_reports)
}

/// The same of a town with so many transmitters.
pub(crate) fn town_of(n_transmitters_min: usize, n_reports: usize) -> Vec<Occurrence> {
    let town = Town::generate(&TownConfig { n_transmitters_min, ..TownConfig::demo() });
    let traffic = TrafficConfig { n_reports, ..TrafficConfig::demo() };
    let mut all = Vec::new();
    for (number, sent) in town.contributions(&traffic).enumerate() {
        let mut hasher = DefaultHasher::new();
        sent.nickname.hash(&mut hasher);
        let day = sent.reports[0].timestamp().day();
        day.get().hash(&mut hasher);
        let batch = Batch {
            id: SubmissionId((number as u128).to_le_bytes()),
            received: day,
            contributor: ContributorToken(hasher.finish()),
            app: None,
            reports: sent.reports,
        };
        let (evidence, _) = clean(&batch);
        all.extend(Occurrence::all_of(Tag::of(&number.to_le_bytes()), None, evidence));
    }
    all
}

/// The map that learned these piece by piece.
pub(crate) fn learned<'a>(all: impl IntoIterator<Item = &'a Evidence>) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    for one in all {
        map.add(one);
    }
    map
}
