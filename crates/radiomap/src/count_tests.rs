//! Tests of counting: one evidence counts once, one voice weighs one, counts are about right.

use super::*;
use crate::limits::{VOICES_MAX, VOTES_PER_VOICE_MAX};
use crate::mix::{voice_rank, vote_rank};
use crate::worlds::{evidence, wifi};
use cairn_evidence::EvidenceId;

const WIFI: TransmitterKind = TransmitterKind::Wifi;

fn poll_of(pairs: impl IntoIterator<Item = (u64, u64)>) -> Poll {
    let mut poll = Poll::empty();
    for (id, voice) in pairs {
        let one = evidence(id, voice, (51.5, -0.25), &[(3, -61)]);
        poll.add(WIFI, voice_rank(one.voice, wifi(3)), one.voice, Vote::of(&one, &one.heard[0]));
    }
    poll
}

#[test]
fn the_votes_of_a_voice_add_up_to_one() {
    // invariant: M3
    let tally = tally(WIFI, &poll_of((0..20).map(|id| (id, u64::from(id >= 17)))), None);
    assert_eq!((tally.voices, tally.observations, tally.doubles), (2, 20, 0));
    for index in 0..2 {
        let total: f64 = tally.counted.iter().filter(|c| c.ballot == index).map(|c| c.weight).sum();
        assert!((total - 1.0).abs() < 1e-12, "{total}");
    }
}

#[test]
fn evidence_sent_again_under_another_voice_counts_once() {
    let once = tally(WIFI, &poll_of([(1, 5), (2, 5), (3, 6)]), None);
    let again = tally(WIFI, &poll_of([(1, 5), (2, 5), (3, 6), (1, 6)]), None);
    assert_eq!((once.counted.len(), once.doubles), (3, 0));
    assert_eq!((again.counted.len(), again.doubles, again.observations), (3, 1, 3));
    let retry = tally(WIFI, &poll_of([(1, 5), (2, 5), (1, 6), (2, 6)]), None);
    assert_eq!(retry.voices, 1, "a retry after midnight is no second person");
}

#[test]
fn leaving_a_voice_out_leaves_its_evidence_out_wherever_it_was_sent() {
    let left = tally(WIFI, &poll_of([(1, 5), (2, 5), (3, 6), (1, 6)]), Some(Voice(5)));
    let ranks: Vec<_> = left.counted.iter().map(|c| c.vote.rank()).collect();
    assert_eq!(ranks, [vote_rank(EvidenceId(3), wifi(3)) >> halvings(WIFI, Some(-61))]);
    assert_eq!(left.voices, 1);
    let none = tally(WIFI, &poll_of([(1, 5)]), Some(Voice(5)));
    assert!(none.counted.is_empty() && none.voices == 0);
}

#[test]
fn a_thousand_voices_are_counted_from_the_few_that_are_kept() {
    let poll = poll_of((0..1_000).map(|n| (n, n)));
    let tally = tally(WIFI, &poll, None);
    assert_eq!(poll.ballots.len(), VOICES_MAX);
    // 1/√22 is 21 %: within three of that.
    assert!((400..1_900).contains(&tally.voices), "{}", tally.voices);
    assert_eq!(tally.observations, tally.voices);
}

#[test]
fn a_thousand_reports_of_one_voice_are_counted_from_the_few_that_are_kept() {
    let tally = tally(WIFI, &poll_of((0..1_000).map(|n| (n, 7))), None);
    assert_eq!((tally.voices, tally.counted.len()), (1, VOTES_PER_VOICE_MAX));
    assert!((500..1_700).contains(&tally.observations), "{}", tally.observations);
}

#[test]
fn of_more_votes_than_fit_the_loud_are_kept_and_all_are_counted() {
    let mut poll = Poll::empty();
    for id in 0..1_000 {
        let dbm = if id % 10 == 0 { -50 } else { -94 };
        let one = evidence(id, 7, (51.5, -0.25), &[(3, dbm)]);
        poll.add(WIFI, voice_rank(one.voice, wifi(3)), one.voice, Vote::of(&one, &one.heard[0]));
    }
    let tally = tally(WIFI, &poll, None);
    let n_loud = tally.counted.iter().filter(|c| c.vote.rssi_dbm() == Some(-50)).count();
    assert!(n_loud > VOTES_PER_VOICE_MAX * 3 / 4, "{n_loud}");
    assert!((100..4_000).contains(&tally.observations), "{}", tally.observations);
}
