//! What all nets of a model learn from: scans as lessons, and which voices are left out when.

use super::beside::{self, NEAR_M};
use super::features::freshness;
use super::fuse::Attempt;
use super::heard::together;
use super::imprint::{self, square_of};
use super::kriging;
use super::learn::{Effort, SCANS_MIN, Scan};
use super::model::UNIT_M;
use super::net::{Net, Pass};
use super::networks::Networks;
use super::prints::Prints;
use super::rng::Rng;
use super::train::{Heard, Lesson, train};
use super::trial::{Trier, lesson_m};
use crate::robust::n_distinct;
use cairn_ground::{Floor, LatLng, LocalFrame};
use std::collections::BTreeMap;

/// Parts of the voices that are left out in turn in a large building. Source: measured, docs/measured/venues.md.
const FOLDS: u64 = 3;
/// The same in a small one, where a third of the voices knows too much to be missed. Source: as [`FOLDS`].
const FOLDS_SMALL: u64 = 8;
/// Lessons up to which a building is small. Source: choice, eight folds of them take seconds.
const LESSONS_SMALL: usize = 3_000;
/// Times the rounds of a large building that a small one is gone through: a round of it has few steps.
/// Source: measured on the museum, docs/measured/venues.md.
const ROUNDS_SMALL: usize = 2;
/// Lessons up to which all rounds are worth their time; more are gone through less often.
/// Source: measured on `UJIIndoorLoc`, whose levels need the steps (docs/measured/venues.md).
const LESSONS_FULL: usize = 10_000;

/// What all nets of a model share.
pub(super) struct Course {
    pub(super) origin: LatLng,
    pub(super) networks: Networks,
    pub(super) levels: Vec<i8>,
    lessons: Vec<Lesson>,
    /// Whose each lesson is, by a number below the number of voices.
    voices: Vec<u64>,
    /// Parts of the voices that may be left out in turn; they differ by one voice at most.
    pub(super) n_folds: u64,
}

impl Course {
    /// Orders scans into lessons; `None` from too few.
    pub(super) fn of(scans: &[Scan]) -> Option<Self> {
        if scans.len() < SCANS_MIN {
            return None;
        }
        let origin = scans.first()?.place;
        let networks = Networks::of(scans);
        let mut levels: Vec<i8> = scans.iter().map(|scan| scan.floor.get()).collect();
        levels.sort_unstable();
        levels.dedup();
        let frame = LocalFrame::at(origin);
        let lesson = |scan: &Scan| lesson(&frame, &networks, &levels, scan);
        let mut lessons: Vec<Lesson> = scans.iter().map(lesson).collect();
        let voices = numbered(&frame, scans);
        let near = beside::of(&lessons, &voices);
        for (lesson, near) in lessons.iter_mut().zip(near) {
            lesson.near = near;
        }
        let n_voices = voices.iter().max()? + 1;
        let n_folds = if lessons.len() > LESSONS_SMALL { FOLDS } else { FOLDS_SMALL.min(n_voices) };
        (networks.n_transmitters > 0).then_some(Self {
            origin,
            networks,
            levels,
            lessons,
            voices,
            n_folds,
        })
    }

    /// The net of all voices, or of those outside one fold.
    pub(super) fn net(&self, left_out: Option<u64>, effort: Effort, seed: u64) -> Net {
        let [rounds, rounds_left_out] = effort.rounds().map(|rounds| self.worth(rounds));
        let Some(fold) = left_out else {
            return self.taught(self.lessons.clone(), rounds, seed);
        };
        let kept: Vec<Option<u32>> = self
            .voices
            .iter()
            .scan(0, |next, voice| {
                let is_kept = self.fold_of(*voice) != fold;
                let number = *next;
                *next += u32::from(is_kept);
                Some(is_kept.then_some(number))
            })
            .collect();
        let lessons: Vec<Lesson> = self
            .lessons
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| kept.is_some())
            .map(|(lesson, _)| {
                let near = lesson.near.iter().filter_map(|n| kept[*n as usize]).collect();
                Lesson { near, ..lesson.clone() }
            })
            .collect();
        self.taught(lessons, rounds_left_out, seed ^ (fold + 1))
    }

    /// A net of these lessons and of those made up beside them.
    fn taught(&self, mut lessons: Vec<Lesson>, rounds: usize, seed: u64) -> Net {
        let (n_transmitters, n_levels) = (self.networks.n_transmitters, self.levels.len());
        lessons.extend(kriging::lessons(&lessons, n_transmitters, !seed));
        train(&lessons, n_transmitters, n_levels, rounds, seed)
    }

    /// The part a voice is left out with, by its number.
    const fn fold_of(&self, number: u64) -> u64 {
        number % self.n_folds
    }

    /// Rounds that are worth their time: more of a small building, fewer of a large one.
    fn worth(&self, rounds: usize) -> usize {
        let rounds =
            if self.lessons.len() > LESSONS_SMALL { rounds } else { ROUNDS_SMALL * rounds };
        rounds.min(rounds * LESSONS_FULL / self.lessons.len().max(1)).max(1)
    }

    /// The prints of all voices, or of those outside one fold, and how far their net is off there, as bytes.
    pub(super) fn prints(&self, left_out: Option<u64>, net: &Net) -> Vec<u8> {
        let all = self.lessons.iter().zip(&self.voices);
        let kept = all.filter(|(_, voice)| left_out != Some(self.fold_of(**voice)));
        let kept: Vec<&Lesson> = kept.map(|(lesson, _)| lesson).collect();
        let mut pass = Pass::new(self.levels.len());
        let net_m = |lesson: &Lesson| lesson_m(net, &mut pass, lesson);
        imprint::encode(&kept, self.networks.n_transmitters, net_m)
    }

    /// How a net and prints do on the fold they never saw.
    pub(super) fn attempts(&self, fold: u64, net: &Net) -> Vec<Attempt> {
        let mut is_known = vec![false; self.networks.n_transmitters];
        for (lesson, voice) in self.lessons.iter().zip(&self.voices) {
            if self.fold_of(*voice) != fold {
                lesson.heard.iter().for_each(|heard| is_known[heard.transmitter] = true);
            }
        }
        let prints = self.prints(Some(fold), net);
        let prints =
            Prints::read(&prints, self.networks.n_transmitters, true).unwrap_or_else(Prints::none);
        let mut trier = Trier::new(net, &is_known, prints, self.levels.len());
        let all = self.lessons.iter().zip(&self.voices);
        let left_out = all.filter(|(_, voice)| self.fold_of(**voice) == fold);
        left_out.filter_map(|(lesson, voice)| trier.attempt(lesson, *voice)).collect()
    }
}

