//! Tests of what a poll keeps: the same whatever came first, in whatever parts.

use super::*;
use crate::limits::{
    CELL_VOICES_MAX, LATE_VOICES_MAX, LATE_VOTES_MAX, VOICES_MAX, VOTES_MAX, VOTES_PER_VOICE_MAX,
    ballots_max,
};
use crate::mix::voice_rank;
use crate::worlds::{evidence, wifi};
use proptest::prelude::*;
use std::collections::BTreeMap;

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

/// A vote of the evidence `n` on a day.
fn on(day: u16, n: u64) -> Vote {
    let mut one = evidence(n, 0, (51.5, -0.25), &[(3, -61)]);
    one.day = Day::new(18_004 + day);
    Vote::of(&one, &one.heard[0])
}

fn poll_of(kind: TransmitterKind, votes: &[(u64, Vote)]) -> Poll {
    let mut poll = Poll::empty();
    for (voice, vote) in votes {
        poll.add(kind, voice_rank(Voice(*voice), wifi(3)), Voice(*voice), *vote);
    }
    poll
}

#[test]
fn the_voices_of_late_keep_places_of_their_own_however_many_spoke_before() {
    let old = (0..300).map(|voice| (voice, on(u16::try_from(voice % 200).unwrap(), voice)));
    let new = (1_000..1_100).map(|voice| (voice, on(230, voice)));
    let poll = poll_of(WIFI, &old.clone().chain(new).collect::<Vec<_>>());
    let last = Day::new(18_004 + 230);
    let is_new = |ballot: &&Ballot| ballot.votes.iter().any(|vote| vote.day() == last);
    assert_eq!(poll.ballots.iter().filter(is_new).count().min(LATE_VOICES_MAX), LATE_VOICES_MAX);
    assert!(poll.ballots.len() <= ballots_max(WIFI));
    assert!(poll.late(WIFI).iter().all(|ballot| is_new(&ballot)), "nothing else is kept beside");
    let before = poll_of(WIFI, &old.collect::<Vec<_>>());
    let sampled = |poll: &Poll| poll.sampled(WIFI).filter(|(b, _)| b.voice.0 < 300).count();
    assert!(sampled(&poll) > VOICES_MAX / 2, "the others are as many as their share");
    assert!(before.late(WIFI).len() <= 2 * LATE_VOICES_MAX && sampled(&before) == VOICES_MAX);
    let mut later = before;
    assert!(later.add(WIFI, u64::MAX, Voice(5_000), on(400, 5_000)));
    assert_eq!(later.late(WIFI).len(), 1, "what was late once leaves");
}

#[test]
fn a_voice_that_says_much_keeps_what_it_says_of_late() {
    let votes: Vec<_> = (0..500).map(|n| (1, on(u16::from(n >= 490) * 100, n))).collect();
    let poll = poll_of(WIFI, &votes);
    let [ballot] = &poll.ballots[..] else { panic!("{poll:?}") };
    let late = ballot.votes.iter().filter(|vote| vote.day() == poll.last_day).count();
    assert!((LATE_VOTES_MAX..=10).contains(&late), "{late}");
    let (_, sampled) = poll.sampled(WIFI).next().unwrap();
    assert_eq!(sampled.len(), VOTES_PER_VOICE_MAX, "and it counts as it did");
}

proptest! {
    #[test]
    fn what_is_kept_is_the_same_in_whatever_order_and_parts(
        votes in prop::collection::vec((0u64..60, 0u64..40), 1..500),
        parts in prop::collection::vec(0usize..4, 500),
    ) {
        // invariant: M1, M2
        for kind in [WIFI, LTE] {
            let day = |voice: u64, n: u64| u16::try_from((3 * voice + n) % 70).unwrap();
            let votes: Vec<_> =
                votes.iter().map(|(voice, n)| (*voice, on(day(*voice, *n), 100 * voice + n))).collect();
            let poll = poll_of(kind, &votes);
            prop_assert!(keep::is_whole(&poll, kind));
            let back: Vec<_> = votes.iter().rev().copied().collect();
            prop_assert_eq!(&poll_of(kind, &back), &poll);
            let mut merged = Poll::empty();
            for part in 0..4 {
                let of_part = votes.iter().zip(&parts).filter(|(_, at)| **at == part);
                merged.merge(kind, &poll_of(kind, &of_part.map(|(vote, _)| *vote).collect::<Vec<_>>()));
            }
            prop_assert_eq!(&merged, &poll);
            prop_assert!(!merged.merge(kind, &poll), "nothing new");
            prop_assert_eq!(&kept_of(kind, &votes), &poll);
        }
    }
}

/// What is to stay, told from all votes at once.
fn kept_of(kind: TransmitterKind, votes: &[(u64, Vote)]) -> Poll {
    let days = || votes.iter().map(|(_, vote)| vote.day());
    let (first_day, last_day) = (days().min().unwrap(), days().max().unwrap());
    let mut all: BTreeMap<(u64, Voice), BTreeSet<Vote>> = BTreeMap::new();
    for (voice, vote) in votes {
        let order = (voice_rank(Voice(*voice), wifi(3)), Voice(*voice));
        all.entry(order).or_default().insert(*vote);
    }
    let n_max = votes_per_voice_max(all.len().min(voices_max(kind)));
    let mut kept: BTreeMap<(u64, Voice), BTreeSet<Vote>> = BTreeMap::new();
    for (order, votes) in all.iter().take(voices_max(kind)) {
        kept.entry(*order).or_default().extend(votes.iter().take(n_max));
    }
    for before in 0..2 {
        let is_late = |vote: &&Vote| keep::period(vote.day()) + before == keep::period(last_day);
        let late = all.iter().filter(|(_, votes)| votes.iter().any(|vote| is_late(&vote)));
        for (order, votes) in late.take(LATE_VOICES_MAX) {
            kept.entry(*order)
                .or_default()
                .extend(votes.iter().filter(is_late).take(LATE_VOTES_MAX));
        }
    }
    let ballot = |((rank, voice), votes): ((u64, Voice), BTreeSet<Vote>)| Ballot {
        rank,
        voice,
        votes: votes.into_iter().collect(),
    };
    Poll { first_day, last_day, ballots: kept.into_iter().map(ballot).collect() }
}
