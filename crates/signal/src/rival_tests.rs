//! Tests of what rivals do to radii.
use super::*;

fn own() -> Radii {
    Radii::rising([4.0, 6.0, 10.0, 12.0])
}

/// The radii in whole metres.
fn widened_by(rivals: &[(f64, f64)]) -> [i64; 4] {
    let rivals: Vec<Rival> = rivals
        .iter()
        .map(|(share, distance_m)| Rival { share: *share, distance_m: *distance_m })
        .collect();
    let radii = widened(&own(), &own(), &rivals, 0.0);
    whole(&radii)
}

#[expect(clippy::cast_possible_truncation, reason = "some hundred metres")]
fn whole(radii: &Radii) -> [i64; 4] {
    Confidence::ALL.map(|level| radii.at_m(level).round() as i64)
}

#[test]
fn a_rival_counts_at_the_levels_that_leave_it_no_room() {
    assert_eq!(widened_by(&[]), [4, 6, 10, 12]);
    assert_eq!(widened_by(&[(0.04, 500.0)]), [4, 6, 10, 12]);
    assert_eq!(widened_by(&[(0.06, 500.0)]), [4, 6, 10, 512]);
    assert_eq!(widened_by(&[(0.4, 500.0)]), [4, 506, 510, 512]);
}

#[test]
fn rivals_add_up_from_the_farthest() {
    assert_eq!(widened_by(&[(0.04, 100.0), (0.04, 900.0)]), [4, 6, 10, 112]);
    assert_eq!(widened_by(&[(0.2, 100.0), (0.06, 900.0)]), [4, 6, 110, 912]);
}

#[test]
fn what_distances_leave_of_an_answer_they_do_not_leave_of_its_rivals() {
    let left = Radii::rising([1.0, 2.0, 3.0, 4.0]);
    let rivals = [Rival { share: 0.06, distance_m: 500.0 }];
    let radii = widened(&left, &own(), &rivals, 8.0);
    assert_eq!(whole(&radii), [1, 2, 3, 520]);
}
