//! Makes prints of lessons: scans near each other, averaged.

use super::loudness::{loudness, of_step, step_of};
use super::prints::{ENTRIES_MAX, STEP_M};
use super::train::Lesson;
use std::collections::BTreeMap;

/// Side of the squares whose scans are paired in any order, m. Source: choice, a step.
const SPOT_M: f64 = 0.5;
/// Within how many metres the rest is paired, first near, then far. Source: measured, docs/measured/venues.md; the first
/// bounds the work where scans are dense.
const NEAR_M: [f64; 2] = [1.5, 6.0];
/// Least loudness stored, in steps. Source: choice, 8 dB above the floor: half a hundredth of a strong one.
const LEAST: usize = 24;

/// A print while it is made.
struct Print {
    at_m: [f64; 2],
    /// How far it lies from where the net puts its scans, m.
    off_m: [f64; 2],
    level: usize,
    heard: BTreeMap<usize, f32>,
}

/// The bytes of the prints of these lessons, each of which a net puts at `net_m` of it.
pub(super) fn encode(
    lessons: &[&Lesson],
    n_transmitters: usize,
    mut net_m: impl FnMut(&Lesson) -> [f64; 2],
) -> Vec<u8> {
    let mut print = |group: &Vec<&Lesson>| print(group, &mut net_m);
    let mut prints: Vec<Print> = groups(lessons).iter().map(&mut print).collect();
    prints.truncate(usize::from(u16::MAX));
    let mut by_transmitter: Vec<Vec<(u16, u8)>> = vec![Vec::new(); n_transmitters];
    for (number, print) in (0_u16..).zip(&prints) {
        for (transmitter, loudness) in &print.heard {
            by_transmitter[*transmitter].push((number, step_of(*loudness)));
        }
    }
    let least = least(by_transmitter.iter().flatten().map(|(_, step)| *step));
    let mut sums = vec![0.0_f32; prints.len()];
    let (mut ends, mut entries) = (Vec::new(), Vec::new());
    for (number, step) in by_transmitter.iter_mut().flat_map(|of| {
        of.retain(|(_, step)| usize::from(*step) >= least);
        ends.push(of.len());
        of.drain(..)
    }) {
        sums[usize::from(number)] += of_step(step);
        let [low, high] = number.to_le_bytes();
        entries.push([low, high, step]);
    }
    let mut bytes = Vec::new();
    bytes.extend(narrow(prints.len()));
    bytes.extend(narrow(entries.len()));
    bytes.extend(prints.iter().flat_map(|print| print.at_m.map(steps_of)).flatten());
    bytes.extend(prints.iter().map(|print| u8::try_from(print.level).unwrap_or(u8::MAX)));
    bytes.extend(prints.iter().flat_map(|print| print.off_m.map(short_steps_of)));
    bytes.extend(sums.iter().flat_map(|sum| sum.to_le_bytes()));
    let ends = ends.iter().scan(0, |end, n| {
        *end += n;
        Some(narrow(*end))
    });
    bytes.extend(ends.flatten());
    bytes.extend(entries.iter().flatten());
    bytes
}

/// Lessons two and two, each with the nearest that is left; who is left over joins a pair nearby. One with nobody
/// near is in none.
fn groups<'a>(lessons: &[&'a Lesson]) -> Vec<Vec<&'a Lesson>> {
    let mut groups: Vec<Vec<&Lesson>> = Vec::new();
    let mut left: Vec<&Lesson> = Vec::new();
    // Of each spot one pair may be joined: a thousand scans at one spot are as many comparisons as two.
    let mut open: Vec<usize> = Vec::new();
    for here in by_square(lessons, SPOT_M).values() {
        let (pairs, alone) = here.as_chunks::<2>();
        groups.extend(pairs.iter().map(|pair| pair.map(|number| lessons[number]).to_vec()));
        open.extend((!pairs.is_empty()).then(|| groups.len() - 1));
        left.extend(alone.iter().map(|number| lessons[*number]));
    }
    for near_m in NEAR_M {
        let mut is_alone = vec![true; left.len()];
        for (one, other) in neighbors(&left, &left, near_m) {
            if one != other && is_alone[one] && is_alone[other] {
                (is_alone[one], is_alone[other]) = (false, false);
                open.push(groups.len());
                groups.push(vec![left[one], left[other]]);
            }
        }
        let mut is_alone = is_alone.iter();
        left.retain(|_| is_alone.next() == Some(&true));
    }
    let firsts: Vec<&Lesson> = open.iter().map(|number| groups[*number][0]).collect();
    let mut is_alone = vec![true; left.len()];
    for (one, pair) in neighbors(&left, &firsts, NEAR_M[1]) {
        let group = &mut groups[open[pair]];
        if is_alone[one] && group.len() == 2 {
            is_alone[one] = false;
            group.push(left[one]);
        }
    }
    groups
}

/// Numbers of lessons by level and square of such sides.
fn by_square(lessons: &[&Lesson], side_m: f64) -> BTreeMap<(usize, i32, i32), Vec<usize>> {
    let mut squares: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (number, lesson) in lessons.iter().enumerate() {
        let (east, north) = square_of(lesson.at_m(), side_m);
        squares.entry((lesson.floor, east, north)).or_default().push(number);
    }
    squares
}

