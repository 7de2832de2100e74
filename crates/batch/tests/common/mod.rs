//! A small town's evidence as archive files, and the map that learned it piece by piece.

#![allow(dead_code, reason = "each test binary uses some of it")]

pub(crate) mod cluster;

use cairn_archive::{Occurrence, Tag, encode, rows_of};
use cairn_evidence::{Evidence, clean};
use cairn_radiomap::{RadioMap, Settings};
use cairn_report::{Batch, ContributorToken, SubmissionId};
use cairn_sim::{Town, TownConfig, TrafficConfig};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::Path;

/// What people of a small town taught, submission by submission.
pub(crate) fn town(n_reports: usize) -> Vec<Occurrence> {
    let town = Town::generate(&TownConfig { n_transmitters_min: 2_000, ..TownConfig::demo() });
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

/// Writes occurrences into `n_files` files, submissions dealt in turn; returns the files' URLs.
pub(crate) fn archive(all: &[Occurrence], n_files: u64, folder: &Path) -> Vec<String> {
    let write = |number: u64| {
        let mine: Vec<_> =
            all.iter().filter(|one| one.submission.0 % n_files == number).cloned().collect();
        let bytes = encode(&[rows_of(&mine).unwrap()]).unwrap();
        let path = folder.join(format!("{number}.parquet"));
        fs::write(&path, bytes).unwrap();
        format!("file://{}", path.display())
    };
    (0..n_files).map(write).collect()
}

/// The map that learned these piece by piece.
pub(crate) fn learned<'a>(all: impl IntoIterator<Item = &'a Evidence>) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    all.into_iter().for_each(|one| map.add(one));
    map
}
