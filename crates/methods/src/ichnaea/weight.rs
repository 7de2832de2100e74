//! What one observation counts in a mean.

use cairn_ground::{Meters, TransmitterKind};
use cairn_report::{Fix, Observation};

/// The weight A·G·S·R; `None` for an observation that is dropped.
pub(super) fn of(fix: &Fix, observation: &Observation) -> Option<f64> {
    let kind = observation.transmitter.kind();
    let a_m = fix.r68.map_or(10.0, Meters::get).max(10.0);
    let gap_ms = match observation.age.get() - fix.age.get() {
        0 => 2_000.0,
        gap => f64::from(gap.abs()).max(2_000.0),
    };
    let speed_m_s = fix.speed_m_s.map_or(1.0, f64::from).max(1.0);
    if a_m > fix_r68_max_m(kind) || gap_ms > 20_000.0 || speed_m_s > 50.0 {
        return None;
    }
    let of_fix = (10.0 / a_m).sqrt();
    let of_gap = (2_000.0 / gap_ms).sqrt();
    let of_speed = (5.0 / speed_m_s).sqrt().min(1.0);
    Some(of_fix * of_gap * of_speed * of_signal(kind, signal_dbm(observation)))
}

/// The power of an observation inside the bounds that its kind may have.
pub(super) fn signal_dbm(observation: &Observation) -> Option<f64> {
    let (least, most) = match observation.transmitter.kind() {
        TransmitterKind::Wifi => (-100.0, -10.0),
        TransmitterKind::Ble => (-127.0, 0.0),
        TransmitterKind::Gsm => (-113.0, -51.0),
        TransmitterKind::Wcdma => (-121.0, -25.0),
        TransmitterKind::Lte | TransmitterKind::Nr => (-140.0, -43.0),
    };
    let dbm = f64::from(observation.power?.get());
    (least..=most).contains(&dbm).then_some(dbm)
}

const fn fix_r68_max_m(kind: TransmitterKind) -> f64 {
    match kind {
        TransmitterKind::Wifi => 200.0,
        TransmitterKind::Ble => 100.0,
        _ => 1_000.0,
    }
}

fn of_signal(kind: TransmitterKind, dbm: Option<f64>) -> f64 {
    let (unstated_dbm, offset_db) = match kind {
        TransmitterKind::Ble => return 1.0,
        TransmitterKind::Wifi => (-80.0, -20.0),
        TransmitterKind::Gsm => (-95.0, -5.0),
        TransmitterKind::Wcdma => (-100.0, 0.0),
        TransmitterKind::Lte | TransmitterKind::Nr => (-105.0, 5.0),
    };
    (1e4 / (dbm.unwrap_or(unstated_dbm) + offset_db).powi(2)).powi(2)
}
