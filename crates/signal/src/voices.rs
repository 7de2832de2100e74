//! Where a transmitter stands by what several voices say, whatever a minority of them claims.
//!
//! Each voice first makes up its own mind: the power-weighted middle of its votes. The voices then
//! meet twice. The *anchor* lets no voice outweigh what several others claim, and forgets those that
//! contradict it: a reading at −40 dBm says "within metres", and so incriminates itself when the others
//! are far away. Where many voices agree on one neighbourhood, the loudest of *them* decide within it:
//! the place between those that came nearest, again with no voice louder than several others are.

use crate::physics::Physics;
use crate::robust;
use crate::transmitter::VotePoint;
use cairn_ground::{Enu, TransmitterKind};

/// Rounds of reweighting. Source: each moves the place less than the one before; 5 cm after eight.
const ROUNDS: usize = 12;
/// Degrees of freedom of the residuals' Student-t: heavy enough that one bad fix costs little.
/// Source: measured, docs/measured/accuracy.md.
const STUDENT_NU: f64 = 11.0;
/// Standard deviation of a fix per axis, m, at which a vote counts half. Source: choice, a phone's
/// usual claim; the sets differ by less than 1 % from 5 to 20 m.
const CLEAR_M: f64 = 10.0;
/// Power at which every vote weighs one, dBm; cancels out, and keeps the sums in range.
const POWER_ONE_DBM: f64 = -60.0;
/// Share of the power in the middle of a voice's votes for the anchor: 1 weighs by milliwatts.
/// Source: the power-weighted centroid was the best of five estimators on surveyed transmitters
/// (evaluation study §1.4).
const POWER_SHARE: f64 = 1.0;
/// The same for the loudest, who are looked at closely. Source: measured on six surveyed beacons,
/// docs/measured/accuracy.md: 2 beats 1 and 1.5.
const POWER_SHARE_LOUD: f64 = 2.0;
/// Quantiles between which the precisions of the voices are averaged: none counts for more than that.
/// Source: a fifth of the voices may lie and still does not reach it; 0.6 ± 0.1 measured best.
const CAP: (f64, f64) = (0.5, 0.7);
/// The same for the power of the loudest: a fifth of the voices, all above it, set nothing.
/// Source: measured, docs/measured/accuracy.md.
const CAP_LOUD: (f64, f64) = (0.7, 0.8);
/// Voices up to which nothing is capped, and from which [`CAP`] holds in full. Source: of two voices
/// nobody can tell the liar; of six a fifth is one.
const CAP_VOICES: (f64, f64) = (2.0, 6.0);
/// Distances from the anchor, m: within the first a voice is heard among the loudest, beyond the
/// second not at all. Source: measured on the beacons and under lies, docs/measured/accuracy.md; anchors
/// themselves stand within 27 m nine times of ten in the simulator.
const NEIGHBORHOOD_M: (f64, f64) = (18.0, 30.0);
/// Voices in the neighbourhood from which the loudest begin to decide, and at which they do.
/// Source: measured on the beacons and under lies, docs/measured/accuracy.md: two liars are not enough.
const DENSE_VOICES: (f64, f64) = (10.0, 16.0);

/// What one voice says.
#[derive(Debug, Clone, Copy)]
struct Look {
    at: Enu,
    /// Mean square of how far the transmitter may be from there, m².
    sigma2_m2: f64,
    weight: f64,
}

impl Look {
    /// Weight at a centre: precision times the Student-t factor.
    fn pull(&self, center: Enu) -> f64 {
        self.weight * student(square_m2(self.at, center) / self.sigma2_m2) / self.sigma2_m2
    }
}

/// How much of a residual's weight is left, by its square over σ².
pub(crate) fn student(score: f64) -> f64 {
    (STUDENT_NU + 2.0) / (STUDENT_NU + score)
}

