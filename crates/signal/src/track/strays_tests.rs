//! Tracks some of whose scans say another place.
#![expect(clippy::cast_precision_loss, reason = "a few dozen scans")]

use super::tests::{T0_MS, frame, mean_error_m, scans, truth, whole};
use super::*;
use cairn_ground::Enu;

/// The walk with the scans of these numbers so many metres north.
fn strayed(stray: impl Fn(usize) -> bool, north_m: f64) -> Vec<Moment> {
    let mut moments = scans(6.0);
    for (nth, moment) in moments.iter_mut().enumerate().filter(|(nth, _)| stray(*nth)) {
        let place = frame().latlng_from_enu(Enu { east_m: 20.0 + nth as f64, north_m });
        moment.sight.iter_mut().for_each(|sight| sight.place = place);
    }
    moments
}

fn largest_m(places: &[Tracked]) -> f64 {
    let off = |it: &Tracked| {
        truth(seconds(it.at_ms - T0_MS)).distance_m(frame().enu_from_latlng(it.place))
    };
    places.iter().map(off).fold(0.0, f64::max)
}

#[test]
fn a_wrong_scan_moves_a_walk_by_little_wherever_it_stands() {
    let plain = mean_error_m(&whole(scans(6.0), &[]));
    for north_m in [3_500.0, 300_000.0] {
        for at in [0, 1, 35, 70] {
            let found = whole(strayed(|nth| nth == at, north_m), &[]);
            assert!(largest_m(&found) < 20.0, "{north_m} at {at}: {}", largest_m(&found));
            assert!(mean_error_m(&found) < 1.2 * plain, "{north_m} at {at}");
        }
        let third = whole(strayed(|nth| nth % 3 == 0, north_m), &[]);
        assert!(largest_m(&third) < 25.0, "{north_m}: {}", largest_m(&third));
        let several = whole(strayed(|nth| nth < 3, north_m), &[]);
        assert!(largest_m(&several) < 25.0, "{north_m}: {}", largest_m(&several));
    }
}

#[test]
fn two_scans_that_contradict_each_other_are_told_as_they_are() {
    let mut moments = strayed(|nth| nth == 0, 3_500.0);
    moments.truncate(2);
    assert_eq!(whole(moments, &[]).len(), 2);
}
