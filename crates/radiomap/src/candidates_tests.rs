//! Tests of the candidates: whom they leave out could not have been sampled, or they say so.

use super::*;
use crate::settings::Settings;
use crate::worlds::evidence;
use cairn_evidence::Evidence;

/// Evidence of (identity, voice), hearing so many transmitters.
fn hearing(id: u64, voice: u64, n: u64) -> Evidence {
    let heard: Vec<_> = (0..n).map(|n| (n, -50)).collect();
    evidence(id, voice, (51.5, -0.25), &heard)
}

/// Of each three voices one has yardsticks, the others hear one transmitter at a time.
fn mostly_alone() -> Vec<Evidence> {
    (0..3_000u64).map(|n| hearing(n, n % 1_000, if n % 1_000 % 3 == 0 { 2 } else { 1 })).collect()
}

fn candidates_of(all: &[Evidence], factor: u16) -> Candidates {
    let mut candidates = Candidates::new(factor);
    for one in all {
        candidates.add(one.voice, one.fix_sigma_m);
    }
    candidates
}

/// The map of the whole evidence that these let through.
fn sampled(all: &[Evidence], candidates: &Candidates) -> RadioMap {
    let voices: BTreeSet<Voice> = candidates.voices().collect();
    let wanted = |one: &&Evidence| {
        voices.contains(&one.voice) && Candidates::may_be_yardstick(one.fix_sigma_m)
    };
    let mut map = RadioMap::new(Settings::standard());
    all.iter().filter(wanted).for_each(|one| map.add_whole(one));
    map
}

fn sample_of(all: &[Evidence]) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    for one in all {
        map.add_whole(one);
    }
    map
}

#[test]
fn voices_without_a_yardstick_are_found_out_and_a_greater_factor_settles_it() {
    let all = mostly_alone();
    let of = |factor: u16| {
        let candidates = candidates_of(&all, factor);
        let map = sampled(&all, &candidates);
        (map.is_settled(&candidates), map)
    };
    assert!(!of(1).0, "128 of 1,000 voices hold some 43 yardsticks");
    let factor = (1..8).find(|factor| of(1 << factor).0).expect("some factor is enough");
    assert_eq!(of(1 << factor).1, sample_of(&all));
}

#[test]
fn evidence_offered_for_another_reason_settles_nothing() {
    let all = mostly_alone();
    let candidates = candidates_of(&all, 1);
    let mut map = sampled(&all, &candidates);
    let mut others: Vec<_> = all.iter().collect();
    others.sort_by_key(|one| std::cmp::Reverse(voice_order(one.voice)));
    others[..1_500].iter().for_each(|one| map.add_whole(one));
    assert_eq!(map.sample.voices.len(), SAMPLE_VOICES_MAX);
    assert!(!map.is_settled(&candidates));
}

#[test]
fn few_voices_are_settled_at_once_and_nothing_unsure_is_let_through() {
    let mut all: Vec<_> = (0..500u64).map(|n| hearing(n, n % 40, 2)).collect();
    let candidates = candidates_of(&all, 1);
    let map = sampled(&all, &candidates);
    assert!(map.is_settled(&candidates));
    assert_eq!(map, sample_of(&all));
    for one in &mut all {
        one.fix_sigma_m = Some(33.1);
    }
    assert_eq!(candidates_of(&all, 1), Candidates::new(1));
}

#[test]
fn candidates_ignore_order_merge_are_bounded_and_read_back() {
    // invariant: M1, M2
    let of = |voices: &mut dyn Iterator<Item = u64>| {
        let mut candidates = Candidates::new(2);
        voices.for_each(|voice| candidates.add(Voice(voice), None));
        candidates
    };
    let whole = of(&mut (0..400));
    assert_eq!(of(&mut (0..400).rev().chain(5..70)), whole);
    let mut merged = of(&mut (0..310));
    merged.merge(&of(&mut (290..400)));
    assert_eq!(merged, whole);
    assert_eq!((whole.voices().count(), whole.is_cut), (2 * SAMPLE_VOICES_MAX, true));
    let full = 2 * SAMPLE_VOICES_MAX as u64;
    assert!(!of(&mut (0..full).chain(0..full)).is_cut, "nobody was left out");
    assert_eq!(Candidates::from_bytes(&whole.to_bytes()), Some(whole));
}

#[test]
fn bytes_that_no_candidates_write_are_none() {
    let good = candidates_of(&mostly_alone(), 1).to_bytes();
    assert!(Candidates::from_bytes(&good).is_some());
    assert_eq!(Candidates::from_bytes(&good[..good.len() - 1]), None);
    let mut swapped = good;
    swapped[3..11].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(Candidates::from_bytes(&swapped), None, "voices out of order");
    assert_eq!(Candidates::from_bytes(&[]), None);
    assert_eq!(Candidates::from_bytes(&[0, 0, 0]), None, "a factor of nothing");
}

#[test]
fn only_a_stated_level_at_a_sure_place_may_be_a_fingerprint() {
    let floor = Floor::new(1).ok();
    assert!(Candidates::may_be_fingerprint(floor, None));
    assert!(Candidates::may_be_fingerprint(floor, Some(6.0)));
    assert!(!Candidates::may_be_fingerprint(floor, Some(6.1)));
    assert!(!Candidates::may_be_fingerprint(None, Some(1.0)));
}
