//! From scans at known places to a model: one net for serving, others to learn what it promises.

use super::course::{Course, n_voices};
use super::encode::{Learned, encode};
use super::features::Reading;
use super::fuse::{Attempt, Shares};
use super::net::Net;
use super::promise::{Promise, Trial};
use cairn_ground::{Floor, LatLng};
use std::thread;

/// A scan whose place is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// Where it was heard.
    pub place: LatLng,
    /// On which level.
    pub floor: Floor,
    /// Whose it is: scans of one voice are left out together.
    pub voice: u64,
    /// How much it counts.
    pub weight: f32,
    /// What was heard.
    pub readings: Vec<Reading>,
}

/// Scans a model is learned from at least. Source: choice, three minutes of walking.
pub const SCANS_MIN: usize = 60;
/// Voices a promise is measured on at least; else it is the untried one.
/// Source: choice, two for each of three folds.
pub(super) const VOICES_MIN: usize = 6;
/// How much work a model is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A few seconds for a mall: until the whole is there.
    Draft,
    /// All that pays: half a minute for a mall on one core.
    Whole,
}

impl Effort {
    /// Rounds over the scans, for the net that serves and for those that leave voices out.
    /// Source: measured, docs/measured/venues.md.
    pub(super) const fn rounds(self) -> [usize; 2] {
        match self {
            Self::Draft => [24, 8],
            Self::Whole => [110, 12],
        }
    }

    /// How many of so many parts of the voices are left out in turn.
    const fn folds(self, n_folds: u64) -> u64 {
        match self {
            Self::Draft => 1,
            Self::Whole => n_folds,
        }
    }
}

/// Learns a model; `None` from too few scans. The same scans in the same order and the same seed give
/// the same bytes, on however many threads.
///
/// # Cost
/// Linear in readings, but for scans of one voice close together, which are compared in pairs: docs/measured/venues.md.
pub fn learn(scans: &[Scan], effort: Effort, seed: u64, threads: usize) -> Option<Vec<u8>> {
    let course = Course::of(scans)?;
    let mut jobs: Vec<Option<u64>> = vec![None];
    if n_voices(scans) >= VOICES_MIN {
        jobs.extend((0..effort.folds(course.n_folds)).map(Some));
    }
    let mut nets: Vec<Option<Net>> = vec![None; jobs.len()];
    for (jobs, nets) in jobs.chunks(threads.max(1)).zip(nets.chunks_mut(threads.max(1))) {
        thread::scope(|scope| {
            for (job, net) in jobs.iter().zip(nets) {
                let course = &course;
                scope.spawn(move || *net = Some(course.net(*job, effort, seed)));
            }
        });
    }
    let attempts: Vec<Attempt> = jobs
        .iter()
        .zip(&nets)
        .filter_map(|(job, net)| Some(course.attempts((*job)?, net.as_ref()?)))
        .flatten()
        .collect();
    let shares = Shares::fit(&attempts);
    let trials: Vec<Trial> = attempts.iter().map(|attempt| attempt.trial(shares)).collect();
    let net = nets.first()?.as_ref()?;
    let (promise, prints) = (Promise::fit(&trials), course.prints(None, net));
    let (origin, networks, levels) = (course.origin, &course.networks, &course.levels[..]);
    Some(encode(&Learned {
        net,
        origin,
        networks,
        levels,
        promise,
        shares,
        prints: &prints,
        effort,
    }))
}

#[cfg(test)]
#[path = "learn_tests.rs"]
mod tests;
