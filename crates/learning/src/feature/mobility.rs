//! `mobility`: what a transmitter's evidence says of whether it stays.

use super::catalog::{Feature, Kind};
use super::statistics::{quantile, share};
use cairn_ground::Enu;
use std::collections::BTreeMap;

/// The features, in the order of [`row`].
pub const FEATURES: [Feature; 18] = [
    Feature::new("n_readings", "1", Kind::Count),
    Feature::new("n_voices", "1", Kind::Count),
    Feature::new("n_days", "1", Kind::Count),
    Feature::new("span_days", "1", Kind::Count),
    Feature::new("spread_p50_m", "m", Kind::Number),
    Feature::new("spread_p90_m", "m", Kind::Number),
    Feature::new("strong_spread_m", "m", Kind::Number),
    Feature::new("across_m", "m", Kind::Number),
    Feature::new("day_step_m", "m", Kind::Number),
    Feature::new("halves_apart_m", "m", Kind::Number),
    Feature::new("halves_ratio", "1", Kind::Number),
    Feature::new("parted_ratio", "1", Kind::Number),
    Feature::new("voices_apart_m", "m", Kind::Number),
    Feature::new("voice_spread_m", "m", Kind::Number),
    Feature::new("main_voice_share", "1", Kind::Share),
    Feature::new("strongest_dbm", "dbm", Kind::Number),
    Feature::new("reach_excess", "1", Kind::Number),
    Feature::new("local_address", "1", Kind::Code),
];

/// Received power at a metre, and ten times the exponent of its loss: how far a reading's power says it was.
/// Source: free space at 2.4 GHz (−40 dBm at 1 m), an exponent of 3 among houses.
const REFERENCE_DBM: f32 = -40.0;
/// See [`REFERENCE_DBM`].
const LOSS_DB: f32 = 30.0;

/// Where a transmitter was heard once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Where the phone was.
    pub at: Enu,
    /// The day, counted from any.
    pub day: i32,
    /// Whose voice.
    pub voice: u64,
    /// Its power, when stated.
    pub rssi_dbm: Option<f32>,
}

/// The row of a transmitter; the order of its readings does not matter.
pub fn row(readings: &[Reading], is_local: bool) -> [f32; FEATURES.len()] {
    let all: Vec<&Reading> = readings.iter().collect();
    let by_voice = groups(&all, |reading| reading.voice);
    let by_day = groups(&all, |reading| reading.day);
    let days: Vec<i32> = by_day.keys().copied().collect();
    let span = days.last().zip(days.first()).map_or(0, |(last, first)| last - first + 1);
    let day_middles: Vec<Enu> = by_day.values().map(|of| middle(of)).collect();
    let voice_middles: Vec<Enu> = by_voice.values().map(|of| middle(of)).collect();
    let mut own: Vec<f32> = by_voice.values().map(|of| spread(of, 0.5)).collect();
    let halves = halves(&by_day);
    let strongest = readings.iter().filter_map(|it| it.rssi_dbm).fold(f32::NAN, f32::max);
    let largest = by_voice.values().map(Vec::len).max().unwrap_or(0);
    let (p50, p90) = (spread(&all, 0.5), spread(&all, 0.9));
    [
        readings.len() as f32,
        by_voice.len() as f32,
        by_day.len() as f32,
        span as f32,
        p50,
        p90,
        spread(&strong(&all), 0.5),
        across(&all.iter().map(|it| it.at).collect::<Vec<_>>()),
        steps(&day_middles),
        halves.0,
        halves.0 / (halves.1 + 1.0),
        parted(&all, p50),
        across(&voice_middles),
        quantile(&mut own, 0.5),
        share(largest, readings.len()),
        strongest,
        excess(&all),
        f32::from(u8::from(is_local)),
    ]
}

fn groups<'a, K: Ord>(
    readings: &[&'a Reading],
    key: impl Fn(&Reading) -> K,
) -> BTreeMap<K, Vec<&'a Reading>> {
    let mut groups: BTreeMap<K, Vec<&Reading>> = BTreeMap::new();
    for reading in readings.iter().copied() {
        groups.entry(key(reading)).or_default().push(reading);
    }
    groups
}

/// The middle of where it was heard: a median each way.
fn middle(readings: &[&Reading]) -> Enu {
    let of = |axis: fn(&Enu) -> f64| {
        let mut along: Vec<f32> = readings.iter().map(|it| axis(&it.at) as f32).collect();
        f64::from(quantile(&mut along, 0.5))
    };
    Enu { east_m: of(|at| at.east_m), north_m: of(|at| at.north_m) }
}

