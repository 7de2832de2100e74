//! What is kept about one transmitter: the smallest voices, the smallest votes of each, and the span.

use crate::limits::{voices_max, votes_per_voice_max};
use crate::vote::Vote;
use cairn_evidence::Voice;
use cairn_ground::{Day, TransmitterKind};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One voice's votes for one transmitter, one a rank, rising, at most [`votes_per_voice_max`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ballot {
    pub(crate) rank: u64,
    pub(crate) voice: Voice,
    pub(crate) votes: Vec<Vote>,
}

/// All that is kept about one transmitter. Ballots rise by (rank, voice), at most [`voices_max`].
///
/// A function of the *set* of votes ever added: adding is idempotent and commutes (M1). Proof: a
/// ballot of the final poll has fewer than `voices_max` smaller voices in the whole set, hence in
/// every part of it, hence is never cut; likewise a vote within its ballot, since as voices come, never fewer,
/// no more votes of each are kept than before; and whatever is cut had
/// that many smaller ones, which are still there. Of votes with one rank the best stays: a rank of the
/// final ballot is never cut once seen, so its vote meets all others of its rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) first_day: Day,
    pub(crate) last_day: Day,
    pub(crate) ballots: Vec<Ballot>,
}

impl Ballot {
    /// Adds a vote to at most so many; false when that changes nothing.
    fn add(&mut self, vote: Vote, n_max: usize) -> bool {
        match self.votes.binary_search_by_key(&vote.rank(), Vote::rank) {
            Ok(index) if vote.is_better_than(&self.votes[index]) => self.votes[index] = vote,
            Ok(_) => return false,
            Err(index) if index >= n_max => return false,
            Err(index) => {
                self.votes.insert(index, vote);
                self.votes.truncate(n_max);
            }
        }
        true
    }

    /// Keeps at most so many votes, and no room for more.
    fn cut(&mut self, n_max: usize) {
        if self.votes.len() > n_max {
            self.votes.truncate(n_max);
            self.votes.shrink_to_fit();
        }
    }
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
        let widened = self.widen(vote.day(), vote.day());
        let place = self.ballots.binary_search_by_key(&(rank, voice), |b| (b.rank, b.voice));
        let changed = match place {
            Ok(index) => {
                let n_max = votes_per_voice_max(self.ballots.len());
                self.ballots[index].add(vote, n_max)
            }
            Err(index) if index >= voices_max(kind) => false,
            Err(index) => {
                self.ballots.insert(index, Ballot { rank, voice, votes: vec![vote] });
                self.ballots.truncate(voices_max(kind));
                let n_max = votes_per_voice_max(self.ballots.len());
                self.ballots.iter_mut().for_each(|ballot| ballot.cut(n_max));
                true
            }
        };
        widened || changed
    }

    /// Adds all that another poll of the same transmitter holds (M2); false when nothing changes.
    pub(crate) fn merge(&mut self, kind: TransmitterKind, other: &Self) -> bool {
        let mut changed = self.widen(other.first_day, other.last_day);
        for ballot in &other.ballots {
            for vote in &ballot.votes {
                changed |= self.add(kind, ballot.rank, ballot.voice, *vote);
            }
        }
        changed
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

    fn widen(&mut self, first: Day, last: Day) -> bool {
        let before = (self.first_day, self.last_day);
        self.first_day = self.first_day.min(first);
        self.last_day = self.last_day.max(last);
        before != (self.first_day, self.last_day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{CELL_VOICES_MAX, VOICES_MAX, VOTES_MAX, VOTES_PER_VOICE_MAX};
    use crate::worlds::evidence;

    const WIFI: TransmitterKind = TransmitterKind::Wifi;
    const LTE: TransmitterKind = TransmitterKind::Lte;

    fn vote(n: u64) -> Vote {
        let one = evidence(n, 0, (51.5, -0.25), &[(3, -61)]);
        Vote::of(&one, &one.heard[0])
    }

    #[test]
    fn one_voice_past_the_limit_costs_the_largest_rank() {
        let mut poll = Poll::empty();
        for rank in (1..=VOICES_MAX as u64).rev() {
            assert!(poll.add(WIFI, rank * 10, Voice(rank), vote(rank)));
        }
        assert!(!poll.add(WIFI, 9_999, Voice(1), vote(77)), "too large to be kept");
        assert!(poll.add(WIFI, 5, Voice(7), vote(78)));
        assert_eq!(poll.ballots.len(), VOICES_MAX);
        assert_eq!((poll.ballots[0].rank, poll.ballots[VOICES_MAX - 1].rank), (5, 230));
    }

    #[test]
    fn of_two_votes_of_one_report_the_surer_stays_whichever_came_first() {
        let sure = vote(1);
        let mut wide = evidence(1, 0, (51.6, -0.25), &[(3, -61)]);
        wide.heard[0].sigma_m = 9.0;
        let wide = Vote::of(&wide, &wide.heard[0]);
        for (first, second) in [(sure, wide), (wide, sure)] {
            let mut poll = Poll::empty();
            poll.add(WIFI, 1, Voice(1), first);
            poll.add(WIFI, 1, Voice(1), second);
            assert_eq!(poll.ballots[0].votes, [sure]);
            assert!(!poll.add(WIFI, 1, Voice(1), wide), "it changes nothing any more");
        }
    }

    #[test]
    fn one_vote_past_the_limit_costs_the_largest_and_a_vote_twice_costs_nothing() {
        let mut poll = Poll::empty();
        for n in 0..=VOTES_PER_VOICE_MAX as u64 {
            poll.add(WIFI, 1, Voice(1), vote(n));
        }
        let votes = &poll.ballots[0].votes;
        assert_eq!(votes.len(), VOTES_PER_VOICE_MAX);
        assert!(votes.is_sorted());
        let kept = votes[3];
        assert!(!poll.add(WIFI, 1, Voice(1), kept));
    }

    #[test]
    fn a_cell_keeps_more_voices_and_fewer_votes_of_each_whatever_comes_first() {
        let n_voices = 2 * CELL_VOICES_MAX as u64;
        let votes: Vec<(u64, u64)> =
            (0..n_voices).flat_map(|voice| (0..40).map(move |n| (voice, n))).collect();
        let fill = |votes: &mut dyn Iterator<Item = &(u64, u64)>| {
            let mut poll = Poll::empty();
            for (voice, n) in votes {
                poll.add(LTE, *voice, Voice(*voice), vote(1_000 * voice + n));
            }
            poll
        };
        let poll = fill(&mut votes.iter());
        assert_eq!(poll, fill(&mut votes.iter().rev()));
        let by_turn = |turn: u64| votes.iter().filter(move |(voice, n)| (voice + n) % 3 == turn);
        let mut merged = fill(&mut by_turn(2));
        merged.merge(LTE, &fill(&mut by_turn(0)));
        merged.merge(LTE, &fill(&mut by_turn(1)));
        assert_eq!(poll, merged);
        assert_eq!(poll.ballots.len(), CELL_VOICES_MAX);
        assert!(poll.ballots.iter().all(|b| b.votes.len() == VOTES_MAX / CELL_VOICES_MAX));
        let few = fill(&mut votes.iter().filter(|(voice, _)| *voice < 3));
        assert!(few.ballots.iter().all(|b| b.votes.len() == VOTES_PER_VOICE_MAX));
    }
}
