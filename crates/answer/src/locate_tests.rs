//! Tests of `locate` on small snapshots built in memory.
use super::*;
use crate::height::height_at;
use cairn_ground::{
    Bssid, Covariance, Day, Geodesic, LatLng, Mobility, TransmitterId, TransmitterKind,
};
use cairn_signal::calibration::Class;
use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, TransmitterRecord, Verify};
use std::sync::Arc;

fn id(address: u64) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(address))
}

fn record(address: u64, lat_deg: f64) -> TransmitterRecord {
    TransmitterRecord {
        key: id(address).key(),
        kind: TransmitterKind::Wifi,
        place: LatLng::new(lat_deg, 10.0).unwrap(),
        covariance: Covariance::circular(36.0),
        reach_m: 80.0,
        reference_dbm: Some(-48.0),
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        voices: 4,
        observations: 16,
        floor: None,
    }
}

fn meta(calibration: Vec<CalibrationRow>) -> Meta {
    Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: "test".to_owned(),
        calibration,
        physics: vec![],
    }
}

fn map(records: &[TransmitterRecord], calibration: Vec<CalibrationRow>) -> SnapshotSet {
    let mut writer = SnapshotWriter::new(meta(calibration));
    for record in records {
        writer.push(*record);
    }
    let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
    SnapshotSet::new(Some(Arc::new(snapshot)), vec![])
}

fn heard(address: u64, rssi_dbm: f32) -> Heard {
    Heard { transmitter: id(address), rssi_dbm: Some(rssi_dbm), age_ms: 0, timing_advance: None }
}

#[test]
fn two_known_boxes_are_answered_between_them() {
    let map = map(&[record(0x10, 51.0), record(0x2000, 51.0002)], vec![]);
    let Answer::Found(found) = locate(&map, &[heard(0x10, -60.0), heard(0x2000, -60.0)]) else {
        panic!("refused")
    };
    assert!((found.place.lat_deg() - 51.0001).abs() < 1e-5, "{found:?}");
    assert_eq!((found.n_known, found.n_used, found.method), (2, 2, Method::Wifi));
    assert!(found.radii.r95_m() > 10.0);
}

#[test]
fn unknown_networks_are_stood_in_for_by_their_box_but_a_box_stays_one() {
    // invariant: A3
    let map = map(&[record(0x10, 51.0), record(0x2000, 51.0002)], vec![]);
    let by_sibling = locate(&map, &[heard(0x1f, -60.0), heard(0x2001, -60.0)]);
    assert!(matches!(by_sibling, Answer::Found(Found { n_used: 2, .. })), "{by_sibling:?}");
    let one_box = locate(&map, &[heard(0x10, -60.0), heard(0x11, -60.0)]);
    assert_eq!(one_box, Answer::Refused(Refusal::TooFewKnown { known: 1, needed: 2 }));
}

#[test]
fn radii_are_the_snapshots_own_promise() {
    // invariant: A2
    let rows = |factor: f32| {
        let multipliers = [factor, 2.0 * factor, 3.0 * factor, 4.0 * factor];
        vec![CalibrationRow { class: Class::WifiTwo as u8, n_samples: 9, multipliers }]
    };
    let scan = [heard(0x10, -60.0), heard(0x2000, -60.0)];
    let records = [record(0x10, 51.0), record(0x2000, 51.0002)];
    let r95_m = |factor| match locate(&map(&records, rows(factor)), &scan) {
        Answer::Found(found) => found.radii.r95_m(),
        Answer::Refused(refusal) => panic!("{refusal:?}"),
    };
    assert!((r95_m(0.6) / r95_m(0.2) - 3.0).abs() < 1e-6);
    assert!(r95_m(9.0) < 300.0, "and no farther than either is heard");
}

#[test]
fn nothing_heard_and_nothing_known_are_told_apart() {
    let map = map(&[record(0x10, 51.0)], vec![]);
    assert_eq!(locate(&map, &[]), Answer::Refused(Refusal::NothingHeard));
    let unknown = locate(&map, &[heard(0x999_0000, -50.0)]);
    assert_eq!(unknown, Answer::Refused(Refusal::TooFewKnown { known: 0, needed: 2 }));
}

/// Boxes of many strengths, equals among them, two networks known by their siblings only, a stranger.
fn crowd() -> Vec<Heard> {
    let mut scan: Vec<Heard> = (1u8..=20)
        .map(|n| heard(u64::from(n) * 0x1000, -50.0 - f32::from(n / 2)))
        .chain([heard(0x1001, -52.0), heard(0x200f, -52.0), heard(0x999_0000, -60.0)])
        .collect();
    scan[3].rssi_dbm = None;
    scan[4].age_ms = 4_000;
    scan
}

#[test]
fn a_scan_gives_one_answer_in_any_order_and_any_number_of_times() {
    // invariant: A1
    let records: Vec<_> = (1u8..=20)
        .map(|n| record(u64::from(n) * 0x1000, f64::from(n % 7).mul_add(0.000_17, 51.0)))
        .collect();
    let map = map(&records, vec![]);
    let mut scan = crowd();
    let answer = locate(&map, &scan);
    assert!(matches!(answer, Answer::Found(Found { n_known: 22, .. })), "{answer:?}");
    for turn in 0..scan.len() {
        scan.rotate_left(1);
        assert_eq!(locate(&map, &scan), answer, "rotated by {turn}");
        scan.swap(turn, (7 * turn + 3) % 23);
        assert_eq!(locate(&map, &scan), answer, "swapped in turn {turn}");
        scan.reverse();
        assert_eq!(locate(&map, &scan), answer, "turned round in turn {turn}");
    }
}

