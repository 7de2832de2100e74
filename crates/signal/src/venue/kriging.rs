//! Scans as they would sound between and beside the walks, for nets to learn from.
//!
//! A net that learns from walked ground only puts every scan there: where nobody walked it errs by as much as the
//! nearest walk is away. So it also learns from made-up scans: the strength of each transmitter, which is known
//! where somebody walked, is drawn for other places by kriging. What that gains: docs/measured/venues.md.

use super::imprint::square_of;
use super::model::UNIT_M;
use super::rng::Rng;
use super::train::{Heard, Lesson};
use crate::matrix::{Matrix, Vector};
use std::array::from_fn;
use std::collections::{BTreeMap, BTreeSet};

/// Side of the squares whose scans are averaged, m. Source: choice, as for prints; the first one tried, as all below,
/// by what docs/measured/venues.md says of the whole.
const SIDE_M: f64 = 2.0;
/// How far from a square where somebody walked scans are made up, in squares. Source: as [`SIDE_M`].
const REACH: i32 = 7;
/// Squares that say how it sounds at a place, the nearest ones. Source: as [`SIDE_M`].
const SQUARES: usize = 32;
/// Power that is as good as not heard, dBm; strengths are dB above it. Source: a little below the weakest a phone reports.
const SILENT_DBM: f32 = -97.0;
/// Seconds up to which a reading belongs where its scan was. Source: as [`SIDE_M`].
const FRESH_MAX_S: f32 = 6.0;
/// What an old reading loses, and what it says at most, dB. Source: choice, it was heard within 20 m.
const OLD_DB: (f32, f32) = (6.0, 12.0);
/// Variance of strength over a whole floor, dB², and the distance at which it is alike by 1/e, m. Source: as [`SIDE_M`].
const WIDE: (f64, f64) = (225.0, 40.0);
/// The same of shadows and walls. Source: as [`SIDE_M`].
const NARROW: (f64, f64) = (25.0, 8.0);
/// Variance of what scans at one place hear, dB². Source: as [`SIDE_M`].
const NOISE: f64 = 25.0;
/// Expected strength from which a transmitter may be heard, dB, and drawn strength from which it is. Source: as [`SIDE_M`].
const HEARD_MIN_DB: (f32, f32) = (1.5, 4.0);
/// Expected strength below which what is not known is mostly silence, dB, and the share of it that is drawn then.
/// Source: as [`SIDE_M`].
const FAINT: (f32, f32) = (3.0, 0.3);
/// Strongest power made up, dBm. Source: choice, a phone beside the transmitter.
const LOUDEST_DBM: f32 = -25.0;
/// Lessons of a floor at least. Source: choice, two minutes of walking.
const LESSONS_MIN: usize = 40;

/// A square of a floor, east and north, in sides.
type At = (i32, i32);

/// The scans of a square, averaged.
struct Square {
    at_m: [f64; 2],
    n: f64,
    /// Strength of each transmitter, dB; 0 where it was not heard.
    strengths: Vec<(usize, f32)>,
}

/// Made-up lessons, as many of each floor as there are real ones; fewer where there is little ground.
pub(super) fn lessons(lessons: &[Lesson], n_transmitters: usize, seed: u64) -> Vec<Lesson> {
    let mut rng = Rng::new(seed);
    let n_floors = lessons.iter().map(|lesson| lesson.floor + 1).max().unwrap_or(0);
    let of = |floor| lessons.iter().filter(|lesson| lesson.floor == floor).collect::<Vec<_>>();
    let floors = (0..n_floors).map(of).filter(|lessons| lessons.len() >= LESSONS_MIN);
    floors.flat_map(|lessons| of_floor(&lessons, n_transmitters, &mut rng)).collect()
}

fn of_floor(lessons: &[&Lesson], n_transmitters: usize, rng: &mut Rng) -> Vec<Lesson> {
    let squares = squares(lessons);
    let mut ground = ground(squares.keys());
    rng.shuffle(&mut ground);
    ground.truncate(lessons.len());
    let heard_any: Vec<&Lesson> =
        lessons.iter().filter(|lesson| !lesson.heard.is_empty()).copied().collect();
    let mut strengths = vec![0.0; n_transmitters];
    let made = ground.into_iter().filter_map(|(east, north)| {
        let at_m = [east, north].map(|at| (f64::from(at) + f64::from(rng.uniform())) * SIDE_M);
        let sigma_db = krige(&squares, at_m, &mut strengths)?;
        let like = *heard_any.get(rng.below(heard_any.len()))?;
        let heard = draw(&strengths, sigma_db, like, rng);
        #[expect(clippy::cast_possible_truncation, reason = "a few units")]
        let at = at_m.map(|at_m| (at_m / UNIT_M) as f32);
        (!heard.is_empty()).then_some(Lesson {
            at,
            floor: like.floor,
            weight: like.weight,
            heard,
            near: Vec::new(),
        })
    });
    made.collect()
}

/// The squares where lessons are.
fn squares(lessons: &[&Lesson]) -> BTreeMap<At, Square> {
    let mut groups: BTreeMap<At, Vec<&Lesson>> = BTreeMap::new();
    for lesson in lessons {
        groups.entry(square_of(lesson.at_m(), SIDE_M)).or_default().push(lesson);
    }
    groups.into_iter().map(|(at, lessons)| (at, Square::of(&lessons))).collect()
}

