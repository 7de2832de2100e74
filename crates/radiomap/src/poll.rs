//! What is kept about one transmitter: the smallest voices and those of late, the smallest votes of each, and the span.

use crate::keep;
use crate::limits::{voices_max, votes_per_voice_max};
use crate::vote::Vote;
use cairn_evidence::Voice;
use cairn_ground::{Day, TransmitterKind};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One voice's votes for one transmitter, one a rank, rising, at most [`crate::limits::votes_max`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ballot {
    pub(crate) rank: u64,
    pub(crate) voice: Voice,
    pub(crate) votes: Vec<Vote>,
}

/// All that is kept about one transmitter. Ballots rise by (rank, voice). The first [`voices_max`] are the *sampled* ones,
/// chosen whatever their day; the others, and what the sampled ones hold beyond their first [`votes_per_voice_max`]
/// votes, are kept for being *late*: of the newest periods (`keep`).
///
/// A function of the *set* of votes ever added: adding is idempotent and commutes (M1). Proof: a
/// sampled ballot of the final poll has fewer than `voices_max` smaller voices in the whole set, hence in
/// every part of it, hence is never cut; likewise a vote within its ballot, since as voices come, never fewer,
/// no more votes of each are kept than before; and whatever is cut had
/// that many smaller ones, which are still there. Of votes with one rank the best stays: a rank of the
/// final ballot is never cut once seen, so its vote meets all others of its rank. The same holds within a period; one that
/// is among the newest of the whole set is among the newest of every part that has it. A voice is of one day of receipt,
/// so that its copies of one evidence are of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) first_day: Day,
    pub(crate) last_day: Day,
    pub(crate) ballots: Vec<Ballot>,
}

impl Poll {
    /// A poll without votes.
    pub(crate) const fn empty() -> Self {
        Self { first_day: Day::new(u16::MAX), last_day: Day::new(0), ballots: Vec::new() }
    }

    /// Adds a vote of `voice`, whose rank at this transmitter of a `kind` is `rank`; false when that
    /// changes nothing.
    pub(crate) fn add(
        &mut self,
        kind: TransmitterKind,
        rank: u64,
        voice: Voice,
        vote: Vote,
    ) -> bool {
        let widened = self.widen(kind, vote.day(), vote.day());
        let place = self.ballots.binary_search_by_key(&(rank, voice), |b| (b.rank, b.voice));
        let changed = match place {
            Ok(index) => self.add_to(kind, index, vote),
            Err(index) if !keep::has_place(self, kind, index, vote.day()) => false,
            Err(index) => {
                self.ballots.insert(index, Ballot { rank, voice, votes: vec![vote] });
                keep::cut(self, kind);
                true
            }
        };
        widened || changed
    }

    /// Adds a vote to a ballot; false when that changes nothing.
    fn add_to(&mut self, kind: TransmitterKind, index: usize, vote: Vote) -> bool {
        let votes = &self.ballots[index].votes;
        match votes.binary_search_by_key(&vote.rank(), Vote::rank) {
            Ok(at) if vote.is_better_than(&votes[at]) => {
                self.ballots[index].votes[at] = vote;
                true
            }
            Ok(_) => false,
            Err(at) if !keep::has_room(self, kind, index, at, vote.day()) => false,
            Err(at) => {
                self.ballots[index].votes.insert(at, vote);
                if keep::fits(self, kind) {
                    return true;
                }
                keep::cut(self, kind);
                // Of a voice that others crowd out of the vote's period nothing is kept for being late.
                let ballot = self.ballots.get(index);
                ballot
                    .is_some_and(|b| b.votes.binary_search_by_key(&vote.rank(), Vote::rank).is_ok())
            }
        }
    }

    /// Adds all that another poll of the same transmitter holds (M2); false when nothing changes.
    pub(crate) fn merge(&mut self, kind: TransmitterKind, other: &Self) -> bool {
        if other.ballots.is_empty() {
            return false;
        }
        let mut changed = self.widen(kind, other.first_day, other.last_day);
        for ballot in &other.ballots {
            for vote in &ballot.votes {
                changed |= self.add(kind, ballot.rank, ballot.voice, *vote);
            }
        }
        changed
    }

    /// The ballots chosen whatever their day, with those of their votes that were.
    pub(crate) fn sampled(
        &self,
        kind: TransmitterKind,
    ) -> impl Iterator<Item = (&Ballot, &[Vote])> {
        let n_sampled = self.n_sampled(kind);
        let n_max = votes_per_voice_max(n_sampled);
        self.ballots[..n_sampled]
            .iter()
            .map(move |ballot| (ballot, &ballot.votes[..ballot.votes.len().min(n_max)]))
    }

    /// The ballots kept for being late only.
    pub(crate) fn late(&self, kind: TransmitterKind) -> &[Ballot] {
        &self.ballots[self.n_sampled(kind)..]
    }

    /// Number of ballots chosen whatever their day.
    pub(crate) fn n_sampled(&self, kind: TransmitterKind) -> usize {
        self.ballots.len().min(voices_max(kind))
    }

    /// The poll with nothing said by `silent`; their places among the voices stay, so that counts do not change.
    pub(crate) fn without(&self, silent: &BTreeSet<Voice>) -> Cow<'_, Self> {
        let is_silent = |ballot: &Ballot| silent.contains(&ballot.voice);
        if silent.is_empty() || !self.ballots.iter().any(is_silent) {
            return Cow::Borrowed(self);
        }
        let mut asked = self.clone();
        asked.ballots.iter_mut().filter(|it| is_silent(it)).for_each(|it| it.votes.clear());
        Cow::Owned(asked)
    }

    /// Makes its days hold these too; what is no longer late leaves.
    fn widen(&mut self, kind: TransmitterKind, first: Day, last: Day) -> bool {
        let before = (self.first_day, self.last_day);
        self.first_day = self.first_day.min(first);
        self.last_day = self.last_day.max(last);
        if keep::period(before.1) != keep::period(self.last_day) {
            keep::cut(self, kind);
        }
        before != (self.first_day, self.last_day)
    }
}

#[cfg(test)]
#[path = "poll_tests.rs"]
mod tests;
