//! What a barometer says of floors: when somebody stays on one, and how far they go up or down.

use super::{Moment, seconds};

/// Mean time on one floor, s. Source: measured on folds of indoor-ms (a floor a walk) and ipin (stairs).
const STAY_S: f64 = 600.0;
/// How much rarer changes are than [`STAY_S`] says while the height stays. Source: a barometer sees a floor
/// with near certainty (Muralidharan et al., *Barometric phone sensors*, 2014).
const STEADY: f64 = 0.002;
/// Change of height up to which somebody stays on a floor, m. Source: half the lowest floors, 3 m.
const STEADY_M: f64 = 1.5;
/// Chance that somebody who went farther up or down is on another floor. Source: as [`STEADY`].
const CLIMBED: f64 = 0.95;
/// Slowest climb that goes on, m/s. Source: half the speed of the slowest stairs, 0.2 m/s.
const CLIMB_M_S_MIN: f64 = 0.1;
/// Change of height between two scans that no stairs or lift makes, m/s. Source: the fastest lifts, 20 m/s.
const CLIMB_M_S_MAX: f64 = 20.0;
/// Time over which a steady height is learned anew, s: weather and doors move it. Source: 1 hPa, 8 m, an hour
/// at worst moves it by 0.1 m.
const SETTLE_S: f64 = 60.0;
/// Lapse of the standard atmosphere: height is 44,330 m × (1 − (p / 1013.25 hPa)^0.1903).
/// Source: ICAO Doc 7488, *Manual of the ICAO standard atmosphere*.
const ATMOSPHERE: (f64, f64, f64) = (44_330.0, 1_013.25, 0.190_3);

/// How likely a floor was left since the scan before, and how far up by then or soon after, if anybody knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change {
    pub(super) chance: f64,
    pub(super) climbed_m: Option<f64>,
}

/// The changes before each scan, and the height of the floor stayed on after it.
pub(super) fn changes(
    last_ms: Option<i64>,
    steady_m: Option<f64>,
    moments: &[Moment],
) -> (Vec<Change>, Vec<Option<f64>>) {
    let first_ms = moments.first().map_or(0, |moment| moment.at_ms);
    let heights: Vec<Option<f64>> =
        moments.iter().map(|moment| moment.pressure_hpa.map(height_m)).collect();
    let (mut at_ms, mut steady_m, mut climbing_to) = (last_ms.unwrap_or(first_ms), steady_m, 0);
    let change_at = |(index, moment): (usize, &Moment)| {
        let span_s = seconds(moment.at_ms - at_ms).max(0.0);
        at_ms = moment.at_ms;
        let usual = 1.0 - (-span_s / STAY_S).exp();
        let (Some(height_m), Some(old_m)) = (heights[index], steady_m) else {
            steady_m = heights[index].or(steady_m);
            return (Change { chance: usual, climbed_m: None }, steady_m);
        };
        let off_m = height_m - old_m;
        let chance = if index <= climbing_to && climbing_to > 0 {
            usual * STEADY
        } else if off_m.abs() <= STEADY_M {
            let settled = 1.0 - (-span_s / SETTLE_S).exp();
            steady_m = Some(settled.mul_add(off_m, old_m));
            usual * STEADY
        } else if off_m.abs() > CLIMB_M_S_MAX.mul_add(span_s, STEADY_M) {
            steady_m = Some(height_m);
            usual
        } else {
            climbing_to = end_of_climb(index, off_m > 0.0, moments, &heights);
            steady_m = heights[climbing_to];
            let climbed_m = heights[climbing_to].map(|top_m| top_m - old_m);
            return (Change { chance: CLIMBED, climbed_m }, steady_m);
        };
        (Change { chance, climbed_m: None }, steady_m)
    };
    moments.iter().enumerate().map(change_at).unzip()
}

/// The scan by which a climb that goes on at `index` is over.
fn end_of_climb(index: usize, up: bool, moments: &[Moment], heights: &[Option<f64>]) -> usize {
    let sign = if up { 1.0 } else { -1.0 };
    let goes_on = |at: &usize| {
        let (Some(here_m), Some(Some(next_m))) = (heights[*at], heights.get(at + 1)) else {
            return false;
        };
        let span_s = seconds(moments[at + 1].at_ms - moments[*at].at_ms);
        sign * (next_m - here_m) > CLIMB_M_S_MIN * span_s.max(1.0)
    };
    (index..moments.len()).find(|at| !goes_on(at)).unwrap_or(index)
}

fn height_m(pressure_hpa: f64) -> f64 {
    let (scale_m, sea_hpa, power) = ATMOSPHERE;
    scale_m * (1.0 - (pressure_hpa / sea_hpa).powf(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(heights_m: &[f64]) -> Vec<Moment> {
        (0_i64..)
            .zip(heights_m)
            .map(|(n, height_m)| Moment {
                id: 0,
                at_ms: 3_000 * n,
                sight: None,
                pressure_hpa: Some(1_000.0 - height_m / 8.4),
            })
            .collect()
    }

    #[test]
    fn stairs_are_one_change_by_their_whole_height() {
        let (changes, _) = changes(None, None, &walk(&[0.0, 0.1, 0.9, 1.8, 2.7, 3.4, 3.5, 3.4]));
        let climbs: Vec<(usize, f64)> = changes
            .iter()
            .enumerate()
            .filter_map(|(index, change)| Some((index, change.climbed_m?)))
            .collect();
        let [(3, climbed_m)] = climbs.as_slice() else { panic!("{changes:?}") };
        assert!((climbed_m - 3.4).abs() < 0.2, "{climbed_m}");
        assert!(changes[5..].iter().all(|change| change.chance < 1e-4), "{changes:?}");
    }

    #[test]
    fn a_glitch_and_the_weather_are_no_climb() {
        let slow: Vec<f64> = (0..100).map(|n| 0.05 * f64::from(n)).collect();
        let (calm, _) = changes(None, None, &walk(&slow));
        let (glitch, _) = changes(None, None, &walk(&[0.0, 0.0, 900.0, 0.0, 0.0]));
        assert!(calm.iter().chain(&glitch).all(|change| change.climbed_m.is_none()));
    }
}
