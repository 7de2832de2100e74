//! Tests of the calibration.
use super::*;
use cairn_ground::Confidence;

/// Rayleigh-distributed errors of unit σ by their quantiles, spread over `n_voices` voices and as many spots.
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
                spot: u64::from(k),
            }
        })
        .collect()
}

/// Phones that lie still where two boxes are heard: right within a metre, whatever σ says.
fn still(n_voices: u64, n_spots: u64) -> Vec<Sample> {
    let like = rayleigh(160, 1, 0.0)[0];
    let of = |n: u64| Sample {
        class: Class::WifiTwo,
        error_m: 0.5,
        fix_sigma_m: 3.3,
        voice: 1_000_000 + n % n_voices,
        spot: 1_000_000 + n % n_spots,
        ..like
    };
    (0..160).map(of).collect()
}

fn r95_m(samples: &[Sample], class: Class) -> f64 {
    Calibration::fit(samples).radii(class, 10.0, 0.0).r95_m()
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
    let r95_m = |n_voices| r95_m(&rayleigh(2_000, n_voices, 0.0), Class::WifiMany);
    assert!(r95_m(5) > 1.05 * r95_m(500), "{} {}", r95_m(5), r95_m(500));
}

#[test]
fn phones_that_lie_still_far_away_take_no_radius_from_those_who_walk() {
    // A street of ten walkers with two boxes each, then four phones that lie still, forty reports each.
    let street = |class| rayleigh(120, 10, 0.0).into_iter().map(move |it| Sample { class, ..it });
    let honest: Vec<Sample> = street(Class::WifiTwo).chain(street(Class::WifiMany)).collect();
    let before = r95_m(&honest, Class::WifiTwo);
    for (n_voices, n_spots) in [(4, 1), (4, 4), (40, 1), (40, 40)] {
        let with: Vec<Sample> = honest.iter().copied().chain(still(n_voices, n_spots)).collect();
        let after = r95_m(&with, Class::WifiTwo);
        assert!(after > 0.6 * before, "{n_voices} at {n_spots}: {before} {after}");
    }
    // Nobody else hears two boxes at all: the pool holds what the still phones would take.
    let many: Vec<Sample> = street(Class::WifiMany).collect();
    for (n_voices, n_spots) in [(4, 1), (4, 4), (40, 40)] {
        let with: Vec<Sample> = many.iter().copied().chain(still(n_voices, n_spots)).collect();
        let after = r95_m(&with, Class::WifiTwo);
        assert!(after > 0.5 * before, "{n_voices} at {n_spots}: {before} {after}");
    }
    // And where nobody walks at all they say little.
    let alone = r95_m(&still(4, 1), Class::WifiTwo);
    assert!(alone > 15.0, "{alone} m by four phones at one spot");
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
fn outside_of_what_was_measured_radii_are_wider_and_say_so() {
    let spread = rayleigh(2_000, 100, 0.0).into_iter().enumerate().map(|(n, it)| {
        let sigma_m = if n % 2 == 0 { 8.0 } else { 12.0 };
        Sample { sigma_m, ..it }
    });
    let fitted = Calibration::fit(&spread.collect::<Vec<_>>());
    let r95_m = |sigma_m, residual_db| fitted.radii(Class::WifiMany, sigma_m, residual_db).r95_m();
    let is_out =
        |sigma_m, residual_db| fitted.is_extrapolated(Class::WifiMany, sigma_m, residual_db);
    assert!(!is_out(8.0, 0.0) && !is_out(12.0, 0.0) && !is_out(10.0, 0.4));
    assert!(is_out(7.0, 0.0) && is_out(13.0, 0.0) && is_out(10.0, 2.0));
    assert!(r95_m(2.0, 0.0) > 1.4 * r95_m(8.0, 0.0), "no narrower than the narrowest measured");
    assert!(r95_m(24.0, 0.0) > 1.4 * r95_m(12.0, 0.0));
    let steps: Vec<f64> = (2..60).map(|m| r95_m(f64::from(m), 0.0)).collect();
    assert!(steps[10..].is_sorted(), "{steps:?}");
    let unheard = Calibration::fit(&rayleigh(2_000, 2, 0.0));
    assert!(unheard.is_extrapolated(Class::WifiMany, 10.0, 0.0), "two voices are too few");
    assert!(Calibration::default().is_extrapolated(Class::Ble, 10.0, 0.0));
}

#[test]
fn what_factors_hold_is_counted_on_voices_that_had_no_part_in_them() {
    let fitted = Calibration::fit(&rayleigh(4_000, 200, 0.0));
    let row = fitted.rows[Class::WifiMany as usize];
    assert_eq!((row.n_samples, row.n_voices), (4_000, 200));
    for (share, level) in row.inside.unwrap().iter().zip(Confidence::ALL) {
        assert!((share - level.probability()).abs() < 0.02, "{level:?} {share}");
    }
    // Half of the voices err four times as much: fitted on them all would hold 95 %, on others it does not.
    let two_kinds = rayleigh(4_000, 200, 0.0).into_iter().map(|it| {
        let times = if it.voice % 2 == 0 { 1.0 } else { 4.0 };
        Sample { error_m: times * it.error_m, ..it }
    });
    let fitted = Calibration::fit(&two_kinds.collect::<Vec<_>>());
    let inside = fitted.rows[Class::WifiMany as usize].inside.unwrap();
    assert!(
        inside[3] < 0.8,
        "voices are dealt out in turn, and each half judges the other: {inside:?}"
    );
    assert_eq!(Calibration::fit(&rayleigh(100, 1, 0.0)).rows[2].inside, None);
}

#[test]
fn what_is_kept_as_rows_comes_back_and_foreign_rows_are_passed_over() {
    let fitted = Calibration::fit(&rayleigh(2_000, 100, 0.0));
    let rows = fitted.to_rows();
    assert_eq!(Calibration::from_rows(rows.iter().copied()), fitted);
    let foreign = Kept { number: 77, n: 1, values: [9.0; 4] };
    assert_eq!(Calibration::from_rows(rows.iter().copied().chain([foreign])), fitted);
    assert_eq!(Calibration::from_rows(std::iter::empty()), Calibration::default());
    // A snapshot from before domains: its factors are believed as they were.
    let old = rows.into_iter().filter(|row| row.number < 64 || row.number == 128);
    let old = Calibration::from_rows(old);
    assert!(!old.is_extrapolated(Class::WifiMany, 900.0, 0.0));
}
