//! `radius`: what a query and its answer say of how far off the answer is.

use super::catalog::{Feature, Kind};
use super::statistics::{deviation, quantile, share};
use cairn_ground::TransmitterKind;

/// Age up to which a reading is fresh, ms.
const FRESH_MS: i32 = 2_500;

/// The features, in the order of [`row`].
pub const FEATURES: [Feature; 23] = [
    Feature::new("log_r50", "ln m", Kind::Number),
    Feature::new("log_r68", "ln m", Kind::Number),
    Feature::new("log_r90", "ln m", Kind::Number),
    Feature::new("log_r95", "ln m", Kind::Number),
    Feature::new("method", "1", Kind::Code),
    Feature::new("n_heard", "1", Kind::Count),
    Feature::new("n_known", "1", Kind::Count),
    Feature::new("n_used", "1", Kind::Count),
    Feature::new("known_share", "1", Kind::Share),
    Feature::new("used_share", "1", Kind::Share),
    Feature::new("n_wifi", "1", Kind::Count),
    Feature::new("n_ble", "1", Kind::Count),
    Feature::new("n_cells", "1", Kind::Count),
    Feature::new("strongest_dbm", "dbm", Kind::Number),
    Feature::new("third_dbm", "dbm", Kind::Number),
    Feature::new("tenth_dbm", "dbm", Kind::Number),
    Feature::new("n_above_60", "1", Kind::Count),
    Feature::new("n_above_70", "1", Kind::Count),
    Feature::new("n_above_80", "1", Kind::Count),
    Feature::new("spread_db", "db", Kind::Number),
    Feature::new("age_median_ms", "ms", Kind::Number),
    Feature::new("fresh_share", "1", Kind::Share),
    Feature::new("floor_share", "1", Kind::Share),
];

/// The row of a query: what each of [`FEATURES`] is.
pub type RadiusRow = [f32; FEATURES.len()];

/// Where [`FEATURES`] holds what an answer was found by.
pub const METHOD_AT: usize = 4;

/// What was found by a building's model.
pub const METHOD_VENUE: u8 = 0;
/// By Wi-Fi.
pub const METHOD_WIFI: u8 = 1;
/// By Bluetooth alone.
pub const METHOD_BLE: u8 = 2;
/// By cells.
pub const METHOD_CELL: u8 = 3;

/// One transmitter in a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// What it is.
    pub kind: TransmitterKind,
    /// Its power, when stated.
    pub rssi_dbm: Option<f32>,
    /// How long ago it was heard, ms.
    pub age_ms: i32,
}

/// A query and the answer it got.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked<'a> {
    /// What was heard.
    pub heard: &'a [Reading],
    /// What the answer was found by, one of the codes above.
    pub method: u8,
    /// R50, R68, R90 and R95 as the map promises them, m.
    pub radii_m: [f64; 4],
    /// Transmitters that the map knows.
    pub n_known: u16,
    /// Transmitters that agree with the answer.
    pub n_used: u16,
    /// What speaks for the answer's level, when it has one.
    pub floor_share: Option<f32>,
}

/// Memory of a row, used again by the next one; what is in it decides nothing.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    powers_dbm: Vec<f32>,
    ages_ms: Vec<f32>,
}

/// The row of a query.
pub fn row(asked: &Asked<'_>) -> RadiusRow {
    row_in(asked, &mut Scratch::default())
}

/// The row of a query; allocates nothing once the memory has grown.
pub fn row_in(asked: &Asked<'_>, scratch: &mut Scratch) -> RadiusRow {
    let mut row = [f32::NAN; FEATURES.len()];
    for (slot, radius_m) in row.iter_mut().zip(asked.radii_m) {
        *slot = radius_m.max(0.1).ln() as f32;
    }
    let n_heard = asked.heard.len();
    let of = |is: fn(TransmitterKind) -> bool| {
        asked.heard.iter().filter(|reading| is(reading.kind)).count() as f32
    };
    let Scratch { powers_dbm: powers, ages_ms: ages } = scratch;
    powers.clear();
    powers.extend(asked.heard.iter().filter_map(|it| it.rssi_dbm));
    powers.sort_unstable_by(|a, b| b.total_cmp(a));
    let above = |dbm: f32| powers.iter().filter(|it| **it > dbm).count() as f32;
    ages.clear();
    ages.extend(asked.heard.iter().map(|it| it.age_ms as f32));
    let n_fresh = asked.heard.iter().filter(|it| it.age_ms <= FRESH_MS).count();
    row[METHOD_AT..].copy_from_slice(&[
        f32::from(asked.method),
        n_heard as f32,
        f32::from(asked.n_known),
        f32::from(asked.n_used),
        share(asked.n_known.into(), n_heard),
        share(asked.n_used.into(), asked.n_known.into()),
        of(|kind| kind == TransmitterKind::Wifi),
        of(|kind| kind == TransmitterKind::Ble),
        of(TransmitterKind::is_cell),
        powers.first().copied().unwrap_or(f32::NAN),
        powers.get(2).copied().unwrap_or(f32::NAN),
        powers.get(9).copied().unwrap_or(f32::NAN),
        above(-60.0),
        above(-70.0),
        above(-80.0),
        deviation(powers),
        quantile(ages, 0.5),
        share(n_fresh, n_heard),
        asked.floor_share.unwrap_or(f32::NAN),
    ]);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_was_heard_and_promised_whatever_the_order() {
        let reading = |kind, rssi_dbm, age_ms| Reading { kind, rssi_dbm, age_ms };
        let mut heard = vec![
            reading(TransmitterKind::Wifi, Some(-75.0), 100),
            reading(TransmitterKind::Wifi, Some(-55.0), 9_000),
            reading(TransmitterKind::Ble, None, 500),
            reading(TransmitterKind::Wifi, Some(-65.0), 700),
        ];
        let asked = |heard: &[Reading]| {
            row(&Asked {
                heard,
                method: METHOD_WIFI,
                radii_m: [10.0, 20.0, 40.0, 50.0],
                n_known: 3,
                n_used: 2,
                floor_share: None,
            })
        };
        let first = asked(&heard);
        let named = |name: &str| first[FEATURES.iter().position(|it| it.name == name).unwrap()];
        assert_eq!(named("log_r95"), 50.0_f64.ln() as f32);
        assert_eq!((named("n_heard"), named("n_wifi"), named("n_ble")), (4.0, 3.0, 1.0));
        assert_eq!((named("strongest_dbm"), named("third_dbm")), (-55.0, -75.0));
        assert_eq!(
            (named("n_above_60"), named("n_above_70"), named("n_above_80")),
            (1.0, 2.0, 3.0)
        );
        assert_eq!((named("known_share"), named("fresh_share")), (0.75, 0.75));
        assert!(named("tenth_dbm").is_nan() && named("floor_share").is_nan());
        heard.reverse();
        assert_eq!(first.map(f32::to_bits), asked(&heard).map(f32::to_bits));
    }
}
