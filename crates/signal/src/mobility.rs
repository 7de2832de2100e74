//! Whether a transmitter stays, moved once, or keeps moving; and which votes speak of where it is now.

use crate::contradiction::{MOVED_MIN_M, can_speak_of, is_carried};
use crate::physics::Physics;
use crate::succession::{VOICES_LATEST, VOICES_SCATTERED, days, is_before, succession};
use crate::transmitter::VotePoint;
use crate::voices::{self, by_voice};
use cairn_ground::{Day, Enu, Mobility, TransmitterKind};
use std::borrow::Cow;

/// Share of the weight that must agree on one place for a transmitter to count as fixed.
/// Source: half is the breakdown point of the median; the rest is margin for far-off fixes.
const FIXED_SHARE: f64 = 0.7;
/// Share that two places must explain for a transmitter to have moved once from one to the other.
/// Source: choice, one vote in ten may be a far-off fix.
const MOVED_SHARE: f64 = 0.9;
/// Voices that must have heard it at a place for that place to serve in a dispute.
/// Source: choice, a second person or a second day; one voice alone could be a lie.
const VOICES_TO_CONFIRM: usize = 2;
/// Voices from which a transmitter is known well enough to judge votes by what the others say.
/// Source: of four, one may lie; measured on two outdoor sets, docs/measured/accuracy.md.
const VOICES_KNOWN_WELL: usize = 4;
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
    /// The first day it was heard there, where it was heard elsewhere before.
    pub(crate) since: Option<Day>,
}

/// The votes that agree on one place.
struct Camp {
    votes: Vec<VotePoint>,
    /// How many of them, the first, count.
    n_counted: usize,
    at: Option<Enu>,
    /// What they were asked to agree with.
    amid: Enu,
}

impl Camp {
    fn serves(mut self, mobility: Mobility) -> Verdict {
        self.votes.truncate(self.n_counted);
        Verdict { mobility, votes: self.votes, at: self.at, since: None }
    }

    /// It serves, heard there from a day on.
    fn serves_since(self, since: Day) -> Verdict {
        Verdict { since: Some(since), ..self.serves(Mobility::Unsure) }
    }

    /// How much all of its votes weigh.
    fn weight(&self) -> f64 {
        weight(&self.votes)
    }

    /// True when more than one voice heard it there.
    fn is_confirmed(&self) -> bool {
        n_voices(&self.votes) >= VOICES_TO_CONFIRM
    }
}

/// Judges a transmitter. What serves is the only place, or the old one while the new is one voice's
/// word, else the new. `None` without any positive weight.
///
/// # Shape
/// `votes`: the votes of one voice stand together, voices in the order of their ranks. `late`: in the same way what further
/// voices said of late, who are asked only whether it was moved.
pub(crate) fn judge(
    kind: TransmitterKind,
    votes: &[VotePoint],
    late: &[VotePoint],
) -> Option<Verdict> {
    let (asked, late) =
        if kind.is_cell() { repeated(votes, late) } else { (votes.into(), late.into()) };
    let votes = asked.as_ref();
    let needed = FIXED_SHARE * weight(votes);
    // Anybody can invent a cell, and say so three times.
    let is_hearsay = kind.is_cell() && n_voices(votes) < VOICES_TO_CONFIRM;
    let is_unsure = votes.len() < VOTES_MIN || is_hearsay;
    let fixed = if is_unsure { Mobility::Unsure } else { Mobility::Fixed };
    let physics = Physics::of(kind);
    let mut least_m = physics.moved_m;
    if n_voices(votes) >= VOICES_KNOWN_WELL && !kind.is_cell() {
        let (strict, rest) = camp(kind, votes, 0.0)?;
        if strict.weight() >= needed {
            let moved = latest(kind, &strict, &rest, &late);
            return Some(moved.unwrap_or_else(|| strict.serves(fixed)));
        }
        least_m = least_m.min(MOVED_MIN_M);
    } else if !kind.is_cell() && is_carried(physics, votes) {
        return Some(moving(votes));
    }
    let (first, rest) = camp(kind, votes, least_m)?;
    if first.weight() >= needed {
        let moved = latest(kind, &first, &rest, &late);
        return Some(moved.unwrap_or_else(|| first.serves(fixed)));
    }
    let served = camp(kind, &rest, least_m).and_then(|(second, strays)| {
        let is_explained = weight(&strays) <= (1.0 - MOVED_SHARE) * weight(votes);
        if is_explained { serving(first, second) } else { None }
    });
    Some(served.unwrap_or_else(|| moving(votes)))
}

