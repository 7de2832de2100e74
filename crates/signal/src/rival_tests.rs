//! Tests of what rivals do to radii.
use super::*;

fn own() -> Radii {
    Radii::rising([4.0, 6.0, 10.0, 12.0])
}

fn widened_by(rivals: &[(f64, f64)]) -> [f64; 4] {
    let rivals: Vec<Rival> = rivals
        .iter()
        .map(|(share, distance_m)| Rival { share: *share, distance_m: *distance_m })
        .collect();
    let radii = widened(&own(), &own(), &rivals, 0.0);
    Confidence::ALL.map(|level| radii.at_m(level))
}

#[test]
fn a_rival_counts_at_the_levels_that_leave_it_no_room() {
    assert_eq!(widened_by(&[]), [4.0, 6.0, 10.0, 12.0]);
    assert_eq!(widened_by(&[(0.04, 500.0)]), [4.0, 6.0, 10.0, 12.0]);
    assert_eq!(widened_by(&[(0.06, 500.0)]), [4.0, 6.0, 10.0, 512.0]);
    assert_eq!(widened_by(&[(0.4, 500.0)]), [4.0, 506.0, 510.0, 512.0]);
}

#[test]
fn rivals_add_up_from_the_farthest() {
    assert_eq!(widened_by(&[(0.04, 100.0), (0.04, 900.0)]), [4.0, 6.0, 10.0, 112.0]);
    assert_eq!(widened_by(&[(0.2, 100.0), (0.06, 900.0)]), [4.0, 6.0, 110.0, 912.0]);
}

#[test]
fn what_distances_leave_of_an_answer_they_do_not_leave_of_its_rivals() {
    let left = Radii::rising([1.0, 1.5, 2.5, 3.0]);
    let rivals = [Rival { share: 0.06, distance_m: 500.0 }];
    let radii = widened(&left, &own(), &rivals, 8.0);
    assert_eq!(Confidence::ALL.map(|level| radii.at_m(level)), [1.0, 1.5, 2.5, 520.0]);
}