/// The squared distance of two places, m².
pub(crate) fn square_m2(a: Enu, b: Enu) -> f64 {
    let (east_m, north_m) = (a.east_m - b.east_m, a.north_m - b.north_m);
    east_m.mul_add(east_m, north_m * north_m)
}

/// The place the voices agree on; `None` without any positive weight.
///
/// # Shape
/// `votes`: the votes of one voice stand together.
pub(crate) fn place(kind: TransmitterKind, votes: &[VotePoint]) -> Option<Enu> {
    let physics = Physics::of(kind);
    if kind.is_cell() {
        return of_votes(physics, votes);
    }
    let anchor = anchor(physics, votes)?;
    let Some((loudest, n_voices)) = loudest(physics, votes, anchor) else { return Some(anchor) };
    Some(between(anchor, loudest, ramp(n_voices, DENSE_VOICES)))
}

/// Where the votes' discs meet: a cell's sector is wide, and no voice stands near it.
fn of_votes(physics: &Physics, votes: &[VotePoint]) -> Option<Enu> {
    let points: Vec<_> = votes.iter().map(|vote| (vote.at, vote.weight)).collect();
    let look = |vote: &VotePoint| Look {
        at: vote.at,
        sigma2_m2: disc2_m2(physics, vote),
        weight: vote.weight,
    };
    let looks = capped(votes.iter().map(look).collect(), by_voice(votes).count());
    settle(robust::geometric_median(&points)?, &points, |i, center| looks[i].pull(center))
}

/// 0 up to the first number, 1 from the second on.
fn ramp(x: f64, (from, to): (f64, f64)) -> f64 {
    ((x - from) / (to - from)).clamp(0.0, 1.0)
}

fn between(a: Enu, b: Enu, share: f64) -> Enu {
    Enu {
        east_m: share.mul_add(b.east_m - a.east_m, a.east_m),
        north_m: share.mul_add(b.north_m - a.north_m, a.north_m),
    }
}

/// Where the voices meet when none counts for more than several others.
fn anchor(physics: &Physics, votes: &[VotePoint]) -> Option<Enu> {
    let looks: Vec<Look> = by_voice(votes).filter_map(|of_one| look(physics, of_one)).collect();
    let n_voices = looks.len();
    let looks = capped(looks, n_voices);
    let middles: Vec<_> = looks.iter().map(|look| (look.at, look.weight)).collect();
    settle(robust::geometric_median(&middles)?, &middles, |i, center| looks[i].pull(center))
}

/// Iteratively reweighted mean from `start`; `pull` weighs the point of an index at a centre.
fn settle(start: Enu, points: &[(Enu, f64)], pull: impl Fn(usize, Enu) -> f64) -> Option<Enu> {
    let mut center = start;
    let mut weighted = points.to_vec();
    for _ in 0..ROUNDS {
        for (i, slot) in weighted.iter_mut().enumerate() {
            slot.1 = pull(i, center);
        }
        let next = robust::mean(&weighted)?;
        let step_m = next.distance_m(center);
        center = next;
        if step_m < 0.05 {
            break;
        }
    }
    Some(center)
}

/// The votes of each voice, which stand together.
pub(crate) fn by_voice(votes: &[VotePoint]) -> impl Iterator<Item = &[VotePoint]> {
    votes.chunk_by(|a, b| a.voice == b.voice)
}

/// Weight of each vote of one voice: its own, its power's, its fix's.
fn by_power(physics: &Physics, votes: &[VotePoint], share: f64) -> Vec<(Enu, f64)> {
    votes
        .iter()
        .map(|vote| {
            let power = 10_f64.powf(share * (dbm(physics, vote) - POWER_ONE_DBM) / 10.0);
            let clear = (vote.sigma_m / CLEAR_M).mul_add(vote.sigma_m / CLEAR_M, 1.0);
            (vote.at, vote.weight * power / clear)
        })
        .collect()
}

fn dbm(physics: &Physics, vote: &VotePoint) -> f64 {
    vote.rssi_dbm.unwrap_or(physics.power_missing_dbm)
}

