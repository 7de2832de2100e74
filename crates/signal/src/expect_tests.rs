//! What is expected falls with what is heard and known, to the floor that the solver's looks leave.

use super::*;
use crate::calibration::{Domain, Row};
use cairn_ground::{Covariance, Enu, TransmitterKind};

fn anchor(kind: TransmitterKind, sigma_m: f64, reach_m: f64) -> Anchor {
    Anchor {
        at: Enu { east_m: 0.0, north_m: 0.0 },
        covariance: Covariance::circular(sigma_m * sigma_m),
        reach_m,
        reference_dbm: None,
        kind,
        rssi_dbm: None,
        moved_m: 0.0,
        trust: 1.0,
        device: 0,
    }
}

/// The median expected where so many of a kind are heard, m.
fn median_m(n: u32, sigma_m: f64, reach_m: f64) -> f64 {
    let mut sight = Sight::default();
    (0..n).for_each(|_| sight.add(&anchor(TransmitterKind::Wifi, sigma_m, reach_m), 1.0));
    sight.median_m(&Calibration::default(), 500.0)
}

#[test]
fn more_is_better_up_to_the_looks_that_shadowing_leaves() {
    assert!(median_m(3, 10.0, 60.0) > 1.3 * median_m(8, 10.0, 60.0));
    let (some, many) = (median_m(20, 10.0, 60.0), median_m(2_000, 10.0, 60.0));
    assert!(
        (some - many).abs() < 1e-3,
        "{some} and {many}: a thousand heard at once are six looks"
    );
    assert!(many > 10.0, "{many}");
}

#[test]
fn well_known_transmitters_that_carry_less_far_say_more() {
    assert!(median_m(8, 40.0, 60.0) > 1.2 * median_m(8, 5.0, 60.0));
    assert!(median_m(8, 5.0, 120.0) > 1.3 * median_m(8, 5.0, 60.0));
}

#[test]
fn where_nothing_answers_nothing_is_known_but_a_cell_narrows_it() {
    let mut sight = Sight::default();
    let of = |sight: &Sight| sight.median_m(&Calibration::default(), 500.0);
    assert!((of(&sight) - 500.0).abs() < 1e-9);
    sight.add(&anchor(TransmitterKind::Wifi, 10.0, 60.0), 0.01);
    assert!(
        (495.0..500.0).contains(&of(&sight)),
        "one phone in a hundred hears one: {}",
        of(&sight)
    );
    sight.add(&anchor(TransmitterKind::Lte, 50.0, 700.0), 1.0);
    // σ 700/2.45 m of its hearers about it, as much again of scatter, one look, 0.9 of that.
    assert!((300.0..650.0).contains(&of(&sight)), "{}", of(&sight));
}

#[test]
fn as_often_is_as_many() {
    let (mut twice, mut once) = (Sight::default(), Sight::default());
    twice.add(&anchor(TransmitterKind::Wifi, 10.0, 60.0), 2.0);
    once.add(&anchor(TransmitterKind::Wifi, 10.0, 60.0), 1.0);
    let of = |sight: Sight| sight.median_m(&Calibration::default(), 500.0);
    assert!((of(twice) - of(once.times(2.0))).abs() < 1e-9);
    assert!(of(twice) < of(once) && (once.times(2.0).n_heard() - 2.0).abs() < 1e-12);
}

/// A calibration of which three to five boxes and six have these samples and these medians over σ, and two have none.
fn calibration(few: (u32, f64), many: (u32, f64)) -> Calibration {
    let mut calibration = Calibration::default();
    for (class, (n_samples, median)) in [(Class::WifiFew, few), (Class::WifiMany, many)] {
        let measured = Domain { sigma_m: [29.0, 88.0], residual_db: [-7.0, 8.0] };
        let domain = Some(if n_samples < 20 { Domain::EMPTY } else { measured });
        let multipliers = [1.0, 1.4, 2.3, 3.0].map(|level| level * median);
        calibration.rows[class as usize] =
            Row { n_samples, n_voices: 9, multipliers, inside: None, domain };
    }
    calibration
}

/// The medians expected where from 2 to 12 transmitters are heard, in steps of a tenth, m.
fn medians_m(calibration: &Calibration) -> Vec<f64> {
    let mut sight = Sight::default();
    sight.add(&anchor(TransmitterKind::Wifi, 10.0, 60.0), 1.0);
    let median_m = |tenths| sight.times(f64::from(tenths) / 10.0).median_m(calibration, 100.0);
    (20..=120).map(median_m).collect()
}

#[test]
fn a_box_more_or_less_is_no_other_world() {
    // In a town where fourteen boxes are heard all over, 19 and 1,481 samples.
    for few in [(19, 1.02), (400, 1.02)] {
        let all_m = medians_m(&calibration(few, (1_481, 0.44)));
        for pair in all_m.windows(2) {
            let ratio = pair[0] / pair[1];
            assert!((1.0 - 1e-9..1.1).contains(&ratio), "{few:?}: {} m, then {}", pair[0], pair[1]);
        }
    }
}

#[test]
fn a_kind_of_answer_that_was_hardly_measured_errs_as_the_next_that_was() {
    let of = |few, many| calibration(few, many).expected_m(Class::WifiFew, 50.0);
    assert!((of((19, 1.02), (1_481, 0.44)) - 22.0).abs() < 1e-9);
    assert!((of((20, 1.02), (1_481, 0.44)) - 51.0).abs() < 1e-9);
    assert!((of((19, 1.02), (19, 0.44)) - 51.0).abs() < 1e-9, "nothing else is known");
    let two = calibration((400, 0.8), (1_481, 0.44)).expected_m(Class::WifiTwo, 50.0);
    assert!((two - 40.0).abs() < 1e-9, "the next to two are three to five: {two}");
    assert!(
        (calibration((20, 1.0), (20, 1.0)).expected_m(Class::WifiMany, 9.0) - 9.0).abs() < 1e-9
    );
}

#[test]
fn kinds_of_answers_are_as_likely_as_how_many_are_heard() {
    for heard in [0.0, 1e-9, 0.1, 1.0, 4.0, 20.0, 2_000.0] {
        let (near, cells) = (near_classes(heard), cell_classes(heard));
        for shares in [near.map(|it| it.1).as_slice(), cells.map(|it| it.1).as_slice()] {
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(
                shares.iter().all(|it| (-1e-9..=1.0 + 1e-9).contains(it)),
                "{heard}: {shares:?}"
            );
        }
    }
    assert!(near_classes(0.1)[0].1 > 0.95 && near_classes(4.0)[1].1 > 0.5);
    assert!(near_classes(20.0)[2].1 > 0.99 && cell_classes(0.1)[0].1 > 0.9);
}
