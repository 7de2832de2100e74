//! Tests of whose word does not count.

use super::*;
use crate::worlds::{any_evidence, evidence, wifi};
use crate::{Remark, Scanned, Settings, scan};
use cairn_evidence::{Evidence, Heard};
use cairn_ground::{CellId, CellRadio, Day, Geodesic, LatLng};
use proptest::prelude::*;
use std::io::Cursor;

/// Degrees north of a street of boxes, 20 m apart.
const HOME: f64 = 51.5;
/// A kilometre north of it.
const AWAY: f64 = 51.509;
/// Who lies, where anybody does.
const LIAR: u64 = 99;

fn cell() -> TransmitterId {
    TransmitterId::Cell(CellId::new(CellRadio::Lte, 262, 1, 29_100, 7).unwrap())
}

/// A voice walks along boxes of one network, each heard right there, and hears a cell everywhere.
fn walk(voice: u64, lat_deg: f64, boxes: std::ops::Range<u64>) -> Vec<Evidence> {
    walk_by(voice, lat_deg, boxes, 1)
}

/// The same along boxes of so many networks.
fn walk_by(
    voice: u64,
    lat_deg: f64,
    boxes: std::ops::Range<u64>,
    n_networks: u64,
) -> Vec<Evidence> {
    let place = |n: u64| (lat_deg, f64::from(u32::try_from(n).unwrap()).mul_add(3e-4, -0.25));
    let one = |n: u64| {
        let heard: Vec<_> = (0..n_networks).map(|network| (16 * n + network, -55)).collect();
        let mut one = evidence(1_000 * voice + n, voice, place(n), &heard);
        one.heard.push(Heard { transmitter: cell(), rssi_dbm: Some(-90), ..one.heard[0] });
        one
    };
    boxes.map(one).collect()
}

fn judged(pieces: &[Evidence]) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    map.learn(pieces, 1);
    map.judge_voices(1);
    map
}

fn silent(map: &RadioMap) -> Vec<u64> {
    map.discredited().iter().map(|voice| voice.0).collect()
}

fn honest() -> Vec<Evidence> {
    (0..8).flat_map(|voice| walk(voice, HOME, 0..12)).collect()
}

#[test]
fn who_is_contradicted_by_most_boxes_is_not_asked_about_a_cell_either() {
    let without = judged(&honest());
    let mut told = honest();
    told.extend(walk(LIAR, AWAY, 0..12));
    let mut map = RadioMap::new(Settings::standard());
    map.learn(&told, 1);
    let before = map.belief(cell()).unwrap();
    let moved_m = |place: LatLng| Geodesic.distance_m(place, without.belief(cell()).unwrap().place);
    assert!(moved_m(before.place) > 20.0, "a lie pulls while nobody is judged");
    map.judge_voices(1);
    assert_eq!(silent(&map), [LIAR]);
    for id in [cell(), wifi(16 * 3)] {
        assert_eq!(map.belief(id).unwrap().place, without.belief(id).unwrap().place);
        assert_eq!(map.belief(id).unwrap().voices, 8);
    }
    let remarks = map.explain(cell()).unwrap().remarks;
    assert!(remarks.contains(&Remark::Discredited { voices: 1 }), "{remarks:?}");
    assert!(map.calibration_samples().all(|evidence| evidence.voice.0 != LIAR));
}

#[test]
fn few_boxes_that_moved_and_boxes_few_voices_know_discredit_nobody() {
    let mut told = honest();
    told.extend(walk(50, AWAY, 0..4));
    assert_eq!(silent(&judged(&told)), [0; 0], "four boxes of a shop that moved");
    told.extend(walk(51, AWAY, 0..7));
    told.extend(walk(51, HOME, 4..12));
    assert_eq!(silent(&judged(&told)), [0; 0], "wrong at first, then as the others");
    let few: Vec<_> = (0..4).flat_map(|voice| walk(voice, HOME, 0..12)).collect();
    let both: Vec<_> = few.into_iter().chain(walk(LIAR, AWAY, 0..12)).take(48).collect();
    assert_eq!(silent(&judged(&both)), [0; 0], "four voices are too few to say");
}

#[test]
fn the_networks_of_one_box_are_one_word() {
    let mut told: Vec<_> = (0..8).flat_map(|voice| walk_by(voice, HOME, 0..4, 6)).collect();
    told.extend(walk_by(50, AWAY, 0..4, 6));
    assert_eq!(silent(&judged(&told)), [0; 0], "24 networks of four boxes that moved");
    told.extend((0..8).flat_map(|voice| walk_by(voice, HOME, 4..5, 6)));
    told.extend(walk_by(50, AWAY, 4..5, 6));
    assert_eq!(silent(&judged(&told)), [50], "of five");
}

#[test]
fn boxes_that_travel_contradict_nobody() {
    let told: Vec<_> = (0..10_u32)
        .flat_map(|day| walk(u64::from(day), f64::from(day).mul_add(0.01, HOME), 0..12))
        .collect();
    assert_eq!(silent(&judged(&told)), [0; 0]);
}

proptest! {
    #[test]
    fn who_is_discredited_hangs_on_the_evidence_alone(
        pieces in prop::collection::vec(any_evidence(), 0..60),
        n_lies in 0_u64..12,
        threads in 1_usize..4,
    ) {
        // invariant: M1
        let mut told: Vec<_> = honest();
        told.extend(walk(LIAR, AWAY, 0..n_lies));
        told.extend(pieces);
        let want = judged(&told);
        told.reverse();
        let mut map = RadioMap::new(Settings::standard());
        map.discredit([Voice(3)].into());
        map.learn(&told, threads);
        map.judge_voices(threads);
        prop_assert_eq!(map.discredited(), want.discredited());
        prop_assert_eq!(map.beliefs(threads), want.beliefs(1));
        let mut bytes = Vec::new();
        map.encode(&mut bytes).unwrap();
        let mut seen = Vec::new();
        let visit = &mut |one: &Scanned<'_>| seen.extend(one.belief());
        scan(&mut Cursor::new(&bytes), Settings::standard(), visit).unwrap();
        prop_assert_eq!(seen, want.beliefs(1));
    }
}

/// A walk on a day.
fn on(day: u16, walk: Vec<Evidence>) -> impl Iterator<Item = Evidence> {
    walk.into_iter().map(move |one| Evidence { day: Day::new(18_000 + day), ..one })
}

#[test]
fn who_hears_boxes_where_they_were_carried_to_is_believed_before_long() {
    let office = 0..7;
    let old = || (0..60u16).flat_map(|day| on(day, walk(u64::from(day), HOME, office.clone())));
    let new =
        |n: u16| (0..n).flat_map(|i| on(61 + i, walk(500 + u64::from(i), AWAY, office.clone())));
    let told = |n: u16| judged(&old().chain(new(n)).collect::<Vec<_>>());
    let is_at = |map: &RadioMap, lat_deg: f64| {
        let place = map.belief(wifi(16 * 3)).unwrap().place;
        Geodesic.distance_m(place, LatLng::new(lat_deg, place.lng_deg()).unwrap()) < 60.0
    };
    assert!(is_at(&told(3), HOME), "three may lie");
    let soon = told(12);
    assert!(is_at(&soon, AWAY), "{:?}", soon.belief(wifi(16 * 3)));
    assert_eq!(silent(&soon), [0; 0]);
}