#[test]
fn one_reading_past_the_limit_costs_the_weakest() {
    let map = map(&[record(0x10, 51.0), record(0x2000, 51.0002)], vec![]);
    let stranger = |n: usize| heard(0x99_0000_0000 + 16 * n as u64, -70.0);
    let mut scan: Vec<Heard> = (0..crate::limits::HEARD_MAX - 1).map(stranger).collect();
    scan.extend([heard(0x10, -60.0), heard(0x2000, -80.0)]);
    let without = Answer::Refused(Refusal::TooFewKnown { known: 1, needed: 2 });
    assert_eq!(locate(&map, &scan), without);
    scan.remove(0);
    assert!(matches!(locate(&map, &scan), Answer::Found(_)));
}

/// The same at a distance that was measured.
fn ranged(address: u64, rssi_dbm: f32, distance_m: f64) -> Heard {
    let distance = cairn_ground::Meters::new(distance_m).unwrap();
    let range = cairn_ground::RttRange::new(distance, None).unwrap();
    Heard { timing_advance: Some(range.code()), ..heard(address, rssi_dbm) }
}

#[test]
fn distances_narrow_an_answer_and_never_give_one() {
    let sure = |address, lat_deg| TransmitterRecord {
        covariance: Covariance::circular(1.0),
        ..record(address, lat_deg)
    };
    let map = map(&[sure(0x10, 51.0), sure(0x2000, 51.000_2), sure(0x3000, 51.000_3)], vec![]);
    let frame = cairn_ground::LocalFrame::at(LatLng::new(51.0, 10.0).unwrap());
    let truth = frame.latlng_from_enu(cairn_ground::Enu { east_m: 0.0, north_m: 12.0 });
    let to = |lat_deg| Geodesic.distance_m(LatLng::new(lat_deg, 10.0).unwrap(), truth);
    let by_power = [heard(0x10, -60.0), heard(0x2000, -60.0), heard(0x3000, -60.0)];
    let by_range = [
        ranged(0x10, -60.0, to(51.0)),
        ranged(0x2000, -60.0, to(51.000_2)),
        ranged(0x3000, -60.0, to(51.000_3)),
    ];
    let [plain, narrowed] = [by_power, by_range].map(|scan| match locate(&map, &scan) {
        Answer::Found(found) => found,
        Answer::Refused(refusal) => panic!("{refusal:?}"),
    });
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
    let told = |scan: &[Heard]| match locate(&map, scan) {
        Answer::Found(found) => (found.place, found.radii),
        Answer::Refused(refusal) => panic!("{refusal:?}"),
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
fn an_answer_is_as_high_as_its_place_where_it_is_sure_of_that() {
    let mut writer = SnapshotWriter::new(meta(vec![]));
    for (address, lat_deg, reach_m) in
        [(0x10, 51.0, 80.0), (0x2000, 51.000_2, 80.0), (0x3000, 51.2, 9e3), (0x4000, 51.3, 9e3)]
    {
        let covariance = Covariance::circular(if reach_m > 1e3 { 1e6 } else { 36.0 });
        writer.push(TransmitterRecord { covariance, reach_m, ..record(address, lat_deg) });
    }
    let tile = |lat_deg| cairn_ground::Tile::of(LatLng::new(lat_deg, 10.0).unwrap());
    for lat_deg in [51.000_1, 51.25, 50.0] {
        let floor = None;
        writer.push_height(cairn_snapshot::PlaceHeight {
            tile: tile(lat_deg),
            floor,
            hae_m: 212,
            sigma_m: 8.0,
        });
    }
    let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
    let map = SnapshotSet::new(Some(Arc::new(snapshot)), vec![]);
    let [near, far] = [[0x10, 0x2000], [0x3000, 0x4000]].map(|scan| {
        match locate(&map, &scan.map(|address| heard(address, -60.0))) {
            Answer::Found(found) => found,
            Answer::Refused(refusal) => panic!("{refusal:?}"),
        }
    });
    let height = near.height.unwrap();
    assert!((height.hae_m - 212.0).abs() < 1e-3 && (8.0..16.0).contains(&height.sigma_m));
    assert_eq!(far.height, None, "a place known to kilometres has no height: {far:?}");
    let radii = near.radii;
    let [next, far] = [50.001_2, 50.01].map(|lat_deg| {
        let place = LatLng::new(lat_deg, 10.0).unwrap();
        (cairn_ground::Tile::of(place) != tile(50.0))
            .then(|| height_at(&map, place, &radii, None))
            .flatten()
    });
    assert!(
        next.is_some_and(|it| (it.hae_m - 212.0).abs() < 1e-3 && it.sigma_m > 20.0),
        "{next:?}"
    );
    assert_eq!(far, None);
}
