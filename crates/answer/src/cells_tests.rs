//! Tests of which record of a cell answers.

use super::*;
use crate::lookup;
use cairn_ground::{CellRadio, Covariance, Day, LatLng, SiteId, TransmitterKind};
use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, Verify};
use std::sync::Arc;

/// What is known, in memory of its own.
fn known_of(map: &SnapshotSet, heard: &[Heard], units: &[crate::HeardUnit]) -> Vec<Known> {
    let mut found = Vec::new();
    lookup::known(map, heard, units, &mut lookup::Scratch::default(), &mut found);
    found
}

fn lte(n: u64) -> CellId {
    CellId::new(CellRadio::Lte, 302, 720, 29_100, n).unwrap()
}

fn record(key: TransmitterKey, lat_deg: f64, mobility: Mobility) -> TransmitterRecord {
    TransmitterRecord {
        key,
        kind: TransmitterKind::Lte,
        place: LatLng::new(lat_deg, -75.0).unwrap(),
        covariance: Covariance::circular(90_000.0),
        reach_m: 735.0,
        reference_dbm: None,
        mobility,
        last_day: Day::new(20_000),
        voices: 1,
        observations: 1,
        floor: None,
    }
}

/// Cell 300 at 45.0°, moving when told so; heard at −90 dBm at 45.1°, at advance 2 at 45.2°, both at 45.3°;
/// its site at 45.4°.
fn map(mobility: Mobility) -> SnapshotSet {
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: "test".to_owned(),
        calibration: vec![],
        physics: vec![],
    });
    let heard = |dbm, steps| CellHearing::of(dbm, steps).key(lte(300));
    writer.push(record(TransmitterId::Cell(lte(300)).key(), 45.0, mobility));
    writer.push(record(heard(Some(-90.0), None), 45.1, Mobility::Fixed));
    writer.push(record(heard(None, Some(2)), 45.2, Mobility::Fixed));
    writer.push(record(heard(Some(-90.0), Some(2)), 45.3, Mobility::Fixed));
    writer.push(record(SiteId::of(lte(300)).key(), 45.4, Mobility::Fixed));
    let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
    SnapshotSet::new(Some(Arc::new(snapshot)), vec![])
}

fn lat_deg(map: &SnapshotSet, cell: u64, dbm: Option<f32>, steps: Option<u16>) -> Option<f64> {
    let transmitter = TransmitterId::Cell(lte(cell));
    let heard = Heard { transmitter, rssi_dbm: dbm, age_ms: 0, timing_advance: steps };
    let known = known_of(map, &[heard], &[]);
    assert!(known.len() <= 1);
    known.first().map(|one| (one.place.lat_deg() * 10.0).round() / 10.0)
}

#[test]
fn the_most_exact_record_that_fits_answers() {
    let map = map(Mobility::Fixed);
    for (dbm, steps, want) in [
        (Some(-90.0), Some(2), 45.3),
        (Some(-60.0), Some(2), 45.2),
        (Some(-90.0), Some(9), 45.1),
        (Some(-90.0), None, 45.1),
        (None, Some(2), 45.2),
        (Some(-60.0), Some(9), 45.0),
        (None, None, 45.0),
    ] {
        assert_eq!(lat_deg(&map, 300, dbm, steps), Some(want), "{dbm:?} {steps:?}");
    }
}

#[test]
fn an_unknown_cell_is_nowhere_even_if_its_site_is_known() {
    let map = map(Mobility::Fixed);
    assert_eq!(lat_deg(&map, 301, Some(-90.0), Some(2)), None);
}

#[test]
fn a_cell_that_moves_is_itself_however_it_is_heard() {
    assert_eq!(lat_deg(&map(Mobility::Moving), 300, Some(-90.0), Some(2)), Some(45.0));
}

#[test]
fn of_several_cells_the_known_get_their_own() {
    let map = map(Mobility::Fixed);
    let heard = |n, dbm, timing_advance| Heard {
        transmitter: TransmitterId::Cell(lte(n)),
        rssi_dbm: Some(dbm),
        age_ms: 0,
        timing_advance,
    };
    let scan = [heard(301, -70.0, None), heard(300, -90.0, Some(2)), heard(9_000, -95.0, None)];
    let found = known_of(&map, &scan, &[]);
    let lat_deg: Vec<_> = found.iter().map(|one| (one.place.lat_deg() * 10.0).round()).collect();
    assert_eq!(lat_deg, [453.0]);
}