impl Square {
    fn of(lessons: &[&Lesson]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a few scans")]
        let n = lessons.len() as f64;
        let mean = |axis: usize| lessons.iter().map(|one| f64::from(one.at[axis])).sum::<f64>() / n;
        let mut sums: BTreeMap<usize, f32> = BTreeMap::new();
        for heard in lessons.iter().flat_map(|lesson| &lesson.heard) {
            *sums.entry(heard.transmitter).or_default() += strength_db(heard);
        }
        #[expect(clippy::cast_possible_truncation, reason = "a mean")]
        let strengths = sums.into_iter().map(|(number, sum)| (number, sum / n as f32)).collect();
        Self { at_m: [mean(0) * UNIT_M, mean(1) * UNIT_M], n, strengths }
    }
}

/// How strong a reading is where its scan was, dB; an old one was heard elsewhere and says little.
fn strength_db(heard: &Heard) -> f32 {
    let strength_db = (heard.rssi_dbm - SILENT_DBM).max(0.0);
    if heard.age_s < FRESH_MAX_S {
        strength_db
    } else {
        (strength_db - OLD_DB.0).clamp(0.0, OLD_DB.1)
    }
}

/// The squares within reach of those where somebody walked, these too.
fn ground<'a>(walked: impl Iterator<Item = &'a At>) -> Vec<At> {
    let steps = -REACH..=REACH;
    let all = steps.clone().flat_map(|east| steps.clone().map(move |north| (east, north)));
    let around: Vec<At> =
        all.filter(|(east, north)| east * east + north * north <= REACH * REACH).collect();
    let ground: BTreeSet<At> =
        walked.flat_map(|at| around.iter().map(|step| (at.0 + step.0, at.1 + step.1))).collect();
    ground.into_iter().collect()
}

/// Expected strengths at a place into `strengths`; their standard deviation, dB.
///
/// # Source
/// Simple kriging: Rasmussen, Williams, *Gaussian processes for machine learning* (2006), equation 2.25.
fn krige(squares: &BTreeMap<At, Square>, at_m: [f64; 2], strengths: &mut [f32]) -> Option<f64> {
    let near = nearest(squares, at_m);
    let one = |row: usize, column: usize| match (near.get(row), near.get(column)) {
        (Some(a), Some(b)) if row == column => alike(apart_m(a.at_m, b.at_m)) + NOISE / a.n,
        (Some(a), Some(b)) => alike(apart_m(a.at_m, b.at_m)),
        _ if row == column => 1.0,
        _ => 0.0,
    };
    let to: Vector<SQUARES> =
        from_fn(|row| near.get(row).map_or(0.0, |square| alike(apart_m(square.at_m, at_m))));
    let weights = Matrix::<SQUARES>::of(one).solved(to)?;
    strengths.fill(0.0);
    for (square, weight) in near.iter().zip(weights) {
        for (number, strength) in &square.strengths {
            #[expect(clippy::cast_possible_truncation, reason = "a weight")]
            let share = weight as f32 * strength;
            strengths[*number] += share;
        }
    }
    let told: f64 = weights.iter().zip(to).map(|(weight, to)| weight * to).sum();
    Some((WIDE.0 + NARROW.0 - told).max(0.0).sqrt())
}

/// The squares nearest to a place, within twice the reach.
fn nearest(squares: &BTreeMap<At, Square>, at_m: [f64; 2]) -> Vec<&Square> {
    let (east, north) = square_of(at_m, SIDE_M);
    let columns = east - 2 * REACH..=east + 2 * REACH;
    let rows = |east| (east, north - 2 * REACH)..=(east, north + 2 * REACH);
    let around = columns.flat_map(|east| squares.range(rows(east)));
    let mut near: Vec<(f64, &Square)> =
        around.map(|(_, square)| (apart_m(square.at_m, at_m), square)).collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near.into_iter().take(SQUARES).map(|(_, square)| square).collect()
}

fn apart_m(a_m: [f64; 2], b_m: [f64; 2]) -> f64 {
    (a_m[0] - b_m[0]).hypot(a_m[1] - b_m[1])
}

/// Covariance of strengths so far apart, dB².
fn alike(apart_m: f64) -> f64 {
    WIDE.0 * (-apart_m / WIDE.1).exp() + NARROW.0 * (-apart_m / NARROW.1).exp()
}

/// What a phone would hear, with the ages of a scan like this.
fn draw(strengths: &[f32], sigma_db: f64, like: &Lesson, rng: &mut Rng) -> Vec<Heard> {
    let mut heard = Vec::new();
    let likely = strengths.iter().enumerate().filter(|(_, mean_db)| **mean_db >= HEARD_MIN_DB.0);
    for (transmitter, mean_db) in likely {
        #[expect(clippy::cast_possible_truncation, reason = "some dB")]
        let sigma_db = sigma_db as f32 * if *mean_db < FAINT.0 { FAINT.1 } else { 1.0 };
        let drawn_db = mean_db + sigma_db * rng.normal();
        if drawn_db > HEARD_MIN_DB.1 {
            let aged = like.heard[rng.below(like.heard.len())];
            let rssi_dbm = (drawn_db + SILENT_DBM).min(LOUDEST_DBM);
            heard.push(Heard { transmitter, rssi_dbm, ..aged });
        }
    }
    heard
}

#[cfg(test)]
#[path = "kriging_tests.rs"]
mod tests;
