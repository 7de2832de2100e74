//! What is expected falls with what is heard and known, to the floor that the solver's looks leave.

use super::*;
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
    // σ 700/2.45 m of its hearers about it, as much again of scatter, one look, 0.9 of that, half as much again where
    // no answers were measured.
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
