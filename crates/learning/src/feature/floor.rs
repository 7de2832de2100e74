//! `floor`: what a query's transmitters, and a barometer where there is one, say of a level.
//!
//! A row is a level that the query may be on; levels are compared, so that a model learned in one building
//! speaks of another.

use super::catalog::{Feature, Kind};
use super::statistics::{mean, share};
use std::collections::BTreeMap;

/// The features, in the order of a row of [`rows`].
pub const FEATURES: [Feature; 15] = [
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
];

/// How a reading's weight grows with its power: tenfold in so many dB.
const WEIGHT_DB: f32 = 25.0;

/// What is known of a transmitter on a level.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Heard {
    n: u32,
    sum_dbm: f64,
    loudest_dbm: f32,
}

/// What evidence says of transmitters on levels, and of the air there.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    heard: BTreeMap<u64, BTreeMap<i16, Heard>>,
    /// Pressure by building and level: how many, their sum.
    air: BTreeMap<(u64, i16), (u32, f64)>,
}

/// One transmitter in a query or in a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Which.
    pub key: u64,
    /// True for Bluetooth.
    pub is_ble: bool,
    /// Its power.
    pub rssi_dbm: f32,
}

/// What a phone hears, with its barometer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked<'a> {
    /// Transmitters.
    pub heard: &'a [Reading],
    /// Which building, when it is known.
    pub building: Option<u64>,
    /// Air pressure, when measured.
    pub pressure_hpa: Option<f32>,
}

impl Levels {
    /// Adds what was heard on a level.
    pub fn learn(&mut self, level: i16, asked: &Asked<'_>) {
        for reading in asked.heard {
            let of = self.heard.entry(reading.key).or_default();
            let heard =
                of.entry(level).or_insert(Heard { loudest_dbm: f32::MIN, ..Heard::default() });
            heard.n += 1;
            heard.sum_dbm += f64::from(reading.rssi_dbm);
            heard.loudest_dbm = heard.loudest_dbm.max(reading.rssi_dbm);
        }
        if let Some((building, hpa)) = asked.building.zip(asked.pressure_hpa) {
            let (n, sum) = self.air.entry((building, level)).or_default();
            *n += 1;
            *sum += f64::from(hpa);
        }
    }

    fn air_hpa(&self, building: u64, level: i16) -> Option<f32> {
        self.air.get(&(building, level)).map(|(n, sum)| (sum / f64::from(*n)) as f32)
    }
}

/// A known transmitter of a query.
struct Known<'a> {
    reading: Reading,
    levels: &'a BTreeMap<i16, Heard>,
    n: u32,
}

impl Known<'_> {
    fn share(&self, level: i16) -> f32 {
        self.levels.get(&level).map_or(0.0, |heard| heard.n as f32 / self.n as f32)
    }

    fn weight(&self) -> f32 {
        10.0_f32.powf((self.reading.rssi_dbm + 100.0) / WEIGHT_DB)
    }

    /// The level it was heard on most; the lowest of equals.
    fn main_level(&self) -> i16 {
        let most = self.levels.iter().max_by_key(|(level, heard)| (heard.n, -i32::from(**level)));
        most.map_or(0, |(level, _)| *level)
    }
}

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
    let candidates: Vec<i16> = weighted.keys().copied().collect();
    let of = |level: i16| (level, row(level, &known, &weighted, (levels, asked)));
    candidates.into_iter().map(of).collect()
}

fn row(
    level: i16,
    known: &[Known<'_>],
    weighted: &BTreeMap<i16, f32>,
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
    let gaps: Vec<f32> =
        here.iter().map(|(dbm, heard)| dbm - (heard.sum_dbm / f64::from(heard.n)) as f32).collect();
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
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(key: u64, rssi_dbm: f32) -> Reading {
        Reading { key, is_ble: false, rssi_dbm }
    }

    #[test]
    fn the_level_where_all_was_heard_is_ahead() {
        let mut levels = Levels::default();
        for (level, key, dbm) in [(0, 1, -50.0), (0, 2, -60.0), (1, 1, -80.0), (1, 3, -50.0)] {
            let heard = [reading(key, dbm)];
            let pressure_hpa = Some(1_000.0 - 0.4 * f32::from(level));
            levels.learn(level, &Asked { heard: &heard, building: Some(7), pressure_hpa });
        }
        let heard = [reading(1, -52.0), reading(2, -61.0), reading(9, -40.0)];
        let asked = Asked { heard: &heard, building: Some(7), pressure_hpa: Some(1_000.1) };
        let rows = rows(&levels, &asked);
        assert_eq!(rows.iter().map(|(level, _)| *level).collect::<Vec<_>>(), [0, 1]);
        let at = |name: &str| FEATURES.iter().position(|feature| feature.name == name).unwrap();
        let (ground, first) = (rows[0].1, rows[1].1);
        assert!(ground[at("ahead")] > 0.3 && first[at("ahead")] < -0.3);
        assert!((ground[at("pressure_gap_hpa")] - 0.1).abs() < 1e-3);
        assert!((ground[at("unknown_share")] - 1.0 / 3.0).abs() < 1e-6);
        assert!(ground[at("power_off_db")] < first[at("power_off_db")]);
    }

    #[test]
    fn nothing_known_is_no_level() {
        let asked = Asked { heard: &[reading(1, -50.0)], building: None, pressure_hpa: None };
        assert!(rows(&Levels::default(), &asked).is_empty());
    }
}
