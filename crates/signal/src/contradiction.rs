//! What votes contradict: a place of others, or each other.

use crate::physics::Physics;
use crate::transmitter::VotePoint;
use crate::voices::{self, by_voice};
use cairn_ground::Enu;

/// Standard deviations of its disc within which a vote can speak of a place.
/// Source: measured, docs/measured/accuracy.md: at three, honest votes are lost; at six, lies stay.
const CONSISTENT_SIGMAS: f64 = 4.0;
/// Distance that no reading contradicts, m, before a transmitter is said to have moved: fixes err, and
/// some are heard farther than their power says. Source: measured, docs/measured/accuracy.md.
pub(crate) const MOVED_MIN_M: f64 = 150.0;
/// Voices that contradict themselves from which a box is carried. Source: choice, one may err.
const VOICES_CARRIED: usize = 2;

/// True when what a vote says can be said of a transmitter at `at`: by its power and its fix's error, or because it was
/// heard within `least_m` of there.
pub(crate) fn can_speak_of(physics: &Physics, vote: &VotePoint, at: Enu, least_m: f64) -> bool {
    vote.at.distance_m(at) <= within_m(physics, vote).max(least_m).min(physics.moved_m)
}

/// How far from where it was heard a transmitter can stand by one vote, m.
fn within_m(physics: &Physics, vote: &VotePoint) -> f64 {
    CONSISTENT_SIGMAS * voices::disc2_m2(physics, vote).sqrt()
}

/// True when several voices each heard a box so loud here and there that it cannot have stood at one place: that takes no
/// word of one against another's.
pub(crate) fn is_carried(physics: &Physics, votes: &[VotePoint]) -> bool {
    let excludes = |a: &VotePoint, b: &VotePoint| {
        let apart_m = a.at.distance_m(b.at);
        apart_m > MOVED_MIN_M && apart_m > within_m(physics, a) + within_m(physics, b)
    };
    let contradicts_itself =
        |of_one: &&[VotePoint]| of_one.iter().any(|a| of_one.iter().any(|b| excludes(a, b)));
    by_voice(votes).filter(contradicts_itself).count() >= VOICES_CARRIED
}
