//! Tests of the map's laws: order, repetition, merging, threads, and one voice against twenty.

use super::*;
use crate::worlds::{any_evidence, evidence, wifi};
use cairn_ground::{Day, Geodesic, LatLng, Mobility};
use proptest::prelude::*;

fn map_of(evidence: &[Evidence]) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    map.learn(evidence, 1);
    map
}

/// The `n`th of equal steps from `start`.
fn degrees(start: f64, n: u64, step: f64) -> f64 {
    f64::from(u32::try_from(n).unwrap()).mul_add(step, start)
}

/// Evidence with one of its shuffles.
fn any_shuffle() -> impl Strategy<Value = (Vec<Evidence>, Vec<Evidence>)> {
    prop::collection::vec(any_evidence(), 0..300)
        .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn learning_ignores_order_repetition_and_threads((all, shuffled) in any_shuffle()) {
        // invariant: M1
        let want = map_of(&all);
        for threads in 1..=3 {
            let mut map = RadioMap::new(Settings::standard());
            map.learn(&shuffled, threads);
            map.learn(&all[..all.len() / 2], threads);
            prop_assert_eq!(map.digest(), want.digest(), "{} threads", threads);
            prop_assert_eq!(map.beliefs(threads), want.beliefs(1));
        }
        let samples: Vec<_> = want.calibration_samples().collect();
        let again = map_of(&shuffled);
        prop_assert_eq!(again.calibration_samples().collect::<Vec<_>>(), samples);
    }

    #[test]
    fn merging_two_maps_is_learning_both_sets(
        (all, shuffled) in any_shuffle(),
        cut in 0usize..300,
        overlap in 0usize..50,
    ) {
        // invariant: M2
        let cut = cut.min(shuffled.len());
        let mut merged = map_of(&shuffled[cut.saturating_sub(overlap)..]);
        merged.merge(map_of(&shuffled[..cut]));
        prop_assert_eq!(merged.digest(), map_of(&all).digest());
        let before = merged.clone();
        merged.take_dirty();
        merged.merge(before.clone());
        prop_assert_eq!(&merged, &before);
        prop_assert!(merged.take_dirty().is_empty(), "merging with itself changes nothing");
    }
}

#[test]
fn a_poll_far_over_its_limits_still_ignores_order() {
    // invariant: M1
    let all: Vec<_> = (0..6_000u64)
        .map(|n| evidence(n, n % 60, (degrees(51.5, n, 1e-7), -0.25), &[(1, -50), (2, -60)]))
        .collect();
    let backwards: Vec<_> = all.iter().rev().cloned().collect();
    let want = map_of(&all);
    assert_eq!(map_of(&backwards).digest(), want.digest());
    let belief = want.belief(wifi(1)).unwrap();
    assert!((35..=100).contains(&belief.voices), "{}", belief.voices);
    assert!((3_000..=11_000).contains(&belief.observations), "{}", belief.observations);
}

#[test]
fn only_what_changed_is_dirty() {
    let one = evidence(1, 1, (51.5, -0.25), &[(1, -50), (2, -60)]);
    let mut map = map_of(std::slice::from_ref(&one));
    assert_eq!(map.take_dirty(), BTreeSet::from([wifi(1), wifi(2)]));
    map.add(&one);
    assert!(map.take_dirty().is_empty(), "learned twice changes nothing");
    map.add(&evidence(2, 1, (51.5, -0.25), &[(2, -61)]));
    assert_eq!(map.take_dirty(), BTreeSet::from([wifi(2)]));
}

#[test]
fn beliefs_come_in_the_order_of_their_transmitters_and_equal_those_asked_for_one_by_one() {
    let all: Vec<_> = (0..500u64)
        .map(|n| evidence(n, n % 7, (51.5, degrees(-0.25, n, 1e-5)), &[(n % 90, -60)]))
        .collect();
    let map = map_of(&all);
    let beliefs = map.beliefs(2);
    assert_eq!(beliefs.len(), 90);
    assert!(beliefs.is_sorted_by_key(|belief| belief.id));
    for belief in &beliefs {
        assert_eq!(map.belief(belief.id), Some(*belief));
    }
}

