//! What is heard where: means of scans near each other, and which of them sound like a scan.
//!
//! No scan of anybody is kept: every print is the mean of two scans at least, without voice or instant.
//! Little-endian: numbers of prints and of entries u32; of each print east and north, i16 each, in steps of
//! [`STEP_M`]; its level u8, by its number among the model's; how far it lies from where the net puts its scans, east
//! and north, i8 each in the same steps; its sum f32; for each transmitter where its
//! entries end, u32; the entries, each the print's number u16 and a loudness u8, rising by transmitter and print.
//! In a model of version 4 nothing says how far the net is off.

use super::loudness::{loudness, of_step};
use super::train::Heard;

/// Metres of a step of a print's place. Source: choice; 32,767 of them are 8 km.
pub(super) const STEP_M: f64 = 0.25;
/// Entries of one model. Source: choice, 4 MB; both malls of the indoor set together have a quarter.
pub(super) const ENTRIES_MAX: usize = 1_300_000;
/// Prints that answer. Source: measured, docs/measured/venues.md.
const NEAREST: usize = 7;
/// How fast a print's say in the place falls with its distance. Source: measured, docs/measured/venues.md.
const FALL: i32 = -10;
/// The same in the level. Source: evaluation study §1.1.
const LEVEL_FALL: i32 = -6;
/// Readings of a scan that are compared, the loudest. Source: choice, bounds the time.
const COMPARED_MAX: usize = 160;

/// The prints of a model, read where they lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prints<'a> {
    places: &'a [[u8; 4]],
    levels: &'a [u8],
    /// None in a model of version 4.
    offs: &'a [[u8; 2]],
    sums: &'a [[u8; 4]],
    ends: &'a [[u8; 4]],
    entries: &'a [[u8; 3]],
}

/// What the prints that sound most like a scan say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Near {
    /// East and north, m.
    pub(super) at_m: [f64; 2],
    /// Shares of the levels.
    pub(super) levels: Vec<f32>,
    /// How far apart they lie, m.
    pub(super) spread_m: f64,
    /// Distance of the nearest: 0 sounds the same, 1 shares nothing.
    pub(super) distance: f64,
    /// How far they lie from where the net puts their scans, east and north, m.
    pub(super) off_m: [f64; 2],
}

impl<'a> Prints<'a> {
    /// No prints: a model that keeps none.
    pub(super) const fn none() -> Self {
        Self { places: &[], levels: &[], offs: &[], sums: &[], ends: &[], entries: &[] }
    }

    /// Reads prints that end where the bytes do, of a model of a version that has offs or not; `None` for lengths that
    /// are wrong.
    pub(super) fn read(bytes: &'a [u8], n_transmitters: usize, has_offs: bool) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<8>()?;
        let n_prints = word(&head[..4])?;
        let n_entries = word(&head[4..])?;
        let is_few = u16::try_from(n_prints).is_ok() && n_entries <= ENTRIES_MAX;
        let (places, rest) = rest.split_at_checked(4 * n_prints)?;
        let (levels, rest) = rest.split_at_checked(n_prints)?;
        let n_offs = if has_offs { n_prints } else { 0 };
        let (offs, rest) = rest.split_at_checked(2 * n_offs)?;
        let (sums, rest) = rest.split_at_checked(4 * n_prints)?;
        let (ends, entries) = rest.split_at_checked(n_transmitters.checked_mul(4)?)?;
        let (entries, beyond) = entries.as_chunks();
        let is_whole = is_few && entries.len() == n_entries && beyond.is_empty();
        let (places, offs) = (places.as_chunks().0, offs.as_chunks().0);
        let (sums, ends) = (sums.as_chunks().0, ends.as_chunks().0);
        is_whole.then_some(Self { places, levels, offs, sums, ends, entries })
    }

