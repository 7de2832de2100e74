//! Where a transmitter stands, how far it is heard, and whether it stays there.

use crate::contradiction;
use crate::mobility::{self, Verdict};
use crate::physics::Physics;
use crate::ranging::{Place, Ring};
use crate::{robust, voices};
use cairn_ground::{Covariance, Day, Enu, Mobility, RttRange, TransmitterKind};

/// One place that heard the transmitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VotePoint {
    /// Where the phone was.
    pub at: Enu,
    /// Standard deviation per axis of that place, m.
    pub sigma_m: f64,
    /// Received power, dBm, when stated.
    pub rssi_dbm: Option<f64>,
    /// Weight, capped by voice: the votes of one voice add up to at most 1.
    pub weight: f64,
    /// The day it was heard.
    pub day: Day,
    /// Whose vote it is, as an index.
    pub voice: u32,
    /// The distance that was measured to it, when one was, and the floors between the two, where these are known.
    pub range: Option<(RttRange, Option<u8>)>,
}

/// What the votes say of a transmitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Where it is believed to stand.
    pub at: Enu,
    /// How sure that is, m².
    pub covariance: Covariance,
    /// Distance within which nineteen of twenty votes lie, m.
    pub reach_m: f64,
    /// Power received at 1 m, dBm, shrunk to the kind's when few votes state a power.
    pub reference_dbm: Option<f64>,
    /// Whether it stays.
    pub mobility: Mobility,
    /// The first day it was heard there, where it was heard elsewhere before.
    pub since: Option<Day>,
}

/// Voices' worth of the kind's reference power in the shrunk estimate. Source: empirical Bayes with a
/// between-transmitter spread of 7 dB and a shadowing of 8 dB gives 1.3; 0.1 measured best.
const REFERENCE_PRIOR_VOICES: f64 = 0.1;
/// Independent looks that one voice's walk is worth at most: its votes share one phone, one receiver
/// error and one side of the street. Source: measured, docs/measured/accuracy.md.
const LOOKS_PER_VOICE_MAX: f64 = 8.0;

/// Share of the votes' mean square distance that no number of votes averages away: votes scattered over
/// a wide place came from one side, or from two transmitters. Source: measured,
/// docs/measured/accuracy.md.
const SCATTER_SHARE: f64 = 0.2;

/// Voices that must have measured distances, unless all have, before these say where it stands: of fewer nobody can tell
/// who lies, and others heard it too. Source: choice, as of floors of a building.
const RANGING_VOICES_MIN: usize = 3;
/// Distances that one voice is asked for. Source: as its looks.
const RANGES_PER_VOICE_MAX: usize = 8;
/// Times that what receivers are off by all along a walk is counted in the covariance that distances leave.
/// Source: measured in the simulated town, docs/measured/accuracy.md: once, 90 % of the truths are inside its 95 %.
const COMMON_TIMES: f64 = 2.0;
/// Distances to one transmitter that are weighed. Source: choice, bounds the work at half a millisecond.
const RANGES_MAX: usize = 32;

/// True when a vote does not contradict a transmitter at `at`: heard at its power, with its fix's error, it may stand
/// there, or the vote is no farther from there than `least_m`.
pub fn may_stand_at(kind: TransmitterKind, vote: &VotePoint, at: Enu, least_m: f64) -> bool {
    contradiction::can_speak_of(Physics::of(kind), vote, at, least_m)
}

/// True when enough voices, later than all others, heard it elsewhere. Shapes as of [`estimate`].
pub fn has_moved(kind: TransmitterKind, votes: &[VotePoint], late: &[VotePoint]) -> bool {
    mobility::judge(kind, votes, late).is_some_and(|verdict| verdict.since.is_some())
}