/// What keeps moving.
fn moving(votes: &[VotePoint]) -> Verdict {
    Verdict { mobility: Mobility::Moving, votes: votes.to_vec(), at: None, since: None }
}

/// Where all heard it of late, when that is not where most did before; or that they agree on no place.
fn latest(
    kind: TransmitterKind,
    most: &Camp,
    rest: &[VotePoint],
    late: &[VotePoint],
) -> Option<Verdict> {
    if n_voices(rest) + n_voices(late) < VOICES_LATEST {
        return None;
    }
    let physics = Physics::of(kind);
    let least_m = physics.moved_m.min(MOVED_MIN_M);
    let is_there = |vote: &VotePoint| can_speak_of(physics, vote, most.amid, least_m);
    let (still, away): (Vec<VotePoint>, Vec<VotePoint>) =
        late.iter().partition(|vote| is_there(vote));
    let elsewhere = [rest, &away].concat();
    let there = || days(&most.votes).chain(days(&still));
    let left = succession(there(), days(&elsewhere));
    if left.n_since < VOICES_LATEST {
        return None;
    }
    let (new, _) = camp(kind, &elsewhere, least_m)?;
    let moved = succession(there(), days(&new.votes));
    if moved.is_told_by(VOICES_LATEST, &new.votes) {
        let place = |camp: &Camp| voices::place(kind, &camp.votes[..camp.n_counted]);
        let moved_m = place(most)?.distance_m(place(&new)?);
        return (moved_m > MOVED_MIN_M).then(|| new.serves_since(moved.since));
    }
    left.is_told_by(VOICES_SCATTERED, &elsewhere).then(|| moving(&elsewhere))
}

/// The votes of voices that have several, where enough have.
fn repeated<'a>(
    votes: &'a [VotePoint],
    late: &'a [VotePoint],
) -> (Cow<'a, [VotePoint]>, Cow<'a, [VotePoint]>) {
    fn several(votes: &[VotePoint]) -> impl Iterator<Item = &[VotePoint]> {
        by_voice(votes).filter(|of_one| of_one.len() > 1)
    }
    if several(votes).count() < VOICES_REPEATED_MIN {
        return (votes.into(), late.into());
    }
    (several(votes).flatten().copied().collect(), several(late).flatten().copied().collect())
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
    Some((Camp { votes: near, n_counted, at: is_of_all.then_some(at), amid: at }, rest))
}

/// The votes of the first voices that agree: as many as there would be without a few who do not.
fn counted(kind: TransmitterKind, near: &[VotePoint]) -> &[VotePoint] {
    let n_max = if kind.is_cell() { CELL_VOICES_COUNTED_MAX } else { VOICES_COUNTED_MAX };
    &near[..by_voice(near).take(n_max).map(<[VotePoint]>::len).sum()]
}

/// What serves when two places were heard one after the other: the newer once it is confirmed,
/// the older until then. `None` for what keeps moving.
fn serving(first: Camp, second: Camp) -> Option<Verdict> {
    let (old, new) =
        match (is_before(&first.votes, &second.votes), is_before(&second.votes, &first.votes)) {
            (true, false) => (first, second),
            (false, true) => (second, first),
            _ => return None,
        };
    let since = days(&new.votes).map(|(first, _)| first).min();
    match since {
        Some(since) if new.is_confirmed() => Some(new.serves_since(since)),
        _ => old.is_confirmed().then(|| old.serves(Mobility::Unsure)),
    }
}

fn n_voices(votes: &[VotePoint]) -> usize {
    by_voice(votes).count()
}

#[cfg(test)]
#[path = "mobility_tests.rs"]
mod tests;
