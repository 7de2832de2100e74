//! Makes prints of lessons: scans near each other, averaged.

use super::model::UNIT_M;
use super::prints::{ENTRIES_MAX, EXPONENT, LOUDNESS, STEP_M, STEPS, loudness};
use super::train::Lesson;
use std::collections::BTreeMap;

/// Sides of the squares whose scans are averaged, m: the second for those alone in the first.
/// Source: measured, docs/measured/venues.md.
const SQUARES_M: [f64; 2] = [2.0, 6.0];
/// Scans of a print, about. Source: as [`SQUARES_M`].
const SCANS_PER_PRINT: usize = 3;
/// Least loudness stored, in [`STEPS`]. Source: choice, 8 dB above the floor: half a hundredth of a strong one.
const LEAST: usize = 24;

/// A print while it is made.
struct Print {
    at_m: [f64; 2],
    level: usize,
    heard: BTreeMap<usize, f32>,
}

/// The bytes of the prints of these lessons.
pub(super) fn encode(lessons: &[&Lesson], n_transmitters: usize) -> Vec<u8> {
    let mut prints = prints(lessons);
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
        sums[usize::from(number)] += LOUDNESS[usize::from(step)];
        let [low, high] = number.to_le_bytes();
        entries.push([low, high, step]);
    }
    let mut bytes = Vec::new();
    bytes.extend(narrow(prints.len()));
    bytes.extend(narrow(entries.len()));
    bytes.extend(prints.iter().flat_map(|print| print.at_m.map(steps_of)).flatten());
    bytes.extend(prints.iter().map(|print| u8::try_from(print.level).unwrap_or(u8::MAX)));
    bytes.extend(sums.iter().flat_map(|sum| sum.to_le_bytes()));
    let ends = ends.iter().scan(0, |end, n| {
        *end += n;
        Some(narrow(*end))
    });
    bytes.extend(ends.flatten());
    bytes.extend(entries.iter().flatten());
    bytes
}

/// Means of scans near each other; a scan alone makes none.
fn prints(lessons: &[&Lesson]) -> Vec<Print> {
    let mut left: Vec<&Lesson> = lessons.to_vec();
    let mut prints = Vec::new();
    for side_m in SQUARES_M {
        let mut squares: BTreeMap<(usize, i32, i32), Vec<&Lesson>> = BTreeMap::new();
        for lesson in left.drain(..) {
            let (east, north) = square_of(lesson.at_m(), side_m);
            squares.entry((lesson.floor, east, north)).or_default().push(lesson);
        }
        for lessons in squares.into_values() {
            let n_prints = (lessons.len() / SCANS_PER_PRINT).max(1);
            match lessons[..] {
                [alone] => left.push(alone),
                _ => prints.extend((0..n_prints).map(|n| {
                    let span = n * lessons.len() / n_prints..(n + 1) * lessons.len() / n_prints;
                    print(&lessons[span])
                })),
            }
        }
    }
    prints
}

/// The square of such sides that a place is in, east and north.
pub(super) fn square_of(at_m: [f64; 2], side_m: f64) -> (i32, i32) {
    #[expect(clippy::cast_possible_truncation, reason = "a building's squares")]
    let [east, north] = at_m.map(|at_m| (at_m / side_m).floor() as i32);
    (east, north)
}

fn print(lessons: &[&Lesson]) -> Print {
    #[expect(clippy::cast_precision_loss, reason = "a few scans")]
    let share = 1.0 / lessons.len() as f32;
    let mut print = Print { at_m: [0.0; 2], level: lessons[0].floor, heard: BTreeMap::new() };
    for lesson in lessons {
        for (sum, at) in print.at_m.iter_mut().zip(lesson.at) {
            *sum += f64::from(share * at) * UNIT_M;
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

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn step_of(loudness: f32) -> u8 {
    (loudness.powf(EXPONENT.recip()) * STEPS).round().clamp(0.0, 255.0) as u8
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn steps_of(at_m: f64) -> [u8; 2] {
    let steps = (at_m / STEP_M).round();
    (steps.clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16).to_le_bytes()
}

/// A number that the limits keep within 32 bits.
fn narrow(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_entries_the_loudest_stay() {
        let steps = |n: usize| (0..n).map(|n| if n % 3 == 0 { 200 } else { 100 });
        assert_eq!(least(steps(ENTRIES_MAX)), LEAST);
        assert_eq!(least(steps(ENTRIES_MAX + 1)), 101);
        assert_eq!(least(std::iter::repeat_n(7, 10)), LEAST);
    }
}
