//! Tests of measured distances: what they narrow, what they leave alone, and that no order matters.

use super::*;
use crate::floors::Floors;
use crate::outcome::{Answer, Refusal};
use crate::worlds::{heard, map, ranged, record, sealed};
use crate::{Heard, locate};
use cairn_ground::{
    CellId, CellRadio, Day, Floor, Geodesic, LatLng, Meters, RttRange, TransmitterId,
    TransmitterKind,
};
use cairn_signal::calibration::Calibration;
use cairn_signal::located::Located;
use cairn_snapshot::{SnapshotSet, SnapshotWriter, TransmitterRecord};

fn told(map: &SnapshotSet, scan: &[Heard]) -> Found {
    match locate(map, scan) {
        Answer::Found(found) => found,
        Answer::Refused(refusal) => panic!("{refusal:?}"),
    }
}

fn frame() -> LocalFrame {
    LocalFrame::at(LatLng::new(51.0, 10.0).unwrap())
}

/// A box that is heard, its number, where it stands and a distance that was measured to it.
fn known(number: u64, at: (f64, f64), range_m: Option<f64>) -> Known {
    let range = |m| RttRange::new(Meters::new(m).unwrap(), Meters::new(0.25).ok()).unwrap();
    Known {
        kind: TransmitterKind::Wifi,
        device: number,
        place: frame().latlng_from_enu(Enu { east_m: at.0, north_m: at.1 }),
        covariance: Covariance::circular(1.0),
        reach_m: 80.0,
        reference_dbm: Some(-48.0),
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        floor: None,
        rssi_dbm: Some(-60.0),
        age_ms: 0,
        range: range_m.map(range),
    }
}

/// What powers say of them, on a map that was never measured.
fn by_power(known: &[Known]) -> (Found, Located) {
    let located = cairn_signal::locate::locate(known).unwrap();
    let found = Found {
        place: located.place,
        radii: located.radii(&Calibration::default()),
        extrapolated: false,
        floors: Floors::NONE,
        height: None,
        method: Method::Wifi,
        n_known: 0,
        n_used: 0,
    };
    (found, located)
}

fn with_distances(found: Found, located: &Located, known: &[Known]) -> Found {
    narrowed(found, &located.own_radii(&Calibration::default()), &located.rivals, known)
}

#[test]
fn distances_narrow_an_answer_and_never_give_one() {
    let sure = |address, lat_deg| TransmitterRecord {
        covariance: Covariance::circular(1.0),
        ..record(address, lat_deg)
    };
    let map = map(&[sure(0x10, 51.0), sure(0x2000, 51.000_2), sure(0x3000, 51.000_3)], vec![]);
    let frame = frame();
    let truth = frame.latlng_from_enu(Enu { east_m: 0.0, north_m: 12.0 });
    let to = |lat_deg| Geodesic.distance_m(LatLng::new(lat_deg, 10.0).unwrap(), truth);
    let by_power = [heard(0x10, -60.0), heard(0x2000, -60.0), heard(0x3000, -60.0)];
    let by_range = [
        ranged(0x10, -60.0, to(51.0)),
        ranged(0x2000, -60.0, to(51.000_2)),
        ranged(0x3000, -60.0, to(51.000_3)),
    ];
    let [plain, narrowed] = [by_power, by_range].map(|scan| told(&map, &scan));
    let off = |found: &Found| Geodesic.distance_m(found.place, truth);
    assert!(off(&narrowed) < 1.0 && off(&plain) > 4.0, "{narrowed:?} {plain:?}");
    assert!(narrowed.radii.r95_m() < plain.radii.r95_m() / 2.0, "{narrowed:?} {plain:?}");
    // invariant: A3
    let alone = locate(&map, &[ranged(0x10, -40.0, 1.0), ranged(0x1f, -40.0, 1.0)]);
    assert_eq!(alone, Answer::Refused(Refusal::TooFewKnown { known: 1, needed: 2 }));
}

