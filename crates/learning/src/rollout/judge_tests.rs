//! Every guard stops what it is for, and none stops a model that is as good.

use super::super::tally::Said;
use super::*;
use crate::dice::Dice;
use proptest::prelude::*;

const PACE: Pace = Pace {
    stage_ms: 1_000,
    answers_min: 10,
    rows_min: 50,
    disagreement_factor_max: DISAGREEMENT_FACTOR_MAX,
};

/// So many rows of a champion that holds its promise and a challenger that says so many times as much, one in
/// ten answered by it.
fn seen(seed: u64, n: u64, times: impl Fn(f64) -> f64) -> Tally {
    let mut dice = Dice::new(seed);
    let mut tally = Tally::default();
    for row in 0..n {
        let sigma_m = 5.0 + 30.0 * dice.unit();
        let radii_m = [1.177, 1.51, 2.146, 2.448].map(|it| it * sigma_m);
        let said = Said { champion_m: radii_m, challenger_m: radii_m.map(&times) };
        let error_m = sigma_m * dice.gauss().hypot(dice.gauss());
        let arm = if row % 10 == 0 { Arm::Challenger } else { Arm::Champion };
        tally.answered(arm, 1.0 + dice.unit(), false);
        tally.paired(&said);
        tally.labelled(error_m, &said);
    }
    tally
}

/// The guard that stops it, if one does.
fn stopped(tally: &Tally, pace: &Pace) -> Option<Guard> {
    match judge(tally, 2_000, pace) {
        Verdict::RollBack(breach) => Some(breach.guard),
        Verdict::Hold | Verdict::Advance => None,
    }
}

#[test]
fn radii_halved_and_radii_of_a_shifted_truth_are_stopped_within_a_hundred_rows() {
    assert_eq!(stopped(&seen(1, 100, |it| 0.5 * it), &PACE), Some(Guard::Disagreement));
    assert_eq!(stopped(&seen(2, 100, |it| it + 200.0), &PACE), Some(Guard::Disagreement));
    assert_eq!(stopped(&seen(1, 40, |it| 0.5 * it), &PACE), None, "too few rows to say");
}

#[test]
fn late_labels_alone_stop_what_promises_too_little_or_too_much() {
    let blind = Pace { disagreement_factor_max: 1e9, ..PACE };
    assert_eq!(stopped(&seen(3, 200, |it| 0.5 * it), &blind), Some(Guard::Coverage));
    assert_eq!(stopped(&seen(4, 200, |it| it + 200.0), &blind), Some(Guard::Loss));
    let Verdict::RollBack(breach) = judge(&seen(3, 200, |it| 0.5 * it), 0, &blind) else {
        panic!("it holds")
    };
    let said = breach.to_string();
    assert!(said.starts_with("coverage is 0.") && said.contains("on 200, should be"), "{said}");
}

#[test]
fn words_that_cannot_be_sent_and_slow_words_are_stopped() {
    let mut tally = seen(5, 500, |it| it);
    (0..3).for_each(|_| tally.answered(Arm::Challenger, 1.0, true));
    assert_eq!(stopped(&tally, &PACE), Some(Guard::Errors));
    let mut tally = seen(5, 500, |it| it);
    (0..200).for_each(|_| tally.answered(Arm::Challenger, 400.0, false));
    assert_eq!(stopped(&tally, &PACE), Some(Guard::Latency));
    let mut tally = seen(5, 500, |it| it);
    (0..200).for_each(|_| tally.answered(Arm::Challenger, 40.0, false));
    assert_eq!(stopped(&tally, &PACE), None, "nobody feels 40 µs");
}

#[test]
fn a_stage_is_held_until_its_time_and_its_answers_are_over() {
    let good = seen(6, 400, |it| 1.05 * it);
    assert_eq!(judge(&good, 999, &PACE), Verdict::Hold);
    assert_eq!(judge(&good, 1_000, &PACE), Verdict::Advance);
    assert_eq!(judge(&seen(6, 60, |it| it), 9_000, &PACE), Verdict::Hold, "6 answers");
    assert_eq!(judge(&Tally::default(), u64::MAX, &PACE), Verdict::Hold);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_model_as_good_is_never_stopped_at_any_look(seed: u64, times in 0.97_f64..1.05) {
        let mut all = Tally::default();
        for look in 0..40_u64 {
            all.merge(&seen(seed.wrapping_add(look), 25, |it| times * it));
            prop_assert_eq!(stopped(&all, &PACE), None);
        }
    }

    #[test]
    fn more_time_never_takes_a_verdict_back(seed: u64, n in 0_u64..300, times in 0.3_f64..3.0, held in 0_u64..5_000) {
        let tally = seen(seed, n, |it| times * it);
        let (now, later) = (judge(&tally, held, &PACE), judge(&tally, held + 1_000, &PACE));
        prop_assert!(now == later || now == Verdict::Hold && later == Verdict::Advance);
    }
}