/// The power-weighted middle of one voice's votes, and how far the transmitter may be from it.
fn look(physics: &Physics, votes: &[VotePoint]) -> Option<Look> {
    let points = by_power(physics, votes, POWER_SHARE);
    let sigma2_m2: Vec<f64> = votes.iter().map(|vote| disc2_m2(physics, vote)).collect();
    let pull = |i: usize, center: Enu| {
        points[i].1 * student(square_m2(points[i].0, center) / sigma2_m2[i])
    };
    let at = settle(robust::geometric_median(&points)?, &points, pull)?;
    let pulls = (0..votes.len()).map(|i| pull(i, at));
    let (total, sum) = pulls.zip(&sigma2_m2).fold((0.0, 0.0), |(total, sum), (pull, sigma2)| {
        (total + pull, f64::mul_add(pull, *sigma2, sum))
    });
    let weight = votes.iter().map(|vote| vote.weight).sum();
    Some(Look { at, sigma2_m2: sum / total, weight })
}

/// Mean square distance at which a vote's power is expected, and its fix's error, m².
pub(crate) fn disc2_m2(physics: &Physics, vote: &VotePoint) -> f64 {
    let disc_m = physics.disc_m(physics.reference_dbm, vote.rssi_dbm);
    disc_m.mul_add(disc_m, vote.sigma_m * vote.sigma_m)
}

/// Takes weight from those who claim to be nearer than several others claim, of so many voices.
fn capped(mut looks: Vec<Look>, n_voices: usize) -> Vec<Look> {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen voices")]
    let hold = ramp(n_voices as f64, CAP_VOICES);
    let up = |quantile: f64| (quantile - 1.0).mul_add(hold, 1.0);
    // Half the band below the top when nothing is capped: two voices share it.
    let (from, to) = (up(CAP.0), up(CAP.1));
    let mut values: Vec<_> = looks.iter().map(|l| (-l.sigma2_m2.ln(), l.weight)).collect();
    let Some(cap) = robust::band_mean(&mut values, from.min(to - 0.1), to) else { return looks };
    let sigma2_min_m2 = (-cap).exp();
    for look in &mut looks {
        look.weight *= (look.sigma2_m2 / sigma2_min_m2).min(1.0);
    }
    looks
}

/// The place between the loudest voices of the anchor's neighbourhood, and how many voices that has.
fn loudest(physics: &Physics, votes: &[VotePoint], anchor: Enu) -> Option<(Enu, f64)> {
    let mut looks = Vec::new();
    for of_one in by_voice(votes) {
        let points = by_power(physics, of_one, POWER_SHARE_LOUD);
        let (total, sum) = points.iter().zip(of_one).fold((0.0, 0.0), |(total, sum), (p, vote)| {
            (total + p.1, f64::mul_add(p.1, dbm(physics, vote), sum))
        });
        let weight: f64 = of_one.iter().map(|vote| vote.weight).sum();
        looks.push((robust::mean(&points)?, sum / total, weight));
    }
    let mut powers: Vec<_> = looks.iter().map(|(_, dbm, weight)| (*dbm, *weight)).collect();
    let cap_dbm = robust::band_mean(&mut powers, CAP_LOUD.0, CAP_LOUD.1)?;
    let mut n_voices = 0.0;
    let points: Vec<_> = looks
        .iter()
        .map(|(at, dbm, weight)| {
            let near = weight * (1.0 - ramp(at.distance_m(anchor), NEIGHBORHOOD_M));
            n_voices += near;
            let below_db = (dbm - cap_dbm).min(0.0);
            (*at, near * 10_f64.powf(POWER_SHARE_LOUD * below_db / 10.0))
        })
        .collect();
    Some((robust::geometric_median(&points)?, n_voices))
}

#[cfg(test)]
#[path = "voices_tests.rs"]
mod tests;