/// Twenty honest voices, some votes each within 35 m of (51.5, −0.25).
fn honest(votes_each: u64) -> Vec<Evidence> {
    let spot = |n: u64| {
        let (turn, reach) = (degrees(0.0, n, 2.4), degrees(3e-5, n % 10, 3e-5));
        (reach.mul_add(turn.sin(), 51.5), (reach * 1.6).mul_add(turn.cos(), -0.25))
    };
    (0..20 * votes_each).map(|n| evidence(n, n / votes_each, spot(n), &[(1, -70)])).collect()
}

fn moved_m(before: &[Evidence], after: &[Evidence]) -> f64 {
    let place = |all: &[Evidence]| map_of(all).belief(wifi(1)).unwrap().place;
    Geodesic.distance_m(place(before), place(after))
}

#[test]
fn a_thousand_reports_of_one_voice_against_twenty_honest_ones_move_the_belief_by_meters() {
    // invariant: M3
    for (votes_each, distance_deg, dbm) in
        [(10, 0.002, -70), (10, 0.008, -30), (10, 0.04, -10), (10, 2.0, -10), (1, 0.0005, -70)]
    {
        let honest = honest(votes_each);
        let flood = (0..1_000u64).map(|n| {
            let place = (degrees(51.5 + distance_deg, n, 1e-7), -0.25);
            evidence(10_000 + n, 999, place, &[(1, dbm)])
        });
        let all: Vec<_> = honest.iter().cloned().chain(flood).collect();
        let moved_m = moved_m(&honest, &all);
        assert!(moved_m < 5.0, "{distance_deg} degrees at {dbm} dBm: {moved_m:.1} m");
        let belief = map_of(&all).belief(wifi(1)).unwrap();
        assert_eq!(belief.mobility, Mobility::Fixed);
    }
}

#[test]
fn what_a_voice_taught_is_forgotten_without_it() {
    let honest = honest(10);
    let liar = evidence(900, 999, (51.6, -0.25), &[(1, -50)]);
    let all: Vec<_> = honest.iter().cloned().chain([liar]).collect();
    let with = map_of(&all);
    let without = with.belief_without(wifi(1), Voice(999)).unwrap();
    let never = map_of(&honest).belief(wifi(1)).unwrap();
    assert_eq!((without.place, without.voices), (never.place, never.voices));
    let lone = map_of(&all[..1]);
    assert!(lone.belief(wifi(1)).is_some());
    assert_eq!(lone.belief_without(wifi(1), Voice(0)), None);
}

#[test]
fn too_few_voices_are_not_believed_and_the_explanation_says_so() {
    let mut map = RadioMap::new(Settings { voices_min: 2 });
    map.add(&evidence(1, 1, (51.5, -0.25), &[(1, -50)]));
    assert_eq!(map.belief(wifi(1)), None);
    let explanation = map.explain(wifi(1)).unwrap();
    assert_eq!(explanation.remarks, [crate::Remark::TooFewVoices { voices: 1, needed: 2 }]);
    assert_eq!(explanation.voices[0].votes[0].place, None, "withheld");
    map.add(&evidence(2, 2, (51.5, -0.25), &[(1, -50)]));
    assert_eq!(map.belief(wifi(1)).unwrap().voices, 2);
    assert_eq!(map.explain(wifi(9)), None);
}

