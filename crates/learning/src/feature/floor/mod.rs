//! `floor`: what a query's transmitters, and a barometer where there is one, say of a level.
//!
//! A row is a level that the query may be on; levels are compared, so that a model learned in one building
//! speaks of another.

use super::catalog::{Feature, Kind};
use super::statistics::{mean, share};
use levels::{Heard, Known};
use likely::{Likely, ahead};
use std::collections::BTreeMap;

mod levels;
mod likely;

pub use levels::{Asked, Levels, Reading};

/// The features, in the order of a row of [`rows`].
pub const FEATURES: [Feature; 18] = [
    Feature::new("weighted_share", "1", Kind::Share),
    Feature::new("plain_share", "1", Kind::Share),
    Feature::new("vote_share", "1", Kind::Share),
    Feature::new("top3_share", "1", Kind::Share),
    Feature::new("ahead", "1", Kind::Number),
    Feature::new("power_gap_db", "db", Kind::Number),
    Feature::new("power_off_db", "db", Kind::Number),
    Feature::new("below_loudest_db", "db", Kind::Number),
    Feature::new("heard_here_share", "1", Kind::Share),
    Feature::new("from_mean_levels", "1", Kind::Number),
    Feature::new("n_known", "1", Kind::Count),
    Feature::new("n_levels", "1", Kind::Count),
    Feature::new("unknown_share", "1", Kind::Share),
    Feature::new("ble_share", "1", Kind::Share),
    Feature::new("pressure_gap_hpa", "hpa", Kind::Number),
    Feature::new("rate_ahead", "1", Kind::Number),
    Feature::new("power_ahead", "1", Kind::Number),
    Feature::new("n_scans_here", "1", Kind::Count),
];

/// A row for each level that a query's transmitters were heard on.
pub fn rows(levels: &Levels, asked: &Asked<'_>) -> Vec<(i16, [f32; FEATURES.len()])> {
    let mut known: Vec<Known<'_>> = (asked.heard.iter())
        .filter_map(|reading| {
            let of = levels.heard.get(&reading.key)?;
            let n = of.values().map(|heard| heard.n).sum();
            Some(Known { reading: *reading, levels: of, n })
        })
        .collect();
    known.sort_by(|a, b| {
        b.reading.rssi_dbm.total_cmp(&a.reading.rssi_dbm).then(a.reading.key.cmp(&b.reading.key))
    });
    let total: f32 = known.iter().map(Known::weight).sum();
    let mut weighted: BTreeMap<i16, f32> = BTreeMap::new();
    for one in &known {
        for level in one.levels.keys() {
            *weighted.entry(*level).or_default() += one.weight() * one.share(*level) / total;
        }
    }
    let likely = |level: &i16| Likely::of(*level, levels.n_scans(asked.building, *level), &known);
    let likely: BTreeMap<i16, Likely> =
        weighted.keys().map(|level| (*level, likely(level))).collect();
    let of = |level: i16| (level, row(level, &known, (&weighted, &likely), (levels, asked)));
    weighted.keys().copied().map(of).collect()
}

fn row(
    level: i16,
    known: &[Known<'_>],
    (weighted, likely): (&BTreeMap<i16, f32>, &BTreeMap<i16, Likely>),
    (levels, asked): (&Levels, &Asked<'_>),
) -> [f32; FEATURES.len()] {
    let own = weighted.get(&level).copied().unwrap_or(0.0);
    let others = weighted.iter().filter(|(other, _)| **other != level).map(|(_, share)| *share);
    let mean_level: f32 = weighted.iter().map(|(level, share)| f32::from(*level) * share).sum();
    let shares: Vec<f32> = known.iter().map(|one| one.share(level)).collect();
    let n_votes = known.iter().filter(|one| one.main_level() == level).count();
    let here: Vec<(f32, Heard)> = (known.iter())
        .filter_map(|one| Some((one.reading.rssi_dbm, *one.levels.get(&level)?)))
        .collect();
    let gaps: Vec<f32> = here.iter().map(|(dbm, heard)| dbm - heard.mean_dbm()).collect();
    let offs: Vec<f32> = gaps.iter().map(|gap| gap.abs()).collect();
    let below: Vec<f32> = here.iter().map(|(dbm, heard)| heard.loudest_dbm - dbm).collect();
    let air = asked.building.and_then(|building| levels.air_hpa(building, level));
    let n_heard = asked.heard.len();
    [
        own,
        mean(&shares),
        share(n_votes, known.len()),
        mean(&shares[..shares.len().min(3)]),
        own - others.fold(0.0, f32::max),
        mean(&gaps),
        mean(&offs),
        mean(&below),
        share(here.len(), known.len()),
        f32::from(level) - mean_level,
        known.len() as f32,
        weighted.len() as f32,
        share(n_heard - known.len(), n_heard),
        share(known.iter().filter(|one| one.reading.is_ble).count(), known.len()),
        asked.pressure_hpa.zip(air).map_or(f32::NAN, |(now, then)| now - then),
        ahead(level, likely, |it| it.rate),
        ahead(level, likely, |it| it.power),
        levels.n_scans(asked.building, level) as f32,
    ]
}

#[cfg(test)]
#[path = "floor_tests.rs"]
mod tests;
