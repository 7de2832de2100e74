//! Tests of the scale.
use super::*;
use crate::physics::Physics;
use cairn_ground::{Covariance, TransmitterKind};

/// Errors twice as large where powers are 10 dB beyond what is expected.
fn samples(n: u32, fix_sigma_m: f64) -> Vec<Sample> {
    (0..n)
        .map(|k| {
            let is_hard = k % 4 == 0;
            let share = (f64::from(k / 4) + 0.5) / f64::from(n.div_ceil(4));
            let error_m = 10.0 * (-2.0 * (1.0 - share).ln()).sqrt();
            Sample {
                class: Class::WifiMany,
                error_m: if is_hard { 2.0 * error_m } else { error_m },
                sigma_m: 20.0,
                residual_db: if is_hard { 8.0 } else { -2.0 },
                fix_sigma_m,
                voice: u64::from(k % 50),
                spot: u64::from(k),
            }
        })
        .collect()
}

fn fit(samples: &[Sample]) -> Scale {
    Scale::fit(samples, &vec![1.0; samples.len()])
}

#[test]
fn a_scan_louder_than_expected_is_promised_more() {
    let scale = fit(&samples(4_000, 3.0));
    let sigma_m = |residual_db| scale.sigma_m(Class::WifiMany, 20.0, residual_db);
    let times = sigma_m(8.0) / sigma_m(-2.0);
    assert!((times - 2.0).abs() < 0.1, "{times}");
    let mean = (sigma_m(8.0) * sigma_m(-2.0).powi(3)).powf(0.25);
    assert!((mean - 20.0).abs() < 0.1, "no wider as a whole: {mean}");
    assert!(sigma_m(900.0) < 90.0 && sigma_m(-900.0) > 9.0, "bounded");
    assert_eq!(scale.sigma_m(Class::CellOne, 800.0, 8.0).to_bits(), 800_f64.to_bits());
}

#[test]
fn fixes_that_say_little_and_few_samples_teach_no_scale() {
    assert_eq!(fit(&samples(4_000, 15.0)), Scale::NONE);
    assert_eq!(fit(&samples(50, 3.0)), Scale::NONE);
    assert_eq!(fit(&[]), Scale::NONE);
}

#[test]
fn residuals_are_what_the_places_do_not_explain() {
    let physics = Physics::of(TransmitterKind::Wifi);
    let anchor = |east_m: f64, beyond_db: Option<f64>| Anchor {
        at: Enu { east_m, north_m: 0.0 },
        covariance: Covariance::circular(0.0),
        reach_m: 100.0,
        reference_dbm: None,
        kind: TransmitterKind::Wifi,
        rssi_dbm: beyond_db.map(|db| db + physics.power_dbm(physics.reference_dbm, east_m)),
        moved_m: 0.0,
        trust: 1.0,
        device: 1,
    };
    let anchors = [anchor(10.0, Some(3.0)), anchor(30.0, Some(7.0)), anchor(50.0, None)];
    let mut scratch = crate::solve::Scratch::default();
    let found = &crate::solve::hypotheses(&anchors, &mut scratch)[0];
    let beyond_db = residual_db(&found.members, &anchors, Enu { east_m: 0.0, north_m: 0.0 });
    assert!((beyond_db - 5.0).abs() < 1e-4, "{beyond_db}");
    let silent = [anchor(10.0, None), anchor(30.0, None)];
    let found = &crate::solve::hypotheses(&silent, &mut scratch)[0];
    assert_eq!(residual_db(&found.members, &silent, found.at).to_bits(), 0_f64.to_bits());
}