#[test]
fn distances_to_the_networks_of_one_box_count_once() {
    let map = map(&[record(0x10, 51.0), record(0x11, 51.0), record(0x2000, 51.000_2)], vec![]);
    let told = |scan: &[Heard]| {
        let found = told(&map, scan);
        (found.place, found.radii)
    };
    let other = heard(0x2000, -60.0);
    let once = told(&[ranged(0x10, -60.0, 9.0), heard(0x11, -60.0), other]);
    assert_eq!(told(&[ranged(0x10, -60.0, 9.0), ranged(0x11, -60.0, 9.0), other]), once);
    assert_ne!(told(&[heard(0x10, -60.0), heard(0x11, -60.0), other]), once);
}

#[test]
fn a_range_to_what_moves_or_stands_elsewhere_changes_nothing() {
    let moving = TransmitterRecord { mobility: Mobility::Moving, ..record(0x3000, 51.000_1) };
    let map = map(&[record(0x10, 51.0), record(0x2000, 51.000_2), moving], vec![]);
    let plain = locate(&map, &[heard(0x10, -60.0), heard(0x2000, -60.0), heard(0x3000, -60.0)]);
    let ranged =
        locate(&map, &[heard(0x10, -60.0), heard(0x2000, -60.0), ranged(0x3000, -60.0, 30.0)]);
    assert_eq!(ranged, plain);
}

#[test]
fn an_answer_of_cells_is_not_brought_to_the_door_of_one_box() {
    // invariant: A3
    let cell = TransmitterId::Cell(CellId::new(CellRadio::Lte, 262, 1, 29_100, 300).unwrap());
    let mut writer = SnapshotWriter::new(crate::worlds::meta(vec![]));
    writer.push(TransmitterRecord {
        key: cell.key(),
        kind: TransmitterKind::Lte,
        covariance: Covariance::circular(90_000.0),
        reach_m: 2_000.0,
        reference_dbm: None,
        ..record(0x10, 51.006)
    });
    writer.push(record(0x10, 51.0));
    let map = sealed(writer);
    let by_cell = Heard { transmitter: cell, rssi_dbm: None, age_ms: 0, timing_advance: None };
    let alone = told(&map, &[by_cell]);
    let both = told(&map, &[by_cell, ranged(0x10, -40.0, 3.0)]);
    assert_eq!((both.method, both.place, both.radii), (Method::Cell, alone.place, alone.radii));
}

#[test]
fn distances_do_not_speak_of_rivals_which_stay_as_far_off() {
    let boxes = |range_m: Option<f64>| {
        let near = [known(1, (0.0, 0.0), range_m), known(2, (0.0, 20.0), range_m)];
        [near[0], near[1], known(3, (3_000.0, 0.0), None), known(4, (3_000.0, 20.0), None)]
    };
    let (found, located) = by_power(&boxes(None));
    assert!(!located.rivals.is_empty() && found.radii.r95_m() > 2_900.0, "{located:?}");
    let after = with_distances(found, &located, &boxes(Some(10.0)));
    assert!(after.radii.r95_m() >= found.radii.r95_m(), "{after:?}");
    let r50_m = |found: &Found| found.radii.at_m(Confidence::P50);
    assert!((RADIUS_MIN_M..r50_m(&found)).contains(&r50_m(&after)), "{found:?} {after:?}");
}

#[test]
fn no_distances_promise_less_than_the_least_radius() {
    let boxes: Vec<Known> = (0..12_u32)
        .map(|n| {
            let (east_m, north_m) = (f64::from(n % 4) * 12.0, f64::from(n / 4) * 12.0);
            let range_m = (east_m - 18.0).hypot(north_m - 12.0);
            let sure = known(u64::from(n), (east_m, north_m), Some(range_m));
            Known { covariance: Covariance::circular(0.01), ..sure }
        })
        .collect();
    let (found, located) = by_power(&boxes);
    let after = with_distances(found, &located, &boxes);
    let least_m = after.radii.at_m(Confidence::P50);
    assert!((least_m - RADIUS_MIN_M).abs() < 1e-9, "{after:?}");
}

