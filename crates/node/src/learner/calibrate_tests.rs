//! Tests of the measured radii.

use super::*;
use cairn_answer::calibration_of;
use cairn_evidence::EvidenceId;
use cairn_ground::{Bssid, Day, Enu, LatLng, LocalFrame};
use cairn_radiomap::Settings;
use cairn_signal::calibration::Class;

/// A map that `n_voices` voices taught by walking among nine boxes, 60 m apart.
fn map(n_voices: u64) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    let frame = LocalFrame::at(LatLng::new(51.5, -0.12).unwrap());
    for voice in 0..n_voices {
        for step in 0..12_u64 {
            let (east, north) = ((step * 7 + voice * 3) % 60 * 2, (step * 11 + voice * 5) % 60 * 2);
            let at = Enu { east_m: small(east), north_m: small(north) };
            let place = frame.latlng_from_enu(at);
            let heard = (0..9).map(|n| heard(n, at, place)).collect();
            map.add(&Evidence {
                id: EvidenceId(voice * 100 + step),
                place,
                fix_sigma_m: Some(5.0),
                floor: None,
                height: None,
                day: Day::new(20_000),
                voice: Voice(voice),
                surveyed: false,
                heard,
            });
        }
    }
    map
}

fn small(n: u64) -> f64 {
    f64::from(u32::try_from(n).unwrap())
}

/// The `n`-th box as it is heard at `at`, which is `place`.
fn heard(n: u64, at: Enu, place: LatLng) -> Heard {
    let there = Enu { east_m: small(n % 3 * 60), north_m: small(n / 3 * 60) };
    let distance_m = at.distance_m(there).max(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "a level of a few tens of dBm")]
    let rssi_dbm = 28.0_f64.mul_add(-distance_m.log10(), -35.0) as i8;
    let transmitter = TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000 + n * 16));
    Heard {
        transmitter,
        rssi_dbm: Some(rssi_dbm),
        place,
        sigma_m: 5.0,
        gap_ms: 0,
        repeated: false,
        frequency_mhz: None,
        unit: None,
        timing_advance: None,
    }
}

#[test]
fn factors_do_not_depend_on_the_number_of_threads_and_rise_with_confidence() {
    let map = map(6);
    let one = calibration(&map, 1);
    assert_eq!(one, calibration(&map, 3));
    let (scale, rows) = one.split_last().unwrap();
    let classes = &rows[..Class::ALL.len()];
    assert!(classes.iter().all(|row| row.multipliers.is_sorted()));
    assert!(scale.multipliers[..3].iter().all(|coefficient| *coefficient != 0.0), "{scale:?}");
    assert!(one.iter().any(|row| row.n_samples > 20), "{one:?}");
    let many = calibration_of(&one).rows[Class::WifiMany as usize];
    assert_eq!(many.n_voices, 6, "{many:?}");
    assert!(many.inside.unwrap()[3] > 0.8 && !many.domain.unwrap().is_empty(), "{many:?}");
}

#[test]
fn a_lone_voice_is_no_witness_to_itself() {
    // Without its only voice the map knows nothing: nothing is measured.
    assert!(calibration(&map(1), 2).iter().all(|row| row.n_samples == 0));
}

#[test]
fn a_calibration_is_outgrown_by_a_quarter_more_evidence_and_not_by_less() {
    let measured = Calibrated::on(&map(20), 2);
    assert!(!measured.is_outgrown(&map(20)) && !measured.is_outgrown(&map(25)));
    assert!(measured.is_outgrown(&map(26)));
    assert!(Calibrated::default().is_outgrown(&map(1)), "nothing was measured at all");
    let full = map(126);
    let read = Calibrated::read(measured.rows, &full);
    assert!(!read.is_outgrown(&map(140)), "a sample that is full does not grow");
}