/// The distance to the middle within which `share` of the readings lie.
fn spread(readings: &[&Reading], share: f64) -> f32 {
    let middle = middle(readings);
    let mut off: Vec<f32> = readings.iter().map(|it| it.at.distance_m(middle) as f32).collect();
    quantile(&mut off, share)
}

/// The strongest quarter, at least two.
fn strong<'a>(readings: &[&'a Reading]) -> Vec<&'a Reading> {
    let mut powers: Vec<f32> = readings.iter().filter_map(|it| it.rssi_dbm).collect();
    let least = quantile(&mut powers, 0.75);
    readings.iter().copied().filter(|it| it.rssi_dbm.is_some_and(|dbm| dbm >= least)).collect()
}

/// The diagonal of the box around places.
fn across(places: &[Enu]) -> f32 {
    if places.is_empty() {
        return f32::NAN;
    }
    let side = |axis: fn(&Enu) -> f64| {
        let along = places.iter().map(axis);
        along.clone().fold(f64::MIN, f64::max) - along.fold(f64::MAX, f64::min)
    };
    side(|at| at.east_m).hypot(side(|at| at.north_m)) as f32
}

/// The longest way from one day's middle to the next day's.
fn steps(middles: &[Enu]) -> f32 {
    middles.windows(2).map(|pair| pair[0].distance_m(pair[1]) as f32).fold(f32::NAN, f32::max)
}

/// How far the middles of the earlier and the later days lie apart, and how wide each half is.
fn halves(by_day: &BTreeMap<i32, Vec<&Reading>>) -> (f32, f32) {
    if by_day.len() < 2 {
        return (f32::NAN, f32::NAN);
    }
    let n_first = by_day.len() / 2;
    let first: Vec<&Reading> = by_day.values().take(n_first).flatten().copied().collect();
    let second: Vec<&Reading> = by_day.values().skip(n_first).flatten().copied().collect();
    let apart = middle(&first).distance_m(middle(&second)) as f32;
    (apart, spread(&first, 0.5).max(spread(&second, 0.5)))
}

/// The least that two places, parted by a day, leave of the spread: near 0 for what moved once.
fn parted(readings: &[&Reading], spread_m: f32) -> f32 {
    let mut days: Vec<i32> = readings.iter().map(|it| it.day).collect();
    days.sort_unstable();
    days.dedup();
    let rest = |day: &i32| {
        let (before, after): (Vec<&Reading>, Vec<&Reading>) =
            readings.iter().copied().partition(|it| it.day < *day);
        (spread(&before, 0.5) * before.len() as f32 + spread(&after, 0.5) * after.len() as f32)
            / readings.len() as f32
    };
    let least = days.iter().skip(1).map(rest).fold(f32::NAN, f32::min);
    least / (spread_m + 1.0)
}

/// How much farther from the middle it was heard than its power says: the median ratio.
fn excess(readings: &[&Reading]) -> f32 {
    let middle = middle(readings);
    let mut ratios: Vec<f32> = (readings.iter())
        .filter_map(|it| {
            let says_m = 10.0_f32.powf((REFERENCE_DBM - it.rssi_dbm?) / LOSS_DB);
            Some(it.at.distance_m(middle) as f32 / (says_m + 5.0))
        })
        .collect();
    quantile(&mut ratios, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(east_m: f64, day: i32, voice: u64) -> Reading {
        Reading { at: Enu { east_m, north_m: 0.0 }, day, voice, rssi_dbm: Some(-60.0) }
    }

    fn named(row: &[f32], name: &str) -> f32 {
        row[FEATURES.iter().position(|feature| feature.name == name).unwrap()]
    }

    #[test]
    fn what_moved_once_is_narrow_on_either_side_of_a_day() {
        let readings: Vec<Reading> = (0..40)
            .map(|n| {
                let day = n / 4;
                let at = f64::from(n % 4) * 3.0 + if day >= 3 { 500.0 } else { 0.0 };
                reading(at, day, u64::from(n.unsigned_abs() % 3))
            })
            .collect();
        let row = row(&readings, false);
        assert!(named(&row, "parted_ratio") < 0.5 || named(&row, "spread_p90_m") > 400.0);
        assert!(named(&row, "day_step_m") > 490.0);
        assert!(named(&row, "span_days") == 10.0 && named(&row, "n_voices") == 3.0);
        let mut turned = readings;
        turned.reverse();
        assert_eq!(row.map(f32::to_bits), super::row(&turned, false).map(f32::to_bits));
    }

    #[test]
    fn one_reading_is_a_row_with_gaps() {
        let row = row(&[reading(1.0, 5, 1)], true);
        assert!(named(&row, "day_step_m").is_nan() && named(&row, "halves_apart_m").is_nan());
        assert_eq!((named(&row, "spread_p90_m"), named(&row, "local_address")), (0.0, 1.0));
    }
}
