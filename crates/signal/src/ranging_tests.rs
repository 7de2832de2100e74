//! Tests of rings: where they meet, what they weigh, and what floors between their ends make of them.

use super::*;
use cairn_ground::Meters;
use proptest::prelude::*;

const PRIOR: Place = Place { at: Enu::ZERO, covariance: Covariance::circular(400.0) };

fn ring(east_m: f64, north_m: f64, distance_m: f64) -> Ring {
    Ring { at: Enu { east_m, north_m }, distance_m, sigma_m: 1.5, weight: 1.0 }
}

fn to(place: Enu, from: &[(f64, f64)]) -> Vec<Ring> {
    let ring = |(east_m, north_m): &(f64, f64)| {
        ring(*east_m, *north_m, place.distance_m(Enu { east_m: *east_m, north_m: *north_m }))
    };
    from.iter().map(ring).collect()
}

#[test]
fn three_rings_meet_at_the_place() {
    let truth = Enu { east_m: 13.0, north_m: -9.0 };
    let rings = to(truth, &[(30.0, 0.0), (-10.0, 25.0), (0.0, -40.0)]);
    let found = PRIOR.narrowed(&rings);
    assert!(found.at.distance_m(truth) < 0.3, "{found:?}");
    assert!((0.8..2.0).contains(&found.covariance.sigma_m()), "{found:?}");
}

#[test]
fn one_ring_of_five_that_is_far_too_long_moves_little() {
    let truth = Enu { east_m: 13.0, north_m: -9.0 };
    let mut rings =
        to(truth, &[(30.0, 0.0), (-10.0, 25.0), (0.0, -40.0), (25.0, -30.0), (5.0, 5.0)]);
    rings[4].distance_m += 25.0;
    let found = PRIOR.narrowed(&rings);
    assert!(found.at.distance_m(truth) < 1.0, "{found:?}");
}

#[test]
fn two_places_that_fit_alike_stay_a_wide_belief() {
    // Rings from the west and the east: the place north of the line between them fits as well as that south of it.
    let rings = [ring(-20.0, 0.0, 25.0), ring(20.0, 0.0, 25.0)];
    let Place { at, covariance } = PRIOR.narrowed(&rings);
    assert!(at.distance_m(Enu::ZERO) < 0.1, "{at:?}");
    assert!((covariance.nn_m2.sqrt() - 15.0).abs() < 1.5, "{covariance:?}");
    assert!(covariance.ee_m2.sqrt() < 4.0, "{covariance:?}");
}

#[test]
fn floors_are_taken_off_and_a_range_shorter_than_they_are_is_none() {
    let range = |m| RttRange::new(Meters::new(m).unwrap(), Meters::new(1.0).ok()).unwrap();
    let ring = Ring::of(range(12.5), Enu::ZERO, Some(1), 0.0).unwrap();
    assert!((ring.distance_m - 12.0).abs() < 1e-9);
    let above = Ring::of(range(7.0), Enu::ZERO, Some(2), 0.0).unwrap();
    assert!(above.distance_m.abs() < 1e-9 && above.sigma_m > 5.0, "{above:?}");
    assert_eq!(Ring::of(range(7.0), Enu::ZERO, Some(4), 0.0), None);
}

#[test]
fn a_ring_says_as_much_as_its_weight() {
    let at = |weight| Ring { weight, ..ring(30.0, 0.0, 20.0) };
    let whole = PRIOR.narrowed(&[at(1.0)]);
    let apart = |a: Place, b: Place| {
        a.at.distance_m(b.at).max((a.covariance.sigma_m() - b.covariance.sigma_m()).abs())
    };
    assert!(apart(PRIOR.narrowed(&[at(0.5), at(0.5)]), whole) < 1e-6);
    assert!(apart(PRIOR.narrowed(&[at(0.25), at(0.5), at(0.25)]), whole) < 1e-6);
    let light = PRIOR.narrowed(&[at(0.25)]);
    let east_sigma_m = |place: Place| place.covariance.ee_m2.sqrt();
    assert!(east_sigma_m(light) > 1.2 * east_sigma_m(whole), "{light:?} {whole:?}");
}

#[test]
fn where_nobody_knows_the_floors_between_a_ring_is_as_thick_as_none_or_one_leave_it() {
    let range = |m| RttRange::new(Meters::new(m).unwrap(), Meters::new(1.0).ok()).unwrap();
    let of = |m, floors| Ring::of(range(m), Enu::ZERO, floors, 0.0).unwrap();
    for (slant_m, nearest_m) in [(12.5, 12.0), (3.5, 0.0)] {
        let (same, unknown) = (of(slant_m, Some(0)), of(slant_m, None));
        assert!((unknown.distance_m - f64::midpoint(slant_m, nearest_m)).abs() < 1e-9);
        let thick_m = same.sigma_m.hypot((slant_m - nearest_m) / 2.0);
        assert!((unknown.sigma_m - thick_m).abs() < 1e-9, "{unknown:?}");
    }
    assert!(Ring::of(range(0.5), Enu::ZERO, None, 0.0).is_some(), "it may be on the same floor");
}

#[test]
fn a_ring_may_hold_what_is_no_farther_from_it_than_it_is_thick() {
    let thick_m = THICK_SIGMAS * ring(20.0, 0.0, 15.0).sigma_m;
    for distance_m in [15.0, 25.0] {
        let one = ring(20.0, 0.0, distance_m);
        assert!(one.may_hold(Enu::ZERO, 5.01 - thick_m), "5 m off");
        assert!(!one.may_hold(Enu::ZERO, 4.99 - thick_m), "5 m off");
    }
}

proptest! {
    #[test]
    fn whatever_is_measured_the_belief_stays_finite_and_near(
        sigma_m in 0.01..5_000.0_f64,
        rings in prop::collection::vec(
            (-900.0..900.0_f64, -900.0..900.0_f64, 0.0..819.0_f64, 0.25..200.0_f64, 0.0..8.0_f64), 0..24,
        ),
    ) {
        let rings: Vec<Ring> = rings.into_iter().map(|(east_m, north_m, distance_m, sigma_m, weight)| {
            Ring { at: Enu { east_m, north_m }, distance_m, sigma_m, weight }
        }).collect();
        let prior = Place { at: Enu::ZERO, covariance: Covariance::circular(sigma_m * sigma_m) };
        let found = prior.narrowed(&rings);
        let numbers = [found.at.east_m, found.at.north_m, found.covariance.sigma_m(), found.covariance.en_m2];
        prop_assert!(numbers.iter().all(|n| n.is_finite()), "{found:?}");
        prop_assert!(found.at.distance_m(Enu::ZERO) <= 16.0 * sigma_m, "{found:?}");
    }
}
