//! Whether a transmitter stays, moved once, or keeps moving; and which votes speak of where it is now.

use crate::physics::Physics;
use crate::transmitter::VotePoint;
use crate::voices::{self, by_voice};
use cairn_ground::{Day, Enu, Mobility, TransmitterKind};
use std::borrow::Cow;

/// Standard deviations of its disc within which a vote can speak of a place.
/// Source: measured, docs/measured/accuracy.md: at three, honest votes are lost; at six, lies stay.
const CONSISTENT_SIGMAS: f64 = 4.0;
/// Share of the weight that must agree on one place for a transmitter to count as fixed.
/// Source: half is the breakdown point of the median; the rest is margin for far-off fixes.
const FIXED_SHARE: f64 = 0.7;
/// Share that two places must explain for a transmitter to have moved once from one to the other.
/// Source: choice, one vote in ten may be a far-off fix.
const MOVED_SHARE: f64 = 0.9;
/// Voices that are out of order, as a share of all, where it moved once: reports are sent days late, and lists of
/// networks name what was heard before. Source: choice, one of seven; of fewer none may be.
const LATE_SHARE: f64 = 0.15;
/// Voices, all of them later than all others, from which it has moved however many heard it before: who lies does so at
/// any time. Source: a fifth of liars are the last five in one of three thousand boxes.
const VOICES_LATEST: usize = 5;
/// Voices that must have heard it at a place for that place to serve in a dispute.
/// Source: choice, a second person or a second day; one voice alone could be a lie.
const VOICES_TO_CONFIRM: usize = 2;
/// Voices from which a transmitter is known well enough to judge votes by what the others say.
/// Source: of four, one may lie; measured on two outdoor sets, docs/measured/accuracy.md.
const VOICES_KNOWN_WELL: usize = 4;
/// Distance that no reading contradicts, m, before a transmitter is said to have moved: fixes err, and
/// some are heard farther than their power says. Source: measured, docs/measured/accuracy.md.
const MOVED_MIN_M: f64 = 150.0;
/// Voices of a box that count, of all that agree: those of the smallest ranks, in whose order votes come. Of a
/// popular box a bounded number of voices is kept, so that a lie takes the place of an honest voice; while at least
/// these remain that agree, the same ones count as without it. Source: measured, docs/measured/accuracy.md.
const VOICES_COUNTED_MAX: usize = 18;
/// The same of a cell, of which more voices are kept. Source: as above.
const CELL_VOICES_COUNTED_MAX: usize = 44;
/// Voices that named a cell more than once from which those that named it once are not asked: phones in a cell
/// hear it in scan after scan, and one report is the cheapest lie. Source: as above.
const VOICES_REPEATED_MIN: usize = 5;
/// Times that those who agree are asked again at most, and the step that ends it, m. Source: as above.
const ROUNDS: usize = 2;
const STEP_M: f64 = 0.01;
/// Votes below which nothing is said about whether it stays. Source: choice.
const VOTES_MIN: usize = 3;

/// What the votes say of whether it stays.
pub(crate) struct Verdict {
    pub(crate) mobility: Mobility,
    /// The votes of the place that serves which count.
    pub(crate) votes: Vec<VotePoint>,
    /// The place, when all votes agree on it and it needs no second look.
    pub(crate) at: Option<Enu>,
}

/// The votes that agree on one place.
struct Camp {
    votes: Vec<VotePoint>,
    /// How many of them, the first, count.
    n_counted: usize,
    at: Option<Enu>,
}

impl Camp {
    fn serves(mut self, mobility: Mobility) -> Verdict {
        self.votes.truncate(self.n_counted);
        Verdict { mobility, votes: self.votes, at: self.at }
    }

    /// How much all of its votes weigh.
    fn weight(&self) -> f64 {
        weight(&self.votes)
    }

    /// True when more than one voice heard it there.
    fn is_confirmed(&self) -> bool {
        n_voices(&self.votes) >= VOICES_TO_CONFIRM
    }

    /// The first and the last day of each voice that heard it there.
    fn days(&self) -> impl Iterator<Item = (Day, Day)> {
        by_voice(&self.votes).map(|votes| {
            let day = |vote: &VotePoint| vote.day;
            let first = votes.iter().map(day).min().unwrap_or(Day::new(0));
            (first, votes.iter().map(day).max().unwrap_or(first))
        })
    }
}

/// Judges a transmitter. What serves is the only place, or the old one while the new is one voice's
/// word, else the new. `None` without any positive weight.
///
/// # Shape
/// `votes`: the votes of one voice stand together, voices in the order of their ranks.
pub(crate) fn judge(kind: TransmitterKind, votes: &[VotePoint]) -> Option<Verdict> {
    let asked = if kind.is_cell() { repeated(votes) } else { Cow::Borrowed(votes) };
    let votes = asked.as_ref();
    let needed = FIXED_SHARE * weight(votes);
    let fixed = if votes.len() < VOTES_MIN { Mobility::Unsure } else { Mobility::Fixed };
    let mut least_m = Physics::of(kind).moved_m;
    if n_voices(votes) >= VOICES_KNOWN_WELL && !kind.is_cell() {
        let (strict, rest) = camp(kind, votes, 0.0)?;
        if strict.weight() >= needed {
            return Some(latest(kind, &strict, &rest).unwrap_or_else(|| strict.serves(fixed)));
        }
        least_m = least_m.min(MOVED_MIN_M);
    }
    let (first, rest) = camp(kind, votes, least_m)?;
    if first.weight() >= needed {
        return Some(latest(kind, &first, &rest).unwrap_or_else(|| first.serves(fixed)));
    }
    let moved = camp(kind, &rest, least_m).and_then(|(second, strays)| {
        let is_explained = weight(&strays) <= (1.0 - MOVED_SHARE) * weight(votes);
        if is_explained { serving(first, second) } else { None }
    });
    Some(match moved {
        Some(camp) => camp.serves(Mobility::Unsure),
        None => Verdict { mobility: Mobility::Moving, votes: votes.to_vec(), at: None },
    })
}