#[test]
fn distances_move_an_answer_within_its_promise_or_not_at_all() {
    let near = [(0.0, 0.0), (0.0, 20.0), (20.0, 0.0)];
    let three = |to: Enu| -> Vec<Known> {
        let range_m = |at: (f64, f64)| to.distance_m(Enu { east_m: at.0, north_m: at.1 });
        (1..).zip(near).map(|(number, at)| known(number, at, Some(range_m(at)))).collect()
    };
    let (found, located) = by_power(&three(Enu::ZERO));
    let r95_m = located.own_radii(&Calibration::default()).r95_m();
    let middle = frame().enu_from_latlng(found.place);
    let moved_m = |known: &[Known]| {
        let after = with_distances(found, &located, known);
        Geodesic.distance_m(after.place, found.place)
    };
    let east = |share: f64| Enu { east_m: share.mul_add(r95_m, middle.east_m), ..middle };
    assert!((0.3 * r95_m..r95_m).contains(&moved_m(&three(east(0.6)))));
    assert!(moved_m(&three(east(1.3))) <= r95_m);
    assert_eq!(with_distances(found, &located, &three(east(2.0))), found);
    // Each of two far rings passes within the promise, and they cross beyond it.
    let far = |east_m: f64, north_m: f64| {
        let at = (middle.east_m - east_m, middle.north_m - north_m);
        known(at.0.to_bits(), at, Some(0.9_f64.mul_add(r95_m, 300.0)))
    };
    let cross = [far(300.0, 0.0), far(0.0, 300.0)];
    assert!(cross.iter().all(|one| moved_m(&[*one]) > 0.5 * r95_m), "each by itself moves it");
    assert_eq!(with_distances(found, &located, &cross), found);
}

#[test]
fn a_box_that_contradicts_the_answer_is_not_asked() {
    let two = [known(1, (0.0, 0.0), Some(8.0)), known(2, (0.0, 20.0), Some(13.0))];
    let (found, located) = by_power(&two);
    let plain = with_distances(found, &located, &two);
    assert_ne!(plain, found);
    for stranger in [known(3, (400.0, 0.0), Some(3.0)), known(3, (0.0, 5.0), Some(400.0))] {
        let with_it = [two[0], two[1], stranger];
        assert_eq!(with_distances(found, &located, &with_it), plain);
    }
}

/// As many boxes around a place as this, each less sure where it stands than the one before.
fn less_and_less_sure(n: u32) -> Vec<Known> {
    let box_at = |n: u32| {
        let angle = f64::from(n) * 2.4; // in radians
        let at = (25.0 * angle.cos(), 25.0 * angle.sin());
        let range_m = f64::from(n % 5).mul_add(2.0, 21.0);
        let sigma_m = f64::from(n).mul_add(0.5, 1.0);
        let known = known(u64::from(100 - n), at, Some(range_m));
        Known { covariance: Covariance::circular(sigma_m * sigma_m), ..known }
    };
    (0..n).map(box_at).collect()
}

#[test]
fn of_more_distances_than_are_weighed_the_surest_count() {
    let limit = u32::try_from(RANGES_MAX).unwrap();
    let all = less_and_less_sure(limit + 4);
    let (found, located) = by_power(&all);
    let after = |n: u32| with_distances(found, &located, &all[..usize::try_from(n).unwrap()]);
    assert_eq!(after(limit + 4), after(limit));
    assert_ne!(after(limit), after(limit - 1));
}

#[test]
fn the_order_of_what_is_known_does_not_reach_the_answer() {
    // invariant: A1
    let mut all = less_and_less_sure(20);
    // Another network of a box, as sure of another distance: on the phone's own floor, where no height blurs either.
    let floor = Floor::new(0).unwrap();
    all[2].floor = Some(floor);
    all.push(Known { range: known(0, (0.0, 0.0), Some(24.0)).range, ..all[2] });
    let (found, located) = by_power(&all);
    let found = Found { floors: Floors::of([(floor, 1.0)]), ..found };
    let once = with_distances(found, &located, &all);
    assert_ne!(once, found);
    for _ in 0..all.len() {
        all.rotate_left(1);
        assert_eq!(with_distances(found, &located, &all), once);
    }
    all.reverse();
    assert_eq!(with_distances(found, &located, &all), once);
}
