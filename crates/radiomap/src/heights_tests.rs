//! Tests of heights: whose say how high, and how surely.

use super::*;
use crate::Settings;
use crate::worlds::{any_evidence, evidence};
use cairn_evidence::{Evidence, Height};
use proptest::prelude::*;

fn at(id: u64, voice: u64, stated_m: f32, level: Option<i32>) -> Evidence {
    Evidence {
        height: Some(Height { stated_m, sigma_m: 3.0 }),
        floor: level.map(|level| Floor::new(level).unwrap()),
        ..evidence(id, voice, (51.5, -0.25), &[(3, -61), (4, -70)])
    }
}

fn map_of(pieces: &[Evidence], voices_min: u32) -> RadioMap {
    let mut map = RadioMap::new(Settings { voices_min });
    map.learn(pieces, 1);
    map
}

#[test]
fn a_tile_is_as_high_as_most_of_its_voices_say_level_by_level() {
    let mut pieces: Vec<Evidence> = (0..9).map(|n| at(n, n, 80.0, None)).collect();
    pieces.extend((9..12).map(|n| at(n, n, 127.0, None)));
    pieces.extend((20..50).map(|n| at(n, 20, 92.0, Some(3))));
    pieces.push(Evidence { height: None, ..at(60, 60, 0.0, None) });
    let [street, third] = map_of(&pieces, 1).heights(1)[..] else { panic!("two levels") };
    assert_eq!((street.floor, street.hae_m), (None, 80));
    assert!((20.0..30.0).contains(&street.sigma_m), "a quarter stands 47 m off: {street:?}");
    assert_eq!((third.floor.map(Floor::get), third.hae_m), (Some(3), 92));
    assert!((third.sigma_m - 10.0).abs() < 1e-9, "one receiver is off by as much: {third:?}");
    assert_eq!(map_of(&pieces, 2).heights(1).len(), 1, "one voice alone is too few then");
}

#[test]
fn heights_that_agree_on_nothing_say_nothing() {
    let pieces: Vec<Evidence> =
        (0..8).map(|n| at(n, n, if n % 2 == 0 { 10.0 } else { 110.0 }, None)).collect();
    assert_eq!(map_of(&pieces, 1).heights(1), []);
}

#[test]
fn one_phone_s_reports_sent_again_under_another_voice_are_no_second_voice() {
    // Each report hears six transmitters, whose polls keep the voices in six orders.
    let heard: Vec<(u64, i8)> = (0..6).map(|n| (n, -60)).collect();
    let sent_as = |voice: u64| {
        let heard = heard.clone();
        (0..5).map(move |n| Evidence {
            height: at(n, 0, 80.0, None).height,
            ..evidence(n, voice, (51.5, -0.25), &heard)
        })
    };
    for again in 1..20 {
        let pieces: Vec<Evidence> = sent_as(0).chain(sent_as(again)).collect();
        assert_eq!(map_of(&pieces, 2).heights(1), [], "as voice {again}");
        assert_eq!(map_of(&pieces, 1).heights(1).len(), 1);
    }
    let own = evidence(9, 1, (51.5, -0.25), &heard);
    let other = Evidence { height: at(9, 1, 80.0, None).height, ..own };
    let pieces: Vec<Evidence> = sent_as(0).chain([other]).collect();
    assert_eq!(map_of(&pieces, 2).heights(1).len(), 1, "a report of its own is one");
}

proptest! {
    #[test]
    fn neither_order_nor_threads_matter(
        pieces in prop::collection::vec((any_evidence(), -50..200_i16), 1..60), shift in 0..60_usize,
    ) {
        let pieces: Vec<Evidence> = pieces.into_iter().map(|(one, height)| Evidence {
            height: Some(Height { stated_m: f32::from(height), sigma_m: 3.0 }),
            ..one
        }).collect();
        let mut turned = pieces.clone();
        turned.rotate_left(shift % pieces.len());
        let all = map_of(&pieces, 1).heights(1);
        prop_assert_eq!(&map_of(&turned, 1).heights(3), &all);
    }
}
