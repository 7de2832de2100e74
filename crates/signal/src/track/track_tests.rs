//! Walks with known truth.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::suboptimal_flops,
    reason = "numbers of a test, read more easily than computed"
)]

use super::*;
use cairn_ground::{Enu, LocalFrame};

pub(super) const T0_MS: i64 = 1_700_000_000_000;

pub(super) fn frame() -> LocalFrame {
    LocalFrame::at(LatLng::new(48.1, 11.5).unwrap())
}

/// A number between -1 and 1 that looks random and is the same every time.
pub(super) fn noise(seed: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 32;
    (x >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

pub(super) fn radii(r68_m: f64) -> Radii {
    Radii::rising([0.78 * r68_m, r68_m, 1.42 * r68_m, 1.62 * r68_m])
}

/// Where somebody is after `s` seconds: 40 m east, 30 m north, at 1 m/s, and back.
pub(super) fn truth(s: f64) -> Enu {
    let s = if s <= 70.0 { s } else { (140.0 - s).max(0.0) };
    Enu { east_m: s.min(40.0), north_m: (s - 40.0).max(0.0) }
}

fn scan(id: u64, s: f64, off: Enu, floors: &[(i32, f64)]) -> Moment {
    let here = truth(s);
    let seen = Enu { east_m: here.east_m + off.east_m, north_m: here.north_m + off.north_m };
    let floors = floors.iter().map(|(level, p)| (Floor::new(*level).unwrap(), *p)).collect();
    let place = frame().latlng_from_enu(seen);
    let sight = Sight { place, radii: radii(8.0), extrapolated: false, floors };
    Moment { id, at_ms: T0_MS + (s * 1_000.0) as i64, sight: Some(sight), pressure_hpa: None }
}

/// A scan every two seconds, each wrong by up to `wrong_m` along each axis.
pub(super) fn scans(wrong_m: f64) -> Vec<Moment> {
    let off = |id| Enu { east_m: wrong_m * noise(2 * id), north_m: wrong_m * noise(2 * id + 1) };
    (0..=70).map(|id| scan(id, 2.0 * id as f64, off(id), &[(1, 0.7), (2, 0.3)])).collect()
}

/// Steps of 0.7 m along the truth, turned by `turn` radians and `scale` times too long.
fn strides(turn: f64, scale: f64) -> Vec<Stride> {
    (1..=200)
        .map(|n| {
            let (from, to) = (truth(0.7 * f64::from(n - 1)), truth(0.7 * f64::from(n)));
            let (e, w) = (to.east_m - from.east_m, to.north_m - from.north_m);
            let reach = e.hypot(w).max(1e-9);
            let way = [
                (e * turn.cos() - w * turn.sin()) / reach,
                (e * turn.sin() + w * turn.cos()) / reach,
            ];
            Stride { at_ms: T0_MS + 700 * i64::from(n), length_m: scale * reach, way: Some(way) }
        })
        .collect()
}

pub(super) fn mean_error_m(places: &[Tracked]) -> f64 {
    let errors = places
        .iter()
        .map(|it| truth(seconds(it.at_ms - T0_MS)).distance_m(frame().enu_from_latlng(it.place)));
    errors.sum::<f64>() / places.len() as f64
}

pub(super) fn whole(moments: Vec<Moment>, strides: &[Stride]) -> Vec<Tracked> {
    let mut tracker = Tracker::default();
    tracker.add_scans(moments);
    if !strides.is_empty() {
        tracker.add_strides(strides, T0_MS, T0_MS + 141_000);
    }
    tracker.places()
}

#[test]
fn a_walk_is_known_better_than_its_scans_and_better_still_with_steps() {
    let alone = scans(12.0)
        .iter()
        .map(|moment| {
            let seen = frame().enu_from_latlng(moment.sight.as_ref().unwrap().place);
            truth(seconds(moment.at_ms - T0_MS)).distance_m(seen)
        })
        .sum::<f64>()
        / 71.0;
    let smoothed = mean_error_m(&whole(scans(12.0), &[]));
    let walked = mean_error_m(&whole(scans(12.0), &strides(0.0, 1.0)));
    assert!(smoothed < 0.75 * alone, "{smoothed} of {alone}");
    assert!(walked < 0.3 * alone, "{walked} of {alone}");
}

#[test]
fn steps_that_are_too_long_and_point_aside_are_put_right() {
    let walked = mean_error_m(&whole(scans(6.0), &strides(0.15, 1.1)));
    assert!(walked < 2.0, "{walked}");
}

#[test]
fn steps_of_a_phone_in_a_pocket_point_anywhere_and_help_all_the_same() {
    let backwards = mean_error_m(&whole(scans(6.0), &strides(2.5, 1.0)));
    assert!(backwards < 2.5, "{backwards}");
}

#[test]
fn one_scan_elsewhere_moves_the_walk_by_little() {
    let mut moments = scans(4.0);
    let clean = whole(moments.clone(), &strides(0.0, 1.0));
    moments[30] = scan(30, 60.0, Enu { east_m: 5_000.0, north_m: -9_000.0 }, &[(7, 1.0)]);
    let hurt = whole(moments, &strides(0.0, 1.0));
    assert!(mean_error_m(&hurt) < mean_error_m(&clean) + 1.0, "{}", mean_error_m(&hurt));
    assert_eq!(hurt[30].floor.unwrap().0.get(), 1);
}

#[test]
fn unsure_scans_that_err_alike_hardly_pull_a_walk_with_steps() {
    let moments: Vec<Moment> = (0..=70)
        .map(|id| {
            let is_unsure = (20..60).contains(&id);
            let off = Enu { east_m: if is_unsure { 20.0 } else { 3.0 * noise(id) }, north_m: 0.0 };
            let mut moment = scan(id, 2.0 * id as f64, off, &[]);
            if let Some(sight) = moment.sight.as_mut().filter(|_| is_unsure) {
                sight.radii = radii(20.0);
            }
            moment
        })
        .collect();
    let walked = mean_error_m(&whole(moments, &strides(0.0, 1.0)));
    assert!(walked < 3.0, "the mean of all scans is 11 m off, this one {walked}");
}

#[test]
fn a_car_is_followed_and_not_held_to_walking() {
    let moments: Vec<Moment> = (0..40)
        .map(|id| {
            let mut moment = scan(id, 2.0 * id as f64, Enu::ZERO, &[]);
            let at =
                Enu { east_m: 30.0 * id as f64 + 8.0 * noise(id), north_m: 8.0 * noise(99 + id) };
            moment.sight.as_mut().unwrap().place = frame().latlng_from_enu(at);
            moment
        })
        .collect();
    for place in whole(moments, &[]) {
        let here = frame().enu_from_latlng(place.place);
        assert!((here.east_m - 30.0 * place.id as f64).abs() < 15.0, "{place:?}");
    }
}

#[test]
fn a_walk_has_one_floor_though_some_scans_say_another() {
    let mut moments = scans(4.0);
    for wrong in [3, 4, 20, 41, 42, 43] {
        moments[wrong].sight.as_mut().unwrap().floors = vec![(Floor::new(2).unwrap(), 0.8)];
    }
    assert!(whole(moments, &[]).iter().all(|place| place.floor.unwrap().0.get() == 1));
}

#[test]
fn stairs_are_followed_with_a_barometer_and_without() {
    let climb = |with_pressure: bool| {
        let mut moments = scans(4.0);
        for moment in &mut moments {
            let s = seconds(moment.at_ms - T0_MS);
            let level = i32::from(s >= 70.0);
            moment.sight.as_mut().unwrap().floors = vec![(Floor::new(level).unwrap(), 0.8)];
            let height_m = 4.0 * ((s - 60.0) / 20.0).clamp(0.0, 1.0);
            moment.pressure_hpa = with_pressure.then_some(1_000.0 - height_m / 8.4);
        }
        whole(moments, &[])
    };
    for places in [climb(true), climb(false)] {
        for place in places {
            let level = place.floor.unwrap().0.get();
            let s = seconds(place.at_ms - T0_MS);
            assert!((60.0..80.0).contains(&s) || level == i8::from(s >= 70.0), "{place:?}");
        }
    }
}

#[test]
fn the_first_scan_of_a_track_says_no_more_of_floors_than_any_other() {
    for first in [0, 29] {
        let mut moments: Vec<Moment> =
            (0..30).map(|i| scan(i, 2.0 * i as f64, Enu::ZERO, &[(1, 0.6), (2, 0.3)])).collect();
        moments[first].sight.as_mut().unwrap().floors = vec![(Floor::new(2).unwrap(), 0.97)];
        assert!(whole(moments, &[]).iter().all(|place| place.floor.unwrap().0.get() == 1));
    }
}

#[test]
fn a_floor_that_every_scan_names_second_is_a_walk_s() {
    let moments = (0..30).map(|i| {
        let first = if i % 2 == 0 { 1 } else { 3 };
        scan(i, 2.0 * i as f64, Enu::ZERO, &[(first, 0.5), (2, 0.45)])
    });
    let places = whole(moments.collect(), &[]);
    assert!(places.iter().all(|place| place.floor.unwrap().0.get() == 2), "{places:?}");
}

#[test]
fn a_barometer_that_stays_holds_the_floor() {
    let mut moments = scans(4.0);
    for (index, moment) in moments.iter_mut().enumerate() {
        let level = i32::from((25..40).contains(&index));
        moment.sight.as_mut().unwrap().floors = vec![(Floor::new(level).unwrap(), 0.6)];
        moment.pressure_hpa = Some(if index == 50 { 300.0 } else { 1_001.0 });
    }
    assert!(whole(moments, &[]).iter().all(|place| place.floor.unwrap().0.get() == 0));
}

#[test]
fn a_scan_without_a_place_gets_one_from_its_neighbours_and_none_from_afar() {
    let mut moments = scans(4.0);
    moments[35].sight = None;
    let late = Moment { id: 99, at_ms: T0_MS + 900_000, sight: None, pressure_hpa: None };
    moments.push(late);
    let places = whole(moments, &strides(0.0, 1.0));
    assert!(places.iter().any(|place| place.id == 35) && places.iter().all(|place| place.id != 99));
}

#[test]
fn a_stream_knows_the_past_and_revises_what_is_open() {
    let (moments, steps) = (scans(8.0), strides(0.0, 1.0));
    let mut tracker = Tracker::default();
    let mut last = Vec::new();
    for part in moments.chunks(5) {
        let (from_ms, to_ms) = (part[0].at_ms - 2_000, part[part.len() - 1].at_ms);
        let new = |it: &&Stride| (from_ms + 1..=to_ms).contains(&it.at_ms);
        tracker.add_scans(part.to_vec());
        tracker.add_strides(&steps.iter().filter(new).copied().collect::<Vec<_>>(), from_ms, to_ms);
        last = tracker.places();
        assert_eq!(last.last().unwrap().id, part[part.len() - 1].id);
        tracker.settle_before(part[part.len() - 1].at_ms - 20_000);
        assert!(tracker.n_open() <= 16, "{}", tracker.n_open());
    }
    let end = last.last().unwrap();
    let whole = whole(scans(8.0), &strides(0.0, 1.0));
    let off_m = frame()
        .enu_from_latlng(end.place)
        .distance_m(frame().enu_from_latlng(whole[end.id as usize].place));
    assert!(off_m < 1.0, "{off_m}");
    assert_eq!(end.floor.unwrap().0.get(), 1);
    tracker.add_scans(vec![scan(500, 0.0, Enu::ZERO, &[])]);
    assert!(tracker.places().iter().all(|place| place.id != 500), "settled is settled");
}

#[test]
fn a_stream_that_never_hears_anything_known_stays_small_too() {
    let mut tracker = Tracker::default();
    for id in 0..5_000 {
        let at_ms = T0_MS + i64::try_from(id / 3).unwrap();
        tracker.add_scans(vec![Moment { id, at_ms, sight: None, pressure_hpa: Some(1e-9) }]);
        tracker.settle_to(100);
        assert!(tracker.n_open() <= 100 && tracker.places().is_empty());
    }
}

#[test]
fn radii_rise_and_shrink_only_as_far_as_errors_are_not_shared() {
    for place in whole(scans(8.0), &strides(0.0, 1.0)) {
        let (r68, r95) = (place.radii.at_m(cairn_ground::Confidence::P68), place.radii.r95_m());
        assert!((5.0..9.0).contains(&r68) && r95 > r68, "{place:?}");
    }
}

#[test]
fn the_strangest_numbers_make_places_on_the_globe() {
    let mut tracker = Tracker::default();
    let at = [i64::MIN / 4, -1, 0, 0, 5, 1 << 43, i64::MAX / 4];
    let sight = |lat, r_m| Sight {
        place: LatLng::new(lat, 179.9).unwrap(),
        radii: Radii::rising([r_m; 4]),
        extrapolated: false,
        floors: vec![
            (Floor::new(120).unwrap(), 5.0),
            (Floor::new(-20).unwrap(), f64::MIN_POSITIVE),
        ],
    };
    let moments = at.iter().enumerate().map(|(id, at_ms)| Moment {
        id: id as u64,
        at_ms: *at_ms,
        sight: Some(sight(90.0 - 30.0 * id as f64, [0.0, 4e7, 1e-300][id % 3])),
        pressure_hpa: Some([100.0, 1_200.0][id % 2]),
    });
    tracker.add_scans(moments.collect());
    let strides = at.map(|at_ms| Stride { at_ms, length_m: 3.0, way: Some([1e9, -1e9]) });
    tracker.add_strides(&strides, i64::MIN / 4, i64::MAX / 4);
    for _ in 0..3 {
        for place in tracker.places() {
            assert!(
                place.radii.r95_m() >= 0.0 && place.floor.unwrap().1 <= 1.0 + 1e-9,
                "{place:?}"
            );
        }
        tracker.settle_to(3);
    }
}

#[test]
fn nothing_in_nothing_out_and_one_instant_many_times_is_fine() {
    assert!(Tracker::default().places().is_empty());
    let same: Vec<Moment> =
        (0..50).map(|id| Moment { id, ..scan(0, 4.0, Enu::ZERO, &[]) }).collect();
    let places = whole(same, &[]);
    assert_eq!(places.len(), 50);
    assert!(mean_error_m(&places) < 0.5);
}

#[test]
fn a_place_is_extrapolated_where_most_of_the_scans_around_it_are() {
    let mut moments = scans(1.0);
    for moment in &mut moments[..20] {
        moment.sight.as_mut().unwrap().extrapolated = true;
    }
    let mut tracker = Tracker::default();
    tracker.add_scans(moments);
    let told: Vec<bool> = tracker.places().iter().map(|it| it.extrapolated).collect();
    assert!(told[..10].iter().all(|it| *it) && !told[40..].iter().any(|it| *it), "{told:?}");
}