/// Voices among the scans.
pub(super) fn n_voices(scans: &[Scan]) -> usize {
    n_distinct(scans.iter().map(|scan| scan.voice))
}

/// Each scan's voice as a number below the number of voices. Those on one level and in one square, row by row, follow
/// each other, so that each part that is left out lies all over the building, as those who ask do; within a
/// square the order says nothing.
fn numbered(frame: &LocalFrame, scans: &[Scan]) -> Vec<u64> {
    let mut places: BTreeMap<u64, (Floor, f64, [f64; 2])> = BTreeMap::new();
    for scan in scans {
        let at = frame.enu_from_latlng(scan.place);
        let (_, n, sum_m) = places.entry(scan.voice).or_insert((scan.floor, 0.0, [0.0; 2]));
        *n += 1.0;
        *sum_m = [sum_m[0] + at.east_m, sum_m[1] + at.north_m];
    }
    let order = |(voice, (floor, n, sum_m)): (&u64, &(Floor, f64, [f64; 2]))| {
        let (column, row) = square_of(sum_m.map(|sum_m| sum_m / n), NEAR_M);
        // There and back again: the last square of a row is beside the first of the next.
        let column = if row % 2 == 0 { column } else { -column };
        (*floor, row, column, Rng::new(*voice).bits(), *voice)
    };
    let mut voices: Vec<_> = places.iter().map(order).collect();
    voices.sort_unstable();
    let numbers: BTreeMap<u64, u64> =
        voices.into_iter().zip(0..).map(|((.., voice), number)| (voice, number)).collect();
    scans.iter().map(|scan| numbers[&scan.voice]).collect()
}

fn lesson(frame: &LocalFrame, networks: &Networks, levels: &[i8], scan: &Scan) -> Lesson {
    let at = frame.enu_from_latlng(scan.place);
    let heard = together(&scan.readings, |key| networks.find(key)).into_iter().filter_map(|one| {
        let (transmitter, fresh) = (one.transmitter?, freshness(one.age_s)?);
        Some(Heard { transmitter, rssi_dbm: one.rssi_dbm, age_s: one.age_s, fresh })
    });
    #[expect(clippy::cast_possible_truncation, reason = "a few units")]
    let at = [(at.east_m / UNIT_M) as f32, (at.north_m / UNIT_M) as f32];
    Lesson {
        at,
        floor: levels.binary_search(&scan.floor.get()).unwrap_or(0),
        weight: scan.weight,
        heard: heard.collect(),
        near: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_that_is_left_out_lies_all_over_the_building() {
        let origin = LatLng::new(48.0, 11.0).unwrap();
        let frame = LocalFrame::at(origin);
        let scan = |voice: u64| {
            let at = [f64::from(u32::try_from(voice / 30).unwrap() * 100), 0.0];
            let place = frame.latlng_from_enu(cairn_ground::Enu { east_m: at[0], north_m: at[1] });
            let floor = Floor::new(i32::from(voice % 2 == 1)).unwrap();
            // Numbers of voices are hashes; neighbors have nothing in common.
            Scan { place, floor, voice: Rng::new(voice).bits(), weight: 1.0, readings: vec![] }
        };
        let scans: Vec<Scan> = (0..90).flat_map(|voice| [scan(voice), scan(voice)]).collect();
        let numbers = numbered(&frame, &scans);
        for wing in 0..3 {
            for floor in 0..2 {
                let here =
                    (0..180_usize).step_by(2).filter(|n| n / 60 == wing && n / 2 % 2 == floor);
                let mut parts = BTreeMap::new();
                here.for_each(|n| *parts.entry(numbers[n] % FOLDS).or_insert(0) += 1);
                let even = (0..FOLDS).map(|part| (part, 5)).collect();
                assert_eq!(parts, even, "wing {wing}, floor {floor}");
            }
        }
        assert_eq!(n_distinct(numbers.iter().copied()), 90);
    }
}
