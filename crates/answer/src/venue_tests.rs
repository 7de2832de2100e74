//! Tests of buildings' answers: a hall of ten boxes, learned on the spot.

use super::*;
use crate::locate::locate as answer;
use crate::outcome::Answer;
use cairn_ground::{
    Bssid, Covariance, Day, Enu, Floor, Geodesic, LatLng, LocalFrame, TransmitterKind,
};
use cairn_signal::venue::{Effort, Scan, learn};
use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, TransmitterRecord, Venue, Verify};
use std::sync::Arc;

fn hall(east_m: f64) -> LatLng {
    let frame = LocalFrame::at(LatLng::new(48.0, 11.5).unwrap());
    frame.latlng_from_enu(Enu { east_m, north_m: 0.0 })
}

fn id(n: u64) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000 + n * 4_096))
}

/// How much powers come and go, dB.
const NOISE_DB: f32 = 6.0;

/// How far east of the hall another one stands, m, whose boxes have the next ten numbers.
const OTHER_M: f64 = 30_000.0;

/// What is heard of the hall's boxes, one every 8 m, at `east_m`.
fn scan(east_m: f64) -> Vec<Heard> {
    scan_of(0, east_m)
}

/// The same of ten boxes from a number on.
fn scan_of(first: u64, east_m: f64) -> Vec<Heard> {
    (0..10_u32)
        .map(|n| {
            let distance_m = f64::from(n).mul_add(8.0, -east_m).abs().max(1.0);
            #[expect(clippy::cast_possible_truncation, reason = "a level of a few tens of dBm")]
            let rssi_dbm = (-25.0_f64).mul_add(distance_m.log10(), -40.0) as f32;
            let transmitter = id(first + u64::from(n));
            Heard { transmitter, rssi_dbm: Some(rssi_dbm), age_ms: 300, timing_advance: None }
        })
        .collect()
}

/// The model of the hall whose boxes begin at a number.
fn model(first: u64) -> Vec<u8> {
    let corner_m = if first == 0 { 0.0 } else { OTHER_M };
    let scans: Vec<Scan> = (0..280_u16)
        .map(|n| {
            let east_m = f64::from(n % 36) * 2.0;
            let mut readings: Vec<Reading> =
                scan_of(first, east_m).iter().filter_map(|h| Some(reading(h)?.1)).collect();
            for (one, k) in readings.iter_mut().zip(0_u16..) {
                one.rssi_dbm += NOISE_DB * f32::from(n).mul_add(7.3, f32::from(k * k)).sin();
            }
            let floor = Floor::new(3).unwrap();
            let place = hall(corner_m + east_m);
            Scan { place, floor, voice: u64::from(n / 20), weight: 1.0, readings }
        })
        .collect();
    learn(&scans, Effort::Whole, 1, 2).unwrap()
}

/// A snapshot of the hall's boxes, of as many far away, and of the hall's model.
fn map() -> SnapshotSet {
    map_of(&[0])
}

/// The same with the models of the halls whose boxes begin at these numbers.
fn map_of(halls: &[u64]) -> SnapshotSet {
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: "test".to_owned(),
        calibration: vec![],
        physics: vec![],
    });
    for n in 0..20 {
        let away_m = if n < 10 { 0.0 } else { OTHER_M };
        writer.push(TransmitterRecord {
            key: id(n).key(),
            kind: TransmitterKind::Wifi,
            place: hall(f64::from(u32::try_from(n % 10).unwrap()).mul_add(8.0, away_m)),
            covariance: Covariance::circular(100.0),
            reach_m: 80.0,
            reference_dbm: Some(-40.0),
            mobility: Mobility::Fixed,
            last_day: Day::new(20_000),
            voices: 7,
            observations: 100,
            floor: None,
        });
    }
    for first in halls {
        let corner_m = if *first == 0 { 0.0 } else { OTHER_M };
        let blocks = Block::of(hall(corner_m)).around().collect();
        writer.push_venue(Venue { blocks, bytes: model(*first) });
    }
    let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
    SnapshotSet::new(Some(Arc::new(snapshot)), vec![])
}

#[test]
fn a_scan_in_a_building_is_answered_by_its_model_with_a_floor() {
    let map = map();
    let Answer::Found(found) = answer(&map, &scan(33.0)) else { panic!("refused") };
    assert_eq!((found.method, found.n_used), (Method::Venue, 10));
    assert!(Geodesic.distance_m(found.place, hall(33.0)) < 12.0, "{found:?}");
    assert_eq!(found.floors.likeliest().map(|(floor, _)| floor.get()), Some(3));
    // A third of the scan is from another town: the building that knows the rest still answers.
    let foreign =
        (10..15).map(|n| Heard { transmitter: id(n), rssi_dbm: Some(-45.0), ..scan(0.0)[0] });
    let mixed: Vec<Heard> = scan(33.0).into_iter().chain(foreign).collect();
    let Answer::Found(found) = answer(&map, &mixed) else { panic!("refused") };
    assert!(Geodesic.distance_m(found.place, hall(33.0)) < 25.0, "{found:?}");
}