    /// What the nearest prints say; `None` when none shares a transmitter with the scan.
    ///
    /// # Cost
    /// One addition for each print that heard one of the scan's loudest transmitters.
    ///
    /// # Source
    /// Sørensen's distance on powers: evaluation study §1.1.
    pub(super) fn near(&self, heard: &[Heard], n_levels: usize) -> Option<Near> {
        if self.places.is_empty() {
            return None;
        }
        let mut heard = loudness(heard);
        heard.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        heard.truncate(COMPARED_MAX);
        let own: f32 = heard.iter().map(|(_, loudness)| loudness).sum();
        let shared = self.shared(&heard);
        let distances = shared.iter().zip(self.sums).zip(0..);
        let mut nearest: Vec<(f32, usize)> = distances
            .filter(|((shared, _), _)| **shared > 0.0)
            .map(|((shared, sum), number)| {
                let both = own + f32::from_le_bytes(*sum);
                ((both - 2.0 * shared) / both, number)
            })
            .filter(|(distance, _)| distance.is_finite())
            .collect();
        let order = |a: &(f32, usize), b: &(f32, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if nearest.len() > NEAREST {
            nearest.select_nth_unstable_by(NEAREST - 1, order);
            nearest.truncate(NEAREST);
        }
        nearest.sort_unstable_by(order);
        self.mean(&nearest, n_levels)
    }

    /// How much of a scan each print shares.
    fn shared(&self, heard: &[(usize, f32)]) -> Vec<f32> {
        let mut shared = vec![0.0_f32; self.places.len()];
        for (transmitter, own) in heard {
            for [low, high, step] in self.entries_of(*transmitter) {
                let print = usize::from(u16::from_le_bytes([*low, *high]));
                if let Some(sum) = shared.get_mut(print) {
                    *sum += own.min(of_step(*step));
                }
            }
        }
        shared
    }

    fn entries_of(&self, transmitter: usize) -> &'a [[u8; 3]] {
        let end = |index: usize| self.ends.get(index).and_then(|end| word(end)).unwrap_or(0);
        let from = transmitter.checked_sub(1).map_or(0, end);
        self.entries.get(from..end(transmitter)).unwrap_or(&[])
    }

    fn mean(&self, nearest: &[(f32, usize)], n_levels: usize) -> Option<Near> {
        let (distance, _) = *nearest.first()?;
        let say = says(nearest, FALL);
        let prints = || say.iter().zip(nearest).map(|(say, (_, print))| (*say, *print));
        let places = || prints().map(|(say, print)| (say, self.place_m(print)));
        let (at_m, off_m) = (mean(places()), mean(prints().map(|(say, n)| (say, self.off_m(n)))));
        let square = |place: [f64; 2]| (place[0] - at_m[0]).hypot(place[1] - at_m[1]).powi(2);
        let spread_m = places().map(|(share, place)| share * square(place)).sum::<f64>().sqrt();
        let mut levels = vec![0.0; n_levels];
        for ((_, print), say) in nearest.iter().zip(says(nearest, LEVEL_FALL)) {
            if let Some(level) = levels.get_mut(usize::from(self.levels[*print])) {
                #[expect(clippy::cast_possible_truncation, reason = "a share")]
                let share = say as f32;
                *level += share;
            }
        }
        Some(Near { at_m, levels, spread_m, distance: f64::from(distance), off_m })
    }

    fn place_m(&self, print: usize) -> [f64; 2] {
        let [a, b, c, d] = self.places[print];
        [[a, b], [c, d]].map(|steps| f64::from(i16::from_le_bytes(steps)) * STEP_M)
    }

    fn off_m(&self, print: usize) -> [f64; 2] {
        let steps = self.offs.get(print).copied().unwrap_or_default();
        steps.map(|step| f64::from(step.cast_signed()) * STEP_M)
    }
}

/// The mean of what is said with these shares.
fn mean(said: impl Iterator<Item = (f64, [f64; 2])>) -> [f64; 2] {
    said.fold([0.0; 2], |sum, (share, [east, north])| {
        [share.mul_add(east, sum[0]), share.mul_add(north, sum[1])]
    })
}

/// The share of each print in what all say, falling with its distance to a power.
fn says(nearest: &[(f32, usize)], fall: i32) -> Vec<f64> {
    let weight = |distance: f32| f64::from(distance.max(1e-3)).powi(fall);
    let total: f64 = nearest.iter().map(|(distance, _)| weight(*distance)).sum();
    nearest.iter().map(|(distance, _)| weight(*distance) / total).collect()
}

/// A number that was written as u32.
pub(super) fn word(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.first_chunk()?)).ok()
}

#[cfg(test)]
#[path = "prints_tests.rs"]
mod tests;
