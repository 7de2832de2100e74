//! Tests of made-up scans: a hall with a hole in the middle, whose transmitters are known.

use super::*;

/// Where the transmitters stand, m.
const STAND_M: [[f64; 2]; 3] = [[0.0, 0.0], [30.0, 0.0], [15.0, 30.0]];

fn power_dbm(number: usize, at_m: [f64; 2]) -> f32 {
    let distance_m = apart_m(STAND_M[number], at_m).max(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "a level of a few tens of dBm")]
    let rssi_dbm = (-25.0_f64).mul_add(distance_m.log10(), -40.0) as f32;
    rssi_dbm
}

fn lesson(at_m: [f64; 2], floor: usize) -> Lesson {
    let heard = (0..STAND_M.len())
        .map(|transmitter| Heard {
            transmitter,
            rssi_dbm: power_dbm(transmitter, at_m),
            age_s: 0.5,
            fresh: 0.9,
        })
        .collect();
    #[expect(clippy::cast_possible_truncation, reason = "a few units")]
    let at = at_m.map(|at_m| (at_m / UNIT_M) as f32);
    Lesson { at, floor, weight: 0.8, heard, near: Vec::new() }
}

/// Walks around a hall of 30 m, with a hole of 18 m in the middle.
fn hall(floor: usize) -> Vec<Lesson> {
    let places = (0..16_u32).flat_map(|east| (0..16_u32).map(move |north| [east, north]));
    places
        .map(|at| at.map(|at| f64::from(at) * 2.0 + 0.5))
        .filter(|at_m| at_m.iter().any(|at_m| (at_m - 15.5).abs() > 9.0))
        .map(|at_m| lesson(at_m, floor))
        .collect()
}

#[test]
fn a_hole_is_expected_to_sound_as_it_does() {
    let walked = hall(0);
    let squares = squares(&walked.iter().collect::<Vec<_>>());
    let mut strengths = vec![0.0; STAND_M.len()];
    let mut sigma_at = |at_m: [f64; 2]| {
        let sigma_db = krige(&squares, at_m, &mut strengths).unwrap();
        for (number, strength_db) in strengths.iter().enumerate() {
            let off_db = strength_db + SILENT_DBM - power_dbm(number, at_m);
            assert!(off_db.abs() < 4.0, "{off_db} dB off at {at_m:?}");
        }
        sigma_db
    };
    let (middle, edge) = (sigma_at([15.5, 15.5]), sigma_at([15.5, 3.5]));
    assert!(
        edge < 6.0 && middle > 1.4 * edge,
        "{edge} dB where somebody walked, {middle} in the hole"
    );
    assert_eq!(nearest(&squares, [500.0, 500.0]).len(), 0);
}

#[test]
fn scans_are_made_up_near_walks_of_floors_that_are_known() {
    let few = hall(1).into_iter().take(LESSONS_MIN - 1);
    let walked: Vec<Lesson> = hall(0).into_iter().chain(few).collect();
    let made = lessons(&walked, STAND_M.len(), 1);
    assert!(made.len() > 100 && made.len() <= hall(0).len(), "{}", made.len());
    let mut n_in_hole = 0;
    for lesson in &made {
        assert_eq!(lesson.floor, 0);
        assert!((lesson.weight - 0.8).abs() < 1e-6 && !lesson.heard.is_empty());
        let at_m = lesson.at.map(|at| f64::from(at) * UNIT_M);
        let apart_m = |one: &Lesson| apart_m(at_m, one.at.map(|at| f64::from(at) * UNIT_M));
        let nearest_m = walked.iter().map(apart_m).fold(f64::MAX, f64::min);
        assert!(nearest_m < f64::from(REACH + 2) * SIDE_M, "{nearest_m} m from all walks");
        n_in_hole += u32::from(at_m.iter().all(|at_m| (at_m - 15.5).abs() < 7.0));
    }
    assert!(n_in_hole > 5, "{n_in_hole} in the hole");
    let again = lessons(&walked, STAND_M.len(), 1);
    let bits =
        |lessons: &[Lesson]| lessons.iter().map(|one| one.at.map(f32::to_bits)).collect::<Vec<_>>();
    assert_eq!(bits(&made), bits(&again), "the seed says all");
    assert!(lessons(&[], 3, 1).is_empty());
}
