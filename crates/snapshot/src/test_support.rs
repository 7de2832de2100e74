//! Records and metas for this room's own tests.

use crate::{CalibrationRow, Meta, SnapshotWriter, TransmitterRecord};
use cairn_ground::{
    Bssid, CellId, CellRadio, Covariance, Day, Floor, LatLng, Mobility, TransmitterId,
};

/// A small generator with a fixed seed: Weyl sequence and a multiplication.
pub(crate) struct Sequence(pub(crate) u64);

impl Sequence {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^ x >> 31
    }
}

pub(crate) fn meta() -> Meta {
    Meta {
        evidence_digest: [1; 32],
        settings_digest: [2; 32],
        newest_day: Day::new(20_000),
        code_revision: "0123abc".to_owned(),
        calibration: vec![CalibrationRow {
            class: 3,
            n_samples: 900,
            multipliers: [1.0, 1.1, 1.2, 1.3],
        }],
        physics: vec![2.2, -40.0],
    }
}

/// The transmitter number `n`: two thirds Wi-Fi of few vendors, the others Bluetooth and cells.
pub(crate) fn id(n: u64) -> TransmitterId {
    let address = Bssid::from_u48(0xa820_6600_0000 + n * 16);
    match n % 6 {
        4 => TransmitterId::Ble(address),
        5 => TransmitterId::Cell(CellId::new(CellRadio::Lte, 234, 30, 1025, n + 1).unwrap()),
        _ => TransmitterId::Wifi(address),
    }
}

pub(crate) fn record(n: u64, seed: u64) -> TransmitterRecord {
    let mut random = Sequence(n ^ seed << 32);
    let mut below = |max: u32| u32::try_from(random.next() % u64::from(max)).unwrap();
    let id = id(n);
    TransmitterRecord {
        key: id.key(),
        kind: id.kind(),
        place: LatLng::new(f64::from(below(180)) - 90.0, f64::from(below(360)) - 180.0).unwrap(),
        covariance: Covariance {
            ee_m2: 30.0 + f64::from(below(4000)),
            en_m2: f64::from(below(20)),
            nn_m2: 30.0 + f64::from(below(4000)),
        },
        reach_m: 10.0 + f64::from(below(900)),
        reference_dbm: (!n.is_multiple_of(3))
            .then(|| -30.0 - f32::from(u8::try_from(below(40)).unwrap())),
        mobility: if n.is_multiple_of(7) { Mobility::Moving } else { Mobility::Fixed },
        last_day: Day::new(u16::try_from(19_000 + below(1000)).unwrap()),
        voices: below(40),
        observations: below(3000),
        floor: n.is_multiple_of(5).then(|| Floor::new(3).unwrap()),
    }
}

pub(crate) fn sealed(records: impl IntoIterator<Item = TransmitterRecord>) -> Vec<u8> {
    let mut writer = SnapshotWriter::new(meta());
    records.into_iter().for_each(|record| writer.push(record));
    assert_eq!(writer.n_refused(), 0);
    writer.into_bytes().unwrap()
}