/// Numbers in two lists of lessons that are so near on one level, the nearest first.
fn neighbors(ones: &[&Lesson], others: &[&Lesson], near_m: f64) -> Vec<(usize, usize)> {
    let squares = by_square(others, near_m);
    let mut near = Vec::new();
    for (number, one) in ones.iter().enumerate() {
        let (east, north) = square_of(one.at_m(), near_m);
        let around = (-1..=1).flat_map(|e| (-1..=1).map(move |n| (one.floor, east + e, north + n)));
        for other in around.filter_map(|square| squares.get(&square)).flatten() {
            let [here_m, there_m] = [one.at_m(), others[*other].at_m()];
            let apart_m = (here_m[0] - there_m[0]).hypot(here_m[1] - there_m[1]);
            if apart_m < near_m {
                near.push((apart_m, number, *other));
            }
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    near.into_iter().map(|(_, one, other)| (one, other)).collect()
}

/// The square of such sides that a place is in, east and north.
pub(super) fn square_of(at_m: [f64; 2], side_m: f64) -> (i32, i32) {
    #[expect(clippy::cast_possible_truncation, reason = "a building's squares")]
    let [east, north] = at_m.map(|at_m| (at_m / side_m).floor() as i32);
    (east, north)
}

fn print(lessons: &[&Lesson], net_m: &mut impl FnMut(&Lesson) -> [f64; 2]) -> Print {
    #[expect(clippy::cast_precision_loss, reason = "a few scans")]
    let share = 1.0 / lessons.len() as f32;
    let (level, heard) = (lessons[0].floor, BTreeMap::new());
    let mut print = Print { at_m: [0.0; 2], off_m: [0.0; 2], level, heard };
    for lesson in lessons {
        let (at_m, net_m) = (lesson.at_m(), net_m(lesson));
        for axis in 0..2 {
            print.at_m[axis] += f64::from(share) * at_m[axis];
            print.off_m[axis] += f64::from(share) * (at_m[axis] - net_m[axis]);
        }
        for (transmitter, loudness) in loudness(&lesson.heard) {
            *print.heard.entry(transmitter).or_default() += share * loudness;
        }
    }
    print
}

/// The least step that is kept, so that not too many are.
fn least(steps: impl Iterator<Item = u8>) -> usize {
    let mut counts = [0_usize; 256];
    steps.for_each(|step| counts[usize::from(step)] += 1);
    let mut n = 0;
    let fits = counts.iter().rposition(|count| {
        n += count;
        n > ENTRIES_MAX
    });
    fits.map_or(LEAST, |step| (step + 1).max(LEAST))
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn steps_of(at_m: f64) -> [u8; 2] {
    let steps = (at_m / STEP_M).round();
    (steps.clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16).to_le_bytes()
}

/// In one byte, as far as that goes.
#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn short_steps_of(off_m: f64) -> u8 {
    let steps = (off_m / STEP_M).round();
    (steps.clamp(f64::from(i8::MIN), f64::from(i8::MAX)) as i8).cast_unsigned()
}

/// A number that the limits keep within 32 bits.
fn narrow(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venue::model::UNIT_M;

    fn lesson(east_m: f32, floor: usize) -> Lesson {
        #[expect(clippy::cast_possible_truncation, reason = "a constant")]
        let at = [east_m / UNIT_M as f32, 0.0];
        Lesson { at, floor, weight: 1.0, heard: Vec::new(), near: Vec::new() }
    }

    /// Where the lessons of each group are, m.
    fn grouped(lessons: &[Lesson]) -> Vec<Vec<f64>> {
        let all: Vec<&Lesson> = lessons.iter().collect();
        let place = |lesson: &&Lesson| (lesson.at_m()[0] * 100.0).round() / 100.0;
        groups(&all).iter().map(|group| group.iter().map(place).collect()).collect()
    }

    #[test]
    fn a_scan_is_averaged_with_the_nearest_and_is_in_one_print_at_most() {
        let floor_0 = [0.1, 0.2, 3.0, 4.2, 8.9, 9.3, 13.0, 40.0].map(|at| lesson(at, 0));
        let lessons = [&floor_0[..], &[lesson(0.15, 1)]].concat();
        let groups = grouped(&lessons);
        assert_eq!(groups, [vec![0.1, 0.2], vec![8.9, 9.3, 13.0], vec![3.0, 4.2]]);
        let crowd: Vec<Lesson> = (0..5_001).map(|_| lesson(7.1, 0)).collect();
        let groups = grouped(&crowd);
        assert_eq!(groups.len(), 2_500);
        assert_eq!(groups.iter().filter(|group| group.len() == 3).count(), 1);
    }

    #[test]
    fn of_too_many_entries_the_loudest_stay() {
        let steps = |n: usize| (0..n).map(|n| if n % 3 == 0 { 200 } else { 100 });
        assert_eq!(least(steps(ENTRIES_MAX)), LEAST);
        assert_eq!(least(steps(ENTRIES_MAX + 1)), 101);
        assert_eq!(least(std::iter::repeat_n(7, 10)), LEAST);
    }
}
