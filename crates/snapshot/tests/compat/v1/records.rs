//! The records and the meta of `small.snapshot`, format version 1. Never changed: a new version gets
//! its own folder.

use cairn_ground::{
    Bssid, CellId, CellRadio, Covariance, Day, Floor, LatLng, Mobility, OutOfRange, TransmitterId,
};
use cairn_snapshot::{CalibrationRow, Meta, TransmitterRecord};

/// The meta.
pub(crate) fn meta() -> Meta {
    let row = |class| CalibrationRow { class, n_samples: 1000, multipliers: [0.9, 1.0, 1.25, 1.5] };
    Meta {
        evidence_digest: [0xe5; 32],
        settings_digest: [0x5e; 32],
        newest_day: Day::new(20_780),
        code_revision: "v1-fixture".to_owned(),
        calibration: vec![row(0), row(7)],
        physics: vec![2.5, -38.0, 6.0],
    }
}

/// One record at each edge of the columns, and three in the middle.
pub(crate) fn records() -> Result<Vec<TransmitterRecord>, OutOfRange> {
    let wifi = |n| TransmitterId::Wifi(Bssid::from_u48(n));
    let ble = |n| TransmitterId::Ble(Bssid::from_u48(n));
    let cell = TransmitterId::Cell(CellId::new(CellRadio::Nr, 262, 1, 70_000, 68_719_476_735)?);
    let gsm = TransmitterId::Cell(CellId::new(CellRadio::Gsm, 234, 30, 1025, 21)?);
    let middle = record(wifi(0xa820_66ff_014d), LatLng::new(51.5, -0.12)?);
    let north = record(wifi(0), LatLng::new(90.0, 180.0)?);
    let south = record(wifi(0xffff_ffff_ffff), LatLng::new(-90.0, -180.0)?);
    let tower = record(cell, LatLng::new(0.0, 0.0)?);
    Ok(vec![
        TransmitterRecord { floor: Some(Floor::new(4)?), ..middle },
        TransmitterRecord { floor: Some(Floor::new(-20)?), reference_dbm: None, ..north },
        TransmitterRecord { floor: Some(Floor::new(120)?), reference_dbm: Some(-127.0), ..south },
        TransmitterRecord {
            covariance: Covariance { ee_m2: 9.0e6, en_m2: -4.0e6, nn_m2: 4.0e6 },
            reach_m: 1.0e5,
            last_day: Day::new(u16::MAX),
            voices: u32::MAX,
            observations: u32::MAX,
            ..tower
        },
        TransmitterRecord {
            mobility: Mobility::Moving,
            reach_m: 0.0,
            ..record(ble(1), middle.place)
        },
        TransmitterRecord { mobility: Mobility::Unsure, voices: 0, ..record(gsm, middle.place) },
    ])
}

fn record(id: TransmitterId, place: LatLng) -> TransmitterRecord {
    TransmitterRecord {
        key: id.key(),
        kind: id.kind(),
        place,
        covariance: Covariance { ee_m2: 144.0, en_m2: 40.0, nn_m2: 100.0 },
        reach_m: 85.0,
        reference_dbm: Some(-41.0),
        mobility: Mobility::Fixed,
        last_day: Day::new(20_700),
        voices: 6,
        observations: 128,
        floor: None,
    }
}