/// Estimates a transmitter from its votes; `None` without any positive weight.
///
/// # Shape
/// `votes`: one entry a vote, in one frame, in a canonical order (the result depends on it in the last bits).
/// `late`: in the same way what further voices said of late, who are asked only whether it was moved.
pub fn estimate(
    kind: TransmitterKind,
    votes: &[VotePoint],
    late: &[VotePoint],
) -> Option<Estimate> {
    let physics = Physics::of(kind);
    let Verdict { mobility, votes: near, at, since } = mobility::judge(kind, votes, late)?;
    let at = match at {
        Some(at) => at,
        None => voices::place(kind, &near)?,
    };
    let discs: Vec<Disc> = near.iter().map(|vote| Disc::of(physics, vote)).collect();
    let covariance = widened(kind, spread(physics, &discs, looks_max(&near), at), &discs, at);
    let Place { at, covariance } = ranged(&near, Place { at, covariance });
    let mut distances: Vec<_> = near.iter().map(|v| (v.at.distance_m(at), v.weight)).collect();
    let reach_m = robust::quantile(&mut distances, 0.95)?.max(physics.reach_min_m);
    let reference_dbm = reference(physics, &near, at, covariance);
    Some(Estimate { at, covariance, reach_m, reference_dbm, mobility, since })
}

/// One vote as the estimator sees it: where, how large its disc, how heavy.
struct Disc {
    at: Enu,
    sigma2_m2: f64,
    weight: f64,
}

impl Disc {
    fn of(physics: &Physics, vote: &VotePoint) -> Self {
        Self { at: vote.at, sigma2_m2: voices::disc2_m2(physics, vote), weight: vote.weight }
    }

    /// Weight at a centre: precision times the Student-t factor.
    fn pull(&self, center: Enu) -> f64 {
        let score = voices::square_m2(self.at, center) / self.sigma2_m2;
        self.weight * voices::student(score) / self.sigma2_m2
    }
}

/// How sure the place is: the scatter of the votes about it, divided by the independent looks.
fn spread(physics: &Physics, discs: &[Disc], n_looks_max: f64, at: Enu) -> Covariance {
    let (mut total, mut square, mut own) = (0.0, 0.0, 0.0);
    let (mut ee, mut en, mut nn) = (0.0, 0.0, 0.0);
    for disc in discs {
        let weight = disc.pull(at);
        let (de, dn) = (disc.at.east_m - at.east_m, disc.at.north_m - at.north_m);
        total += weight;
        square = weight.mul_add(weight, square);
        ee = (weight * de).mul_add(de, ee);
        en = (weight * de).mul_add(dn, en);
        nn = (weight * dn).mul_add(dn, nn);
        own = weight.mul_add(disc.sigma2_m2, own);
    }
    if total <= 0.0 {
        return Covariance::circular(physics.reach_min_m.powi(2));
    }
    let looks = (total * total / square).min(n_looks_max).max(1.0);
    let scale = 1.0 / (total * looks);
    Covariance { ee_m2: (ee + own) * scale, en_m2: en * scale, nn_m2: (nn + own) * scale }
}

/// Adds what averaging cannot take away: a share of the plain scatter of the votes, turned by a right angle. Votes along a
/// street say how far along it a box stands, and nothing of how far beside. Of a cell, a kilometre off, they say as little
/// either way.
fn widened(kind: TransmitterKind, covariance: Covariance, discs: &[Disc], at: Enu) -> Covariance {
    let (mut total, mut ee, mut en, mut nn) = (0.0, 0.0, 0.0, 0.0);
    for disc in discs {
        let (de, dn) = (disc.at.east_m - at.east_m, disc.at.north_m - at.north_m);
        total += disc.weight;
        ee = (disc.weight * de).mul_add(de, ee);
        en = (disc.weight * de).mul_add(dn, en);
        nn = (disc.weight * dn).mul_add(dn, nn);
    }
    if kind.is_cell() {
        (ee, en, nn) = (f64::midpoint(ee, nn), 0.0, f64::midpoint(ee, nn));
    }
    let share = if total > 0.0 { SCATTER_SHARE / total } else { 0.0 };
    Covariance {
        ee_m2: share.mul_add(nn, covariance.ee_m2),
        en_m2: share.mul_add(-en, covariance.en_m2),
        nn_m2: share.mul_add(ee, covariance.nn_m2),
    }
}

