//! How loud a transmitter is to prints: a power of what is heard above a floor.

use super::features::reference_db;
use super::train::Heard;
use std::sync::LazyLock;

/// Power that says nothing, dBm. Source: measured, docs/measured/venues.md.
const FLOOR_DBM: f32 = -105.0;
/// What counts one above [`FLOOR_DBM`], dB. Source: choice, -55 dBm.
const SPAN_DB: f32 = 50.0;
/// Most that a reading is above the floor, in [`SPAN_DB`]. Source: choice, no phone reports more.
const ABOVE_MAX: f32 = 2.0;
/// Steps of stored loudness in [`SPAN_DB`]. Source: choice, a third of a dB.
const STEPS: f32 = 150.0;
/// To which power loudness grows. Source: measured, docs/measured/venues.md.
const POWER: i32 = 3;

/// Loudness of each stored step.
static OF_STEPS: LazyLock<[f32; 256]> = LazyLock::new(|| {
    let mut steps = [0.0_f32; 256];
    for (step, loudness) in (0_u16..).zip(&mut steps) {
        *loudness = (f32::from(step) / STEPS).powi(POWER);
    }
    steps
});

/// The loudness of a stored step.
pub(super) fn of_step(step: u8) -> f32 {
    OF_STEPS[usize::from(step)]
}

/// The stored step of a loudness.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
pub(super) fn step_of(loudness: f32) -> u8 {
    (loudness.cbrt() * STEPS).round().clamp(0.0, 255.0) as u8
}

/// How loud each transmitter is in a scan, most of the phone's own gain taken out.
pub(super) fn loudness(heard: &[Heard]) -> Vec<(usize, f32)> {
    let off_db = reference_db(heard.iter().map(|one| (one.rssi_dbm, one.fresh)));
    let one = |heard: &Heard| {
        let above = (heard.rssi_dbm - off_db - FLOOR_DBM) / SPAN_DB;
        (heard.transmitter, heard.fresh * above.clamp(0.0, ABOVE_MAX).powi(POWER))
    };
    heard.iter().map(one).filter(|(_, loudness)| *loudness > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loudness_is_stored_to_a_third_of_a_db() {
        for step in 0..=u8::MAX {
            assert_eq!(step_of(of_step(step)), step);
        }
        let heard = |rssi_dbm| Heard { transmitter: 4, rssi_dbm, age_s: 0.0, fresh: 1.0 };
        let own_db = reference_db(std::iter::once((-60.0, 1.0)));
        let loud = loudness(&[heard(-60.0)]);
        let above_db = -60.0 - own_db - FLOOR_DBM;
        let step = f32::from(step_of(loud[0].1));
        assert!((step / STEPS).mul_add(SPAN_DB, -above_db).abs() < 0.34, "{loud:?}");
        // Too old to tell how loud the phone hears.
        let faint = Heard { transmitter: 4, rssi_dbm: -110.0, age_s: 8.0, fresh: 0.2 };
        let loud = Heard { transmitter: 5, rssi_dbm: -60.0, age_s: 0.0, fresh: 1.0 };
        let both = loudness(&[faint, loud]);
        assert_eq!(both.len(), 1, "what is below the floor says nothing: {both:?}");
    }
}