#[test]
fn of_two_buildings_that_know_as_much_the_one_where_it_makes_a_place_answers() {
    let map = map_of(&[0, 10]);
    // Of the hall what is heard at one place of it; of the other boxes all along it, each as from a step away: more power.
    let foreign = [10, 12, 14, 16, 18, 19].map(|n| Heard {
        transmitter: id(n),
        rssi_dbm: Some(-42.0),
        ..scan(0.0)[0]
    });
    for east_m in [12.0, 33.0, 60.0] {
        let mixed: Vec<Heard> = scan(east_m).into_iter().chain(foreign).collect();
        let Answer::Found(found) = answer(&map, &mixed) else { panic!("refused") };
        assert_eq!(found.method, Method::Venue);
        assert!(Geodesic.distance_m(found.place, hall(east_m)) < 30.0, "{east_m}: {found:?}");
    }
    let Answer::Found(found) = answer(&map, &scan_of(10, 33.0)) else { panic!("refused") };
    assert!(Geodesic.distance_m(found.place, hall(OTHER_M + 33.0)) < 12.0, "{found:?}");
}

#[test]
fn one_box_or_few_readings_of_a_building_are_not_answered_by_its_model() {
    // invariant: A3
    let map = map();
    let one_box: Vec<Heard> = (0..4)
        .map(|n| {
            let address = 0x0200_5e00_0000 + n;
            let transmitter = TransmitterId::Wifi(Bssid::from_u48(address));
            Heard { transmitter, ..scan(0.0)[0] }
        })
        .collect();
    assert!(matches!(answer(&map, &one_box), Answer::Refused(_)));
    let Answer::Found(found) = answer(&map, &scan(33.0)[..3]) else { panic!("refused") };
    assert_eq!(found.method, Method::Wifi);
    let elsewhere: Vec<Heard> = scan(20.0)
        .into_iter()
        .zip(10..20)
        .map(|(h, n)| Heard { transmitter: id(n), ..h })
        .collect();
    let Answer::Found(found) = answer(&map, &elsewhere) else { panic!("refused") };
    assert_eq!(found.method, Method::Wifi);
}

/// What is heard in a street of the boxes `10..10 + n_boxes`, and louder of four of the hall's.
fn street_and_hall(n_boxes: u64) -> Vec<Heard> {
    let of_hall = scan(33.0).into_iter().take(4);
    let loud =
        of_hall.zip(0_u8..).map(|(one, n)| Heard { rssi_dbm: Some(-50.0 + f32::from(n)), ..one });
    let of_street = (10..10 + n_boxes).map(|n| Heard {
        transmitter: id(n),
        rssi_dbm: Some(-78.0),
        ..scan(0.0)[0]
    });
    of_street.chain(loud).collect()
}

#[test]
fn few_loud_boxes_of_a_building_do_not_outvote_a_street() {
    let map = map();
    let at = |n_boxes: u64| match answer(&map, &street_and_hall(n_boxes)) {
        Answer::Found(found) => {
            (found, Geodesic.distance_m(found.place, hall(OTHER_M + 36.0)) < 500.0)
        }
        Answer::Refused(refusal) => panic!("{refusal:?}"),
    };
    let (found, is_in_street) = at(9);
    assert!(is_in_street && found.method == Method::Wifi, "nine against four: {found:?}");
    assert!(found.radii.r95_m() < 1_000.0, "{found:?}");
    let (found, is_in_street) = at(4);
    assert!(found.radii.r95_m() > OTHER_M, "four against four: {found:?} {is_in_street}");
    let (found, is_in_street) = at(1);
    assert!(!is_in_street && found.radii.r95_m() < 100.0, "one against four: {found:?}");
}

#[test]
fn a_whole_scan_that_comes_late_is_answered_where_it_was_heard_as_wide_as_a_walk_since() {
    let map = map();
    let found = |age_ms: i32| {
        let late = scan(33.0).into_iter().map(|one| Heard { age_ms, ..one });
        let Answer::Found(found) = answer(&map, &late.collect::<Vec<_>>()) else {
            panic!("refused")
        };
        found
    };
    let fresh = found(2_000);
    for (age_ms, walked_m) in [(12_000, 14.0), (-12_000, 14.0)] {
        let late = found(age_ms);
        assert!(Geodesic.distance_m(late.place, fresh.place) < 0.1, "{late:?}");
        let wide_m = fresh.radii.r95_m().hypot(walked_m);
        assert!((late.radii.r95_m() / wide_m - 1.0).abs() < 1e-3, "{late:?} {wide_m}");
    }
    assert!(found(60_000).radii.r95_m() > 60.0);
}

#[test]
fn a_scan_fainter_than_any_that_the_model_was_tried_on_is_answered_by_its_boxes() {
    let map = map();
    let found = |less_db: f32| {
        let fainter = scan(33.0).into_iter();
        let fainter =
            fainter.map(|one| Heard { rssi_dbm: one.rssi_dbm.map(|it| it - less_db), ..one });
        let Answer::Found(found) = answer(&map, &fainter.collect::<Vec<_>>()) else {
            panic!("refused")
        };
        found
    };
    let (inside, outside) = (found(2.0), found(30.0));
    assert!(inside.method == Method::Venue && !inside.extrapolated, "{inside:?}");
    assert!(outside.extrapolated, "{outside:?}");
    assert!(outside.radii.r95_m() > 1.5 * inside.radii.r95_m(), "{outside:?}");
}

#[test]
fn few_readings_that_the_model_was_not_tried_on_are_answered_as_wide_as_the_boxes_say() {
    let map = map();
    let Answer::Found(all) = answer(&map, &scan(33.0)) else { panic!("refused") };
    let Answer::Found(few) = answer(&map, &scan(33.0)[4..8]) else { panic!("refused") };
    assert!(!all.extrapolated && few.extrapolated, "{all:?} {few:?}");
    assert!(few.radii.r95_m() > 2.0 * all.radii.r95_m(), "{all:?} {few:?}");
}
