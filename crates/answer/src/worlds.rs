//! Small maps for the tests of this room.

use crate::Heard;
use cairn_ground::{
    Bssid, Covariance, Day, LatLng, Meters, Mobility, RttRange, TransmitterId, TransmitterKind,
};
use cairn_snapshot::{
    CalibrationRow, Meta, Snapshot, SnapshotSet, SnapshotWriter, TransmitterRecord, Verify,
};
use std::sync::Arc;

pub(crate) fn id(address: u64) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(address))
}

pub(crate) fn record(address: u64, lat_deg: f64) -> TransmitterRecord {
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

pub(crate) fn meta(calibration: Vec<CalibrationRow>) -> Meta {
    Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: "test".to_owned(),
        calibration,
        physics: vec![],
    }
}

pub(crate) fn map(records: &[TransmitterRecord], calibration: Vec<CalibrationRow>) -> SnapshotSet {
    let mut writer = SnapshotWriter::new(meta(calibration));
    for record in records {
        writer.push(*record);
    }
    sealed(writer)
}

/// What was written, as a map.
pub(crate) fn sealed(writer: SnapshotWriter) -> SnapshotSet {
    let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
    SnapshotSet::new(Some(Arc::new(snapshot)), vec![])
}

pub(crate) fn heard(address: u64, rssi_dbm: f32) -> Heard {
    Heard { transmitter: id(address), rssi_dbm: Some(rssi_dbm), age_ms: 0, timing_advance: None }
}

/// A network that is heard, at a distance that was measured.
pub(crate) fn ranged(address: u64, rssi_dbm: f32, distance_m: f64) -> Heard {
    let distance = Meters::new(distance_m).unwrap();
    let range = RttRange::new(distance, None).unwrap();
    Heard { timing_advance: Some(range.code()), ..heard(address, rssi_dbm) }
}
