//! Which lessons lie beside which: those that a net may mix.

use super::imprint::square_of;
use super::model::UNIT_M;
use super::train::Lesson;
use std::collections::BTreeMap;

/// Metres within which lessons may be mixed. Source: measured, docs/measured/venues.md.
pub(super) const NEAR_M: f64 = 15.0;
/// Most neighbors a lesson keeps: the first of them in the order of the lessons. Source: choice, bounds the memory.
const NEAR_MAX: usize = 64;
/// Side of the squares that lessons are looked for in, m. Source: choice, more than [`NEAR_M`] by far more than
/// single precision loses in a building.
const SIDE_M: f64 = 20.0;

/// The numbers of the lessons in each square of each level, rising.
type Squares = BTreeMap<(usize, (i32, i32)), Vec<u32>>;

/// Of each lesson the first lessons of other voices on the same level within [`NEAR_M`], in their order.
///
/// # Cost
/// Of each lesson those in its square and the eight around it are looked at, rising, until there are enough. One that
/// finds enough of other voices nearby ends early; those of its own voice and those beyond [`NEAR_M`] are passed over
/// at each lesson. So it is linear where voices mix, and at worst, where those around are of one voice or too far off,
/// the square of what lies in nine squares.
pub(super) fn of(lessons: &[Lesson], voices: &[u64]) -> Vec<Vec<u32>> {
    let mut squares = Squares::new();
    for (number, lesson) in (0_u32..).zip(lessons) {
        squares.entry((lesson.floor, square_of(lesson.at_m(), SIDE_M))).or_default().push(number);
    }
    lessons
        .iter()
        .zip(voices)
        .map(|(one, own)| {
            let is_near = |number: &u32| {
                let (other, voice) = (&lessons[*number as usize], voices[*number as usize]);
                voice != *own && is_beside(one, other)
            };
            in_order(around(&squares, one)).filter(is_near).take(NEAR_MAX).collect()
        })
        .collect()
}

/// True for lessons within [`NEAR_M`] of each other.
fn is_beside(one: &Lesson, other: &Lesson) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "half a unit")]
    let limit = (NEAR_M / UNIT_M) as f32;
    (other.at[0] - one.at[0]).hypot(other.at[1] - one.at[1]) < limit
}

/// The lists of a lesson's square and of those around it that there are.
fn around<'a>(squares: &'a Squares, one: &Lesson) -> Vec<&'a [u32]> {
    let (east, north) = square_of(one.at_m(), SIDE_M);
    let steps = [-1, 0, 1];
    let all = steps.into_iter().flat_map(|up| steps.into_iter().map(move |right| (right, up)));
    let lists = all.filter_map(|(right, up)| {
        squares.get(&(one.floor, (east.saturating_add(right), north.saturating_add(up))))
    });
    lists.map(Vec::as_slice).collect()
}

/// The numbers of rising lists, rising, each looked at when it is asked for.
fn in_order(mut lists: Vec<&[u32]>) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let least = lists.iter_mut().filter(|list| !list.is_empty()).min_by_key(|list| list[0])?;
        let (first, rest) = least.split_first()?;
        *least = rest;
        Some(*first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lesson(east_m: f64, north_m: f64, floor: usize) -> Lesson {
        #[expect(clippy::cast_possible_truncation, reason = "a few units")]
        let at = [east_m, north_m].map(|at_m| (at_m / UNIT_M) as f32);
        Lesson { at, floor, weight: 1.0, heard: Vec::new(), near: Vec::new() }
    }

    /// Every lesson against every other.
    fn by_pairs(lessons: &[Lesson], voices: &[u64]) -> Vec<Vec<u32>> {
        let near = |index: usize| {
            (0_u32..)
                .zip(lessons.iter().zip(voices))
                .filter(|(_, (other, voice))| {
                    other.floor == lessons[index].floor
                        && **voice != voices[index]
                        && is_beside(&lessons[index], other)
                })
                .map(|(number, _)| number)
                .take(NEAR_MAX)
                .collect()
        };
        (0..lessons.len()).map(near).collect()
    }

    proptest! {
        #[test]
        fn lessons_beside_each_other_are_those_that_a_look_at_all_pairs_finds(
            at in prop::collection::vec(
                ((-45.0..45.0_f64, -45.0..45.0_f64), 0..2_usize, 0..4_u64), 0..200,
            ),
            far_m in prop_oneof![Just(0.0), -20_000.0..20_000.0_f64],
        ) {
            let lessons: Vec<Lesson> = at
                .iter()
                .map(|((east_m, north_m), floor, _)| lesson(east_m + far_m, *north_m, *floor))
                .collect();
            let voices: Vec<u64> = at.iter().map(|one| one.2).collect();
            prop_assert_eq!(of(&lessons, &voices), by_pairs(&lessons, &voices));
        }
    }

    #[test]
    fn of_a_long_hall_a_lesson_looks_at_its_own_squares_only() {
        let lessons: Vec<Lesson> = (0..2_000).map(|n| lesson(f64::from(n), 0.0, 0)).collect();
        let mut squares = Squares::new();
        for (number, lesson) in (0_u32..).zip(&lessons) {
            let square = square_of(lesson.at_m(), SIDE_M);
            squares.entry((0, square)).or_default().push(number);
        }
        let looked_at = |one| around(&squares, one).iter().map(|list| list.len()).sum::<usize>();
        let most = lessons.iter().map(looked_at).max();
        assert!(most <= Some(62), "{most:?}: three squares of 20 m, a lesson each metre");
    }
}
