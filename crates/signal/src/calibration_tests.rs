//! Tests of the calibration.
use super::*;

/// Rayleigh-distributed errors of unit σ by their quantiles, spread over `n_voices` voices.
fn rayleigh(n: u32, n_voices: u32, fix_sigma_m: f64) -> Vec<Sample> {
    let wide = 1.0_f64.hypot(fix_sigma_m);
    (0..n)
        .map(|k| {
            let share = (f64::from(k) + 0.5) / f64::from(n);
            Sample {
                class: Class::WifiMany,
                error_m: 10.0 * wide * (-2.0 * (1.0 - share).ln()).sqrt(),
                sigma_m: 10.0,
                residual_db: 0.0,
                fix_sigma_m: 10.0 * fix_sigma_m,
                voice: u64::from(k * 7919 % n_voices),
            }
        })
        .collect()
}

#[test]
fn factors_of_a_normal_error_are_rayleighs() {
    let fitted = Calibration::fit(&rayleigh(20_000, 1_000, 0.0));
    let row = fitted.rows[Class::WifiMany as usize];
    for (factor, confidence) in row.multipliers.iter().zip(Confidence::ALL) {
        let want = confidence.rayleigh();
        assert!((factor / want - 1.0).abs() < 0.03, "{confidence:?}: {factor} against {want}");
    }
}

#[test]
fn what_the_fix_explains_is_not_held_against_the_answer() {
    let fitted = Calibration::fit(&rayleigh(20_000, 1_000, 0.8));
    let factor = fitted.rows[Class::WifiMany as usize].multipliers[1];
    let want = Confidence::P68.rayleigh();
    assert!((factor / want - 1.0).abs() < 0.05, "{factor} against {want}");
}

#[test]
fn few_voices_promise_less() {
    let many = Calibration::fit(&rayleigh(2_000, 500, 0.0));
    let few = Calibration::fit(&rayleigh(2_000, 5, 0.0));
    let r95 = |c: &Calibration| c.radii(Class::WifiMany, 10.0, 0.0).r95_m();
    assert!(r95(&few) > r95(&many));
}

#[test]
fn a_class_without_evidence_borrows_and_radii_rise() {
    let fitted = Calibration::fit(&rayleigh(2_000, 100, 0.0));
    let row = fitted.rows[Class::WifiTwo as usize];
    assert_eq!(row.n_samples, 0);
    assert!((row.multipliers[3] - 2.45).abs() < 0.4, "{row:?}");
    let cells = Calibration::fit(&[]).radii(Class::CellOne, 100.0, 0.0);
    assert!(cells.at_m(Confidence::P50) <= cells.r95_m());
}

#[test]
fn what_is_kept_as_rows_comes_back_and_foreign_rows_are_passed_over() {
    let fitted = Calibration::fit(&rayleigh(2_000, 100, 0.0));
    let rows = fitted.to_rows();
    assert_eq!(Calibration::from_rows(rows.iter().copied()), fitted);
    let foreign = (77, Row { n_samples: 1, multipliers: [9.0; 4] });
    assert_eq!(Calibration::from_rows(rows.into_iter().chain([foreign])), fitted);
    assert_eq!(Calibration::from_rows(std::iter::empty()), Calibration::default());
}
