//! Tests of the map in parts: however readings are cut, the same map.

use super::*;
use crate::candidates::Candidates;
use crate::settings::Settings;
use crate::worlds::{any_evidence, evidence, wifi};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The parts of all transmitters in these pieces of evidence.
fn parts_of<'a>(all: impl IntoIterator<Item = &'a Evidence>) -> BTreeMap<TransmitterId, Part> {
    let mut parts = BTreeMap::new();
    for one in all {
        for heard in &one.heard {
            let id = heard.transmitter;
            parts.entry(id).or_insert_with(|| Part::empty(id)).add(one, heard);
        }
    }
    parts
}

fn bytes_of(part: &Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    part.put_bytes(&mut bytes);
    bytes
}

fn map_of(all: &[Evidence]) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    map.learn(all, 1);
    map
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_map_of_parts_is_the_map_that_learned_however_the_readings_were_cut(
        all in prop::collection::vec(any_evidence(), 0..200),
        n_workers in 1usize..5,
        overlap in 0usize..20,
    ) {
        // invariant: M1, M2
        let mut map = RadioMap::new(Settings::standard());
        for worker in 0..n_workers {
            let own = |(n, _): &(usize, &Evidence)| *n < overlap || n % n_workers == worker;
            let mine = all.iter().enumerate().rev().filter(own).map(|(_, one)| one);
            for part in parts_of(mine).values() {
                map.add_part(Part::from_bytes(&bytes_of(part)).unwrap_or_else(|_| part.clone()));
            }
        }
        let mut candidates = Candidates::new(1);
        for one in &all {
            candidates.add(one.voice, one.fix_sigma_m);
        }
        for one in all.iter().rev() {
            let is_wanted = candidates.voices().any(|voice| voice == one.voice)
                || Candidates::may_be_fingerprint(one.floor, one.fix_sigma_m);
            if is_wanted {
                map.add_whole(one);
            }
        }
        prop_assert_eq!(map.digest(), map_of(&all).digest());
    }

    #[test]
    fn parts_merge_in_any_order_and_read_back_as_they_are(
        all in prop::collection::vec(any_evidence(), 1..100),
        cut in 0usize..100,
    ) {
        // invariant: M2, M4
        let whole = parts_of(&all);
        let (first, second) = all.split_at(cut.min(all.len()));
        let (first, second) = (parts_of(first), parts_of(second));
        for (id, part) in &whole {
            let mut merged = second.get(id).cloned().unwrap_or_else(|| Part::empty(*id));
            first.get(id).map(|other| merged.merge(other));
            prop_assert_eq!(&merged, part);
            if !part.is_empty() {
                prop_assert_eq!(&Part::from_bytes(&bytes_of(part)).unwrap(), part);
            }
        }
    }

    #[test]
    fn no_bytes_make_a_part_s_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(part) = Part::from_bytes(&bytes) {
            prop_assert_eq!(bytes_of(&part), bytes);
        }
    }
}

#[test]
fn a_part_cut_short_or_followed_by_more_is_refused_by_place_and_field() {
    let one = evidence(1, 1, (51.5, -0.25), &[(1, -50)]);
    let good = bytes_of(&parts_of([&one])[&wifi(1)]);
    for cut in 0..good.len() {
        assert!(Part::from_bytes(&good[..cut]).is_err(), "cut at {cut}");
    }
    let longer: Vec<u8> = good.iter().copied().chain([0]).collect();
    let refused = Part::from_bytes(&longer).unwrap_err();
    assert_eq!(refused.to_string(), "part of a map corrupt at byte 50: end of the part");
    assert!(Part::from_bytes(&bytes_of(&Part::empty(wifi(1)))).is_err(), "an empty part is none");
}

#[test]
fn a_part_takes_nothing_of_another_transmitter() {
    let one = evidence(1, 1, (51.5, -0.25), &[(1, -50), (2, -60)]);
    let mut part = Part::empty(wifi(1));
    assert!(part.add(&one, &one.heard[0]));
    assert!(!part.add(&one, &one.heard[0]), "twice is once");
    assert!(!part.add(&one, &one.heard[1]));
    assert!(!part.merge(&parts_of([&one])[&wifi(2)]));
    let mut map = RadioMap::new(Settings::standard());
    map.add_part(Part::empty(wifi(9)));
    assert!(map.is_empty());
    map.add_part(part);
    assert_eq!((map.len(), map.take_dirty().len()), (1, 1));
}
