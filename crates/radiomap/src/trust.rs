//! Whose word does not count: voices that most of the boxes they name contradict.
//!
//! Where many voices heard a box (Wi-Fi, Bluetooth) about one place, a voice that heard it only where it cannot be
//! heard so was elsewhere than it says. A voice that more boxes contradict than confirm is *discredited*: it is not
//! asked about any transmitter, building or radius, not even about a cell, which by itself can tell nothing.
//! Who is discredited is a function of the votes kept, whatever was found before; it is no part of a checkpoint.

use crate::count;
use crate::estimator;
use crate::map::RadioMap;
use crate::poll::Poll;
use cairn_evidence::Voice;
use cairn_ground::{Enu, TransmitterId};
use cairn_signal::transmitter::{VotePoint, may_stand_at};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// Voices a box needs to contradict one. Source: choice; of five, one may lie.
const VOICES_MIN: usize = 5;
/// Tenths of the voices that must have heard a box about one place for it to contradict the others.
/// Source: as `FIXED_SHARE` of `signal::mobility`; what moves contradicts nobody.
const AGREED_TENTHS: usize = 7;
/// Distance from the middle of a box's voices that contradicts no vote, m: the middle errs, and fixes err more than they
/// claim. Source: measured, docs/decisions/2026-11-28-discredited-voices.md.
const NEAR_M: f64 = 25.0;
/// Boxes that must contradict a voice. Source: choice; some boxes were moved since.
const CONTRADICTED_MIN: u32 = 5;

/// What boxes that many voices heard about one place say of a discredited voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// Boxes that contradict it.
    pub contradicted: u32,
    /// Boxes that confirm it: fewer.
    pub confirmed: u32,
}

/// That a box, by its number, speaks for a voice, or against it: several of its networks may, and say it once.
pub(crate) type Word = (Voice, u64);

/// Which words of a poll [`judged`] looks for.
pub(crate) type Wanted<'a> = &'a (dyn Fn(TransmitterId, &Poll) -> Vec<Word> + Sync);

impl RadioMap {
    /// Finds whom not to ask, on `threads` threads; that stays so, whatever is learned, until this is called again.
    ///
    /// # Cost
    /// As [`RadioMap::judgements`].
    pub fn judge_voices(&mut self, threads: usize) {
        self.discredited = self.judgements(threads).into_keys().collect();
    }

    /// Whom not to ask, and how many boxes speak for and against each, on `threads` threads; nothing changes by it.
    ///
    /// # Cost
    /// A pass over the votes for boxes of five voices and more; a second one where any voice is contradicted often.
    pub fn judgements(&self, threads: usize) -> BTreeMap<Voice, Judgement> {
        let Ok(found) = judged(|wanted| Ok::<_, Infallible>(self.of_each(threads, wanted)));
        found
    }

    /// The voices that are not asked.
    pub const fn discredited(&self) -> &BTreeSet<Voice> {
        &self.discredited
    }

    /// Asks these voices no more: those a copy of the map found.
    pub fn discredit(&mut self, voices: BTreeSet<Voice>) {
        self.discredited = voices;
    }
}

/// The voices that more boxes contradict than confirm; `each` goes through all polls.
pub(crate) fn judged<E>(
    mut each: impl FnMut(Wanted<'_>) -> Result<Vec<Word>, E>,
) -> Result<BTreeMap<Voice, Judgement>, E> {
    let mut contradicted = counts(each(&|id, poll| stand(id, poll, false))?);
    contradicted.retain(|_, n| *n >= CONTRADICTED_MIN);
    if contradicted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let confirmed = counts(each(&|id, poll| {
        let mut words = stand(id, poll, true);
        words.retain(|(voice, _)| contradicted.contains_key(voice));
        words
    })?);
    let judged = contradicted.into_iter().map(|(voice, contradicted)| {
        let confirmed = confirmed.get(&voice).copied().unwrap_or(0);
        (voice, Judgement { contradicted, confirmed })
    });
    Ok(judged.filter(|(_, told)| told.contradicted > told.confirmed).collect())
}

/// How many boxes speak of each voice.
fn counts(mut words: Vec<Word>) -> BTreeMap<Voice, u32> {
    words.sort_unstable();
    words.dedup();
    let mut counts = BTreeMap::new();
    for (voice, _) in words {
        *counts.entry(voice).or_insert(0) += 1;
    }
    counts
}

/// What a network says for or against the voices of its poll, in the name of its box; nothing where they do not agree.
fn stand(id: TransmitterId, poll: &Poll, confirmed: bool) -> Vec<Word> {
    if id.kind().is_cell() || poll.ballots.len() < VOICES_MIN {
        return Vec::new();
    }
    let tally = count::tally(id.kind(), poll, None);
    let Some((_, points)) = estimator::points(&tally.counted) else { return Vec::new() };
    // Points are about the middle of the voices.
    let is_near = |vote: &VotePoint| may_stand_at(id.kind(), vote, Enu::ZERO, NEAR_M);
    let voices: Vec<(u32, bool)> = points
        .chunk_by(|a, b| a.voice == b.voice)
        .map(|votes| (votes[0].voice, votes.iter().any(is_near)))
        .collect();
    let n_near = voices.iter().filter(|(_, is_near)| *is_near).count();
    if voices.len() < VOICES_MIN || 10 * n_near < AGREED_TENTHS * voices.len() {
        return Vec::new();
    }
    if !confirmed && n_near < voices.len() && estimator::has_moved(id.kind(), &tally) {
        return Vec::new();
    }
    let asked_for = voices.into_iter().filter(|(_, is_near)| *is_near == confirmed);
    asked_for.map(|(ballot, _)| (poll.ballots[ballot as usize].voice, id.box_number())).collect()
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
