//! Tests of what a neighbor without an identity is resolved to.

use super::*;
use crate::{Heard, lookup};
use cairn_ground::{Covariance, Day, LatLng, TransmitterId, TransmitterKey, TransmitterKind};
use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, Verify};
use std::sync::Arc;

/// What is known, in memory of its own.
fn known_of(map: &SnapshotSet, heard: &[Heard], units: &[HeardUnit]) -> Vec<Known> {
    let mut found = Vec::new();
    lookup::known(map, heard, units, &mut lookup::Scratch::default(), &mut found);
    found
}

fn lte(n: u64) -> CellId {
    CellId::new(CellRadio::Lte, 302, 720, 29_100, n).unwrap()
}

fn record(key: TransmitterKey, lat_deg: f64) -> TransmitterRecord {
    TransmitterRecord {
        key,
        kind: TransmitterKind::Lte,
        place: LatLng::new(lat_deg, -75.0).unwrap(),
        covariance: Covariance::circular(90_000.0),
        reach_m: 735.0,
        reference_dbm: None,
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        voices: 1,
        observations: 1,
        floor: None,
    }
}

/// The serving cell, of unit 8, at 45.099°; units 5 and 6 at the given latitudes.
fn map(units: &[(u16, f64)]) -> SnapshotSet {
    map_with(units, &[])
}

fn record_place() -> LatLng {
    LatLng::new(45.101, -75.0).unwrap()
}

/// The same, and further records.
fn map_with(units: &[(u16, f64)], further: &[TransmitterRecord]) -> SnapshotSet {
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: "test".to_owned(),
        calibration: vec![],
        physics: vec![],
    });
    writer.push(record(TransmitterId::Cell(lte(300)).key(), 45.099));
    for (unit, lat_deg) in units {
        let place = LatLng::new(*lat_deg, -75.0).unwrap();
        writer.push(record(UnitId::of(lte(1), *unit).key(place), *lat_deg));
    }
    for record in further {
        writer.push(*record);
    }
    writer.push(record(UnitId::key_stated(lte(300), 8), 45.099));
    let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
    SnapshotSet::new(Some(Arc::new(snapshot)), vec![])
}

fn found(map: &SnapshotSet, serving: u64, units: &[u16]) -> Vec<f64> {
    let transmitter = TransmitterId::Cell(lte(serving));
    let heard = Heard { transmitter, rssi_dbm: None, age_ms: 0, timing_advance: None };
    let of = |unit: &u16| HeardUnit {
        radio: CellRadio::Lte,
        unit: *unit,
        rssi_dbm: Some(-100.0),
        age_ms: 0,
    };
    let units: Vec<_> = units.iter().map(of).collect();
    let known = known_of(map, &[heard], &units);
    known.iter().map(|one| (one.place.lat_deg() * 1_000.0).round()).collect()
}

#[test]
fn a_neighbor_is_the_cell_of_its_unit_around_the_serving_one() {
    let map = map(&[(5, 45.101), (6, 45.11)]);
    assert_eq!(found(&map, 300, &[5, 6, 7]), [45_099.0, 45_101.0, 45_110.0]);
    assert_eq!(found(&map, 300, &[5, 5]), [45_099.0, 45_101.0], "stated twice, heard once");
    assert_eq!(found(&map, 300, &[]), [45_099.0]);
}

#[test]
fn a_neighbor_of_the_serving_cell_s_own_unit_is_no_second_cell() {
    // By itself in its tile, and as the middle of its sector's carriers.
    for lat_deg in [45.099, 45.103] {
        let map = map(&[(8, lat_deg), (5, 45.101)]);
        assert_eq!(found(&map, 300, &[8]), [45_099.0], "what is heard already");
        assert_eq!(found(&map, 300, &[5, 8]), [45_099.0, 45_101.0], "another is another");
    }
}

#[test]
fn a_unit_of_another_radio_is_another_cell() {
    let map = map(&[(8, 45.103)]);
    let nr = HeardUnit { radio: CellRadio::Nr, unit: 8, rssi_dbm: None, age_ms: 0 };
    let transmitter = TransmitterId::Cell(lte(300));
    let heard = Heard { transmitter, rssi_dbm: None, age_ms: 0, timing_advance: None };
    assert_eq!(known_of(&map, &[heard], &[nr]).len(), 1, "nobody knows an NR cell of unit 8");
    let key = UnitId::of_network(lte(300), CellRadio::Nr, 8).key(record_place());
    let map = map_with(&[(8, 45.103)], &[record(key, 45.101)]);
    assert_eq!(known_of(&map, &[heard], &[nr]).len(), 2);
}

#[test]
fn without_a_known_serving_cell_a_unit_is_nobody() {
    assert_eq!(found(&map(&[(5, 45.101)]), 9_000, &[5]), [0.0; 0]);
}

#[test]
fn of_two_cells_of_a_unit_only_one_much_nearer_counts() {
    assert_eq!(found(&map(&[(5, 45.089), (5, 45.109)]), 300, &[5]), [45_099.0]);
    assert_eq!(found(&map(&[(5, 45.098), (5, 45.109)]), 300, &[5]), [45_099.0, 45_098.0]);
    assert_eq!(found(&map(&[(5, 45.02)]), 300, &[5]), [45_099.0], "too far to be a neighbor");
}