/// Where all heard it of late, when that is not where most did before.
fn latest(kind: TransmitterKind, most: &Camp, rest: &[VotePoint]) -> Option<Verdict> {
    if n_voices(rest) < VOICES_LATEST {
        return None;
    }
    let (new, _) = camp(kind, rest, Physics::of(kind).moved_m.min(MOVED_MIN_M))?;
    let (last, first) =
        (most.days().map(|(_, last)| last).max()?, new.days().map(|(first, _)| first).min()?);
    if first <= last || n_voices(&new.votes) < VOICES_LATEST {
        return None;
    }
    let place = |camp: &Camp| voices::place(kind, &camp.votes[..camp.n_counted]);
    let moved_m = place(most)?.distance_m(place(&new)?);
    (moved_m > MOVED_MIN_M).then(|| new.serves(Mobility::Unsure))
}

/// The votes of voices that have several, where enough have.
fn repeated(votes: &[VotePoint]) -> Cow<'_, [VotePoint]> {
    let several = || by_voice(votes).filter(|of_one| of_one.len() > 1);
    if several().count() < VOICES_REPEATED_MIN {
        return Cow::Borrowed(votes);
    }
    several().flatten().copied().collect()
}

fn weight(votes: &[VotePoint]) -> f64 {
    votes.iter().map(|vote| vote.weight).sum()
}

/// The votes that agree with the place most agree on, who are asked for it again until it stays; and the others.
fn camp(
    kind: TransmitterKind,
    votes: &[VotePoint],
    least_m: f64,
) -> Option<(Camp, Vec<VotePoint>)> {
    let physics = Physics::of(kind);
    let split = |at: Enu| -> (Vec<VotePoint>, Vec<VotePoint>) {
        votes.iter().copied().partition(|vote| can_speak_of(physics, vote, at, least_m))
    };
    let mut at = voices::place(kind, votes)?;
    let (mut near, mut rest) = split(at);
    let is_of_all = counted(kind, &near).len() == votes.len();
    let rounds = if is_of_all { 0 } else { ROUNDS };
    for _ in 0..rounds {
        let next = voices::place(kind, counted(kind, &near));
        let Some(next) = next.filter(|next| next.distance_m(at) > STEP_M) else { break };
        at = next;
        (near, rest) = split(at);
    }
    let n_counted = counted(kind, &near).len();
    Some((Camp { votes: near, n_counted, at: is_of_all.then_some(at) }, rest))
}

/// The votes of the first voices that agree: as many as there would be without a few who do not.
fn counted(kind: TransmitterKind, near: &[VotePoint]) -> &[VotePoint] {
    let n_max = if kind.is_cell() { CELL_VOICES_COUNTED_MAX } else { VOICES_COUNTED_MAX };
    &near[..by_voice(near).take(n_max).map(<[VotePoint]>::len).sum()]
}

/// True when what a vote says can be said of a transmitter at `at`: by its power and its fix's error, or because it was
/// heard within `least_m` of there.
pub(crate) fn can_speak_of(physics: &Physics, vote: &VotePoint, at: Enu, least_m: f64) -> bool {
    let within_m = CONSISTENT_SIGMAS * voices::disc2_m2(physics, vote).sqrt();
    vote.at.distance_m(at) <= within_m.max(least_m).min(physics.moved_m)
}

/// The camp that serves when two places were heard one after the other: the newer once it is confirmed,
/// the older until then. `None` for what keeps moving.
fn serving(first: Camp, second: Camp) -> Option<Camp> {
    let (old, new) = match (is_before(&first, &second), is_before(&second, &first)) {
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return None,
    };
    [new, old].into_iter().find(Camp::is_confirmed)
}

/// True when hardly anybody heard it at `a` after somebody had at `b`; on the day of the move, both may be.
fn is_before(a: &Camp, b: &Camp) -> bool {
    let of_a = a.days().map(|(_, last)| (last, false));
    let mut voices: Vec<(Day, bool)> =
        of_a.chain(b.days().map(|(first, _)| (first, true))).collect();
    voices.sort_unstable();
    // Out of order, were the move before all of them; then as it comes later.
    let mut n_late = voices.iter().filter(|(_, is_new)| !is_new).count();
    let mut least = n_late;
    for (_, is_new) in &voices {
        n_late = if *is_new { n_late + 1 } else { n_late - 1 };
        least = least.min(n_late);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few dozen voices")]
    let (least, n) = (least as f64, voices.len() as f64);
    least <= LATE_SHARE * n
}

fn n_voices(votes: &[VotePoint]) -> usize {
    by_voice(votes).count()
}

#[cfg(test)]
#[path = "mobility_tests.rs"]
mod tests;
