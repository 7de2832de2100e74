//! Which votes count, and for how much: each evidence once, each voice at most one.

use crate::limits::{voices_max, votes_per_voice_max};
use crate::poll::Poll;
use crate::vote::{Vote, halvings};
use cairn_evidence::Voice;
use cairn_ground::TransmitterKind;

/// A vote that counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) vote: Vote,
    /// Index of its ballot in the poll.
    pub(crate) ballot: u32,
    /// The votes of one ballot add up to one (M3).
    pub(crate) weight: f64,
}

/// A poll counted out.
#[derive(Debug)]
pub(crate) struct Tally {
    /// What the sampled voices say, in canonical order: by ballot, then by vote.
    pub(crate) counted: Vec<Counted>,
    /// What others said of late, in that order.
    pub(crate) late: Vec<Counted>,
    /// Distinct voices with a vote that counts, exact below [`voices_max`], else estimated.
    pub(crate) voices: u32,
    /// Distinct observations ever made, exact while no ballot is full, else estimated.
    pub(crate) observations: u32,
    /// Votes left out because their evidence counts under another voice.
    pub(crate) doubles: usize,
}

/// Counts a poll, leaving out one voice and all its evidence when asked to.
pub(crate) fn tally(kind: TransmitterKind, poll: &Poll, without: Option<Voice>) -> Tally {
    let banned = without
        .and_then(|voice| poll.ballots.iter().find(|ballot| ballot.voice == voice))
        .map_or(&[][..], |ballot| &ballot.votes);
    let mut counted = votes_of(kind, poll, without, banned);
    let n_before = counted.len();
    keep_first_of_each_rank(&mut counted);
    let doubles = n_before - counted.len();
    weigh(&mut counted);
    let n_sampled = poll.n_sampled(kind);
    let late = counted.split_off(counted.partition_point(|one| (one.ballot as usize) < n_sampled));
    Tally {
        doubles,
        voices: of_all_voices(kind, poll, counted.chunk_by(same_ballot).count() as u64),
        observations: of_all_voices(kind, poll, observations_kept(kind, poll, &counted)),
        counted,
        late,
    }
}

fn same_ballot(a: &Counted, b: &Counted) -> bool {
    a.ballot == b.ballot
}

/// The votes of the sampled ballots that are kept whatever their day, then all of the late ones.
fn votes_of(
    kind: TransmitterKind,
    poll: &Poll,
    without: Option<Voice>,
    banned: &[Vote],
) -> Vec<Counted> {
    let is_banned = |vote: &Vote| banned.binary_search_by_key(&vote.rank(), Vote::rank).is_ok();
    let late = poll.late(kind).iter().map(|ballot| (ballot, &ballot.votes[..]));
    let mut votes = Vec::with_capacity(poll.ballots.iter().map(|b| b.votes.len()).sum());
    for (index, (ballot, kept)) in (0..).zip(poll.sampled(kind).chain(late)) {
        if Some(ballot.voice) == without {
            continue;
        }
        let asked = kept.iter().filter(|vote| !is_banned(vote));
        votes.extend(asked.map(|vote| Counted { vote: *vote, ballot: index, weight: 1.0 }));
    }
    votes
}

/// Drops all but the first vote of each evidence: a report sent again under a new day's voice, or
/// with another day of receipt, is still one report.
fn keep_first_of_each_rank(counted: &mut Vec<Counted>) {
    let mut ranks: Vec<_> = (0u32..).zip(counted.iter()).map(|(n, c)| (c.vote.rank(), n)).collect();
    ranks.sort_unstable();
    let doubles = |pair: &[(u64, u32)]| (pair[0].0 == pair[1].0).then_some(pair[1].1);
    let mut dropped: Vec<_> = ranks.windows(2).filter_map(doubles).collect();
    if dropped.is_empty() {
        return;
    }
    dropped.sort_unstable();
    let mut index = 0;
    counted.retain(|_| {
        index += 1;
        dropped.binary_search(&(index - 1)).is_err()
    });
}

/// Gives the votes of each ballot equal weights that add up to one.
fn weigh(counted: &mut [Counted]) {
    for ballot in counted.chunk_by_mut(same_ballot) {
        #[expect(clippy::cast_precision_loss, reason = "at most a few dozen votes")]
        let weight = 1.0 / ballot.len() as f64;
        for one in ballot {
            one.weight = weight;
        }
    }
}

/// A number counted over the sampled voices, scaled up to all voices there ever were.
fn of_all_voices(kind: TransmitterKind, poll: &Poll, kept: u64) -> u32 {
    let n_sampled = poll.n_sampled(kind);
    let largest = poll.sampled(kind).last().map_or(0, |(ballot, _)| ballot.rank);
    let voices = distinct(n_sampled, voices_max(kind), largest);
    let scaled = kept.saturating_mul(u64::from(voices)) / (n_sampled as u64).max(1);
    u32::try_from(scaled).unwrap_or(u32::MAX)
}

/// Observations of the voices that count.
fn observations_kept(kind: TransmitterKind, poll: &Poll, counted: &[Counted]) -> u64 {
    let n_max = votes_per_voice_max(poll.n_sampled(kind));
    let kept: Vec<&[Vote]> = poll.sampled(kind).map(|(_, votes)| votes).collect();
    counted
        .chunk_by(same_ballot)
        .map(|votes| observations_of(kind, kept[votes[0].ballot as usize], n_max, votes.len()))
        .map(u64::from)
        .sum()
}

/// Observations of one voice: what counts of it, or the estimate when its ballot is full.
///
/// # Source
/// Duffield, Lund, Thorup, *Priority sampling for estimation of arbitrary subset sums*, J. ACM 54
/// (2007): each vote below the largest rank stands for the inverse of its chance to be kept.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, not negative; the cast saturates"
)]
fn observations_of(kind: TransmitterKind, votes: &[Vote], n_max: usize, n_counted: usize) -> u32 {
    let [kept @ .., last] = votes else { return 0 };
    if votes.len() < n_max {
        return u32::try_from(n_counted).unwrap_or(u32::MAX);
    }
    let share = share_of_all(last.rank());
    let stands_for = |vote: &Vote| {
        let chance = share * f64::from(1_u32 << halvings(kind, vote.rssi_dbm()));
        chance.min(1.0).recip()
    };
    kept.iter().map(stands_for).sum::<f64>().round() as u32
}

/// The share of all ranks that are at most `rank`.
#[expect(clippy::cast_precision_loss, reason = "53 bits suffice")]
const fn share_of_all(rank: u64) -> f64 {
    (rank as f64 + 1.0) / (u64::MAX as f64 + 1.0)
}

/// Distinct members of a set whose `n` smallest ranks are kept, of at most `k`.
///
/// # Source
/// Bar-Yossef, Jayram, Kumar, Sivakumar, Trevisan, *Counting distinct elements in a data stream*
/// (2002), unbiased form of Beyer et al. (2007): (k − 1) / (kth smallest hash as a share of all).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate: 53 bits suffice, and the cast saturates"
)]
fn distinct(n: usize, k: usize, largest: u64) -> u32 {
    if n < k {
        return u32::try_from(n).unwrap_or(u32::MAX);
    }
    (((k - 1) as f64 / share_of_all(largest)).round() as u32).max(k as u32)
}

#[cfg(test)]
#[path = "count_tests.rs"]
mod tests;
