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

/// What is heard of the hall's boxes, one every 8 m, at `east_m`.
fn scan(east_m: f64) -> Vec<Heard> {
    (0..10_u32)
        .map(|n| {
            let distance_m = f64::from(n).mul_add(8.0, -east_m).abs().max(1.0);
            #[expect(clippy::cast_possible_truncation, reason = "a level of a few tens of dBm")]
            let rssi_dbm = (-25.0_f64).mul_add(distance_m.log10(), -40.0) as f32;
            let transmitter = id(u64::from(n));
            Heard { transmitter, rssi_dbm: Some(rssi_dbm), age_ms: 300, timing_advance: None }
        })
        .collect()
}

fn model() -> Vec<u8> {
    let scans: Vec<Scan> = (0..140_u32)
        .map(|n| {
            let east_m = f64::from(n % 36) * 2.0;
            let readings = scan(east_m).iter().filter_map(|h| Some(reading(h)?.1)).collect();
            let floor = Floor::new(3).unwrap();
            Scan { place: hall(east_m), floor, voice: u64::from(n / 20), weight: 1.0, readings }
        })
        .collect();
    learn(&scans, Effort::Whole, 1, 2).unwrap()
}

/// A snapshot of the hall's boxes, of as many far away, and of the hall's model.
fn map() -> SnapshotSet {
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: "test".to_owned(),
        calibration: vec![],
        physics: vec![],
    });
    for n in 0..20 {
        let away_m = if n < 10 { 0.0 } else { 30_000.0 };
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
    let blocks = Block::of(hall(0.0)).around().collect();
    writer.push_venue(Venue { blocks, bytes: model() });
    let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
    SnapshotSet::new(Some(Arc::new(snapshot)), vec![])
}

#[test]
fn a_scan_in_a_building_is_answered_by_its_model_with_a_floor() {
    let map = map();
    let Answer::Found(found) = answer(&map, &scan(33.0)) else { panic!("refused") };
    assert_eq!((found.method, found.n_used), (Method::Venue, 10));
    assert!(Geodesic.distance_m(found.place, hall(33.0)) < 12.0, "{found:?}");
    assert_eq!(found.floor.map(|(floor, _)| floor.get()), Some(3));
    // A third of the scan is from another town: the building that knows the rest still answers.
    let foreign =
        (10..15).map(|n| Heard { transmitter: id(n), rssi_dbm: Some(-45.0), ..scan(0.0)[0] });
    let mixed: Vec<Heard> = scan(33.0).into_iter().chain(foreign).collect();
    let Answer::Found(found) = answer(&map, &mixed) else { panic!("refused") };
    assert!(Geodesic.distance_m(found.place, hall(33.0)) < 25.0, "{found:?}");
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