/// The place that distances leave, where enough voices measured some.
fn ranged(votes: &[VotePoint], place: Place) -> Place {
    if votes.iter().all(|vote| vote.range.is_none()) {
        return place;
    }
    let with_range = |of_one: &&[VotePoint]| of_one.iter().any(|vote| vote.range.is_some());
    let n_voices = voices::by_voice(votes).count();
    let n_ranging = voices::by_voice(votes).filter(with_range).count();
    if n_ranging < RANGING_VOICES_MIN.min(n_voices) {
        return place;
    }
    let Place { at, covariance } = place.narrowed(&rings(votes, n_ranging));
    // What a receiver is off by all along a walk no number of distances takes away.
    #[expect(clippy::cast_precision_loss, reason = "a few dozen voices and votes")]
    let common_m2 = {
        let all_m2: f64 = votes.iter().map(|vote| vote.sigma_m * vote.sigma_m).sum();
        COMMON_TIMES * all_m2 / (votes.len() * n_ranging) as f64
    };
    let Covariance { ee_m2, en_m2, nn_m2 } = covariance;
    let covariance = Covariance { ee_m2: ee_m2 + common_m2, en_m2, nn_m2: nn_m2 + common_m2 };
    Place { at, covariance }
}

/// The rings of all voices. No voice weighs more than the one in the middle by how many rings it has, whatever a minority
/// measures again and again (M3): a ring weighs at most what its voice does, and those of a voice that has more than the
/// middle one share what that one's weigh.
fn rings(votes: &[VotePoint], n_ranging: usize) -> Vec<Ring> {
    let each_max = (RANGES_MAX / n_ranging).clamp(1, RANGES_PER_VOICE_MAX);
    let of_voice = |of_one: &[VotePoint]| -> (f64, Vec<Ring>) {
        let weight = of_one.iter().map(|vote| vote.weight).sum();
        (weight, of_one.iter().filter_map(ring).take(each_max).collect())
    };
    let mut by_voice: Vec<_> = voices::by_voice(votes).map(of_voice).collect();
    by_voice.retain(|(_, rings)| !rings.is_empty());
    by_voice.truncate(RANGES_MAX);
    let mut counts: Vec<usize> = by_voice.iter().map(|(_, rings)| rings.len()).collect();
    counts.sort_unstable();
    // Of two in the middle the lesser: of two voices either may lie.
    let middle = counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or(1);
    let weighed = by_voice.into_iter().flat_map(|(weight, rings)| {
        #[expect(clippy::cast_precision_loss, reason = "a few rings")]
        let share = (middle as f64 / rings.len() as f64).min(1.0);
        rings.into_iter().map(move |ring| Ring { weight: share * weight, ..ring })
    });
    weighed.collect()
}

fn ring(vote: &VotePoint) -> Option<Ring> {
    let (range, floors) = vote.range?;
    Ring::of(range, vote.at, floors, vote.sigma_m)
}

/// Independent looks that the voices behind the votes can be worth.
fn looks_max(votes: &[VotePoint]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen voices")]
    let n_voices = robust::n_distinct(votes.iter().map(|vote| vote.voice)) as f64;
    n_voices * LOOKS_PER_VOICE_MAX
}

/// The power at 1 m that the votes imply, shrunk to the kind's.
fn reference(
    physics: &Physics,
    votes: &[VotePoint],
    at: Enu,
    covariance: Covariance,
) -> Option<f64> {
    let (mut total, mut sum) = (0.0, 0.0);
    for vote in votes {
        let Some(rssi_dbm) = vote.rssi_dbm else { continue };
        let blur_m = vote.sigma_m.hypot(covariance.sigma_m()).hypot(physics.disc_min_m);
        let distance_m = vote.at.distance_m(at).hypot(blur_m);
        let implied = rssi_dbm - physics.power_dbm(0.0, distance_m);
        total += vote.weight;
        sum = vote.weight.mul_add(implied - physics.reference_dbm, sum);
    }
    (total > 0.0).then(|| physics.reference_dbm + sum / (total + REFERENCE_PRIOR_VOICES))
}

#[cfg(test)]
#[path = "transmitter_tests.rs"]
mod tests;