#[test]
fn an_explanation_accounts_for_every_vote_that_counts() {
    let map = map_of(&honest(10));
    let explanation = map.explain(wifi(1)).unwrap();
    assert_eq!(explanation.belief, map.belief(wifi(1)));
    assert_eq!((explanation.voices.len(), explanation.remarks.len()), (20, 0));
    for voice in &explanation.voices {
        let total: f64 = voice.votes.iter().map(|vote| vote.weight).sum();
        assert!((total - 1.0).abs() < 1e-9);
        for vote in &voice.votes {
            assert!(vote.residual_m.unwrap() < 80.0 && vote.place.is_some());
        }
    }
}

#[test]
fn a_moving_transmitter_leaves_no_track() {
    let all: Vec<_> =
        (0..12u64).map(|n| evidence(n, n, (degrees(51.5, n, 0.1), -0.25), &[(1, -60)])).collect();
    let explanation = map_of(&all).explain(wifi(1)).unwrap();
    assert_eq!(explanation.remarks, [crate::Remark::Moving]);
    let mut votes = explanation.voices.iter().flat_map(|voice| &voice.votes);
    assert!(votes.all(|vote| vote.place.is_none()));
}

#[test]
fn a_transmitter_on_the_date_line_stands_there() {
    let at = |n: u64, lng| evidence(n, n, (-17.0, lng), &[(1, -60)]);
    let all = [at(1, 179.9999), at(2, -179.9999), at(3, 179.9999), at(4, -179.9999)];
    let place = map_of(&all).belief(wifi(1)).unwrap().place;
    let line = LatLng::new(-17.0, 180.0).unwrap();
    assert!(Geodesic.distance_m(place, line) < 12.0, "{place:?}");
}

/// A popular box: more voices than are kept walk up and down its street.
fn popular(n_voices: u64) -> Vec<Evidence> {
    let look = |voice: u64, step: u64| {
        let at = (degrees(51.5, (voice * 7 + step) % 11, 2e-5), degrees(-0.25, voice % 5, 3e-5));
        evidence(voice * 10 + step, voice, at, &[(1, -60)])
    };
    (0..n_voices).flat_map(|voice| (0..3).map(move |step| look(voice, step))).collect()
}

#[test]
fn a_far_lie_moves_a_popular_box_by_nothing_though_it_takes_an_honest_voice_s_place() {
    let honest = popular(3 * crate::limits::VOICES_MAX as u64);
    let before = map_of(&honest);
    let place = before.belief(wifi(1)).unwrap().place;
    let mut n_kept = 0;
    for liar in 1_000..1_030 {
        let mut after = map_of(&honest);
        after.learn(&[evidence(99_999, liar, (51.505, -0.25), &[(1, -38)])], 1);
        n_kept += usize::from(after.digest() != before.digest());
        let moved_m = Geodesic.distance_m(after.belief(wifi(1)).unwrap().place, place);
        assert!(moved_m < 0.1, "liar {liar} moves it by {moved_m} m");
    }
    assert!(n_kept > 3, "{n_kept} of 30 lies are kept at all");
}

#[test]
fn a_box_heard_daily_for_a_year_is_found_within_weeks_where_it_was_carried_to() {
    let on = |day: u16, lat_deg: f64| {
        let n = u64::from(day);
        let at = (degrees(lat_deg, n % 7, 2e-5), degrees(-0.25, n % 5, 3e-5));
        Evidence { day: Day::new(18_000 + day), ..evidence(n, n, at, &[(1, -60)]) }
    };
    let year = (0..365).map(|day| on(day, 51.5));
    let told = |n: u16| {
        map_of(&year.clone().chain((366..366 + n).map(|day| on(day, 51.52))).collect::<Vec<_>>())
    };
    let lat_deg = |n: u16| told(n).belief(wifi(1)).unwrap().place.lat_deg();
    assert!(lat_deg(4) < 51.51, "four days are too few");
    let found = (5..29).find(|n| lat_deg(*n) > 51.51);
    assert!(found.is_some_and(|n| n <= 21), "{found:?} days");
    assert!((29..60).step_by(5).all(|n| lat_deg(n) > 51.51), "and there it stays");
}
