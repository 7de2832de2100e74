//! Tests of venues: which blocks are one, and whose scans teach it.

use super::*;
use crate::settings::Settings;
use crate::worlds::evidence;
use cairn_evidence::Evidence;

fn walk(voice: u64, lng: f64, hears: u64) -> impl Iterator<Item = Evidence> {
    (0..200_u64).map(move |n| {
        let heard: Vec<_> = (hears..hears + 5).map(|t| (t, -50)).collect();
        let along = f64::from(u32::try_from(n).unwrap()) * 2e-6;
        let mut one = evidence(voice * 1_000 + n, voice, (51.5 + along, lng), &heard);
        one.floor = Some(Floor::new(2).unwrap());
        one.fix_sigma_m = None;
        one
    })
}

fn map(voices_min: u32) -> RadioMap {
    let mut map = RadioMap::new(Settings { voices_min });
    let here = walk(1, -0.25, 0).chain(walk(2, -0.25, 1));
    let there = walk(3, -0.35, 50).chain(walk(4, -0.35, 50));
    here.chain(there).for_each(|one| map.add(&one));
    map
}

#[test]
fn buildings_apart_are_two_venues_and_know_what_was_heard_in_each() {
    let venues = map(1).venues(&|_| false, &BTreeMap::new());
    assert_eq!(venues.len(), 2);
    for venue in &venues {
        assert_eq!(venue.scans.len(), 400);
        assert!(venue.scans.iter().all(|scan| venue.blocks.contains(&Block::of(scan.place))));
    }
}

#[test]
fn a_transmitter_of_one_voice_is_left_out_where_two_are_asked_for() {
    let keys = |map: &RadioMap, excluded: Option<u64>| {
        let venues = map.venues(&|key| Some(key) == excluded, &BTreeMap::new());
        let readings = venues.iter().flat_map(|v| &v.scans).flat_map(|s| &s.readings);
        readings.map(|r| r.key).collect::<BTreeSet<_>>()
    };
    let all = keys(&map(1), None);
    let shared = keys(&map(2), None);
    assert_eq!((all.len(), shared.len()), (11, 9));
    let gone = shared.first().copied();
    assert_eq!(keys(&map(2), gone).len(), 8);
}

#[test]
fn a_group_of_blocks_stops_growing_at_the_limit() {
    let start = Block::of(LatLng::new(51.5, -0.25).unwrap());
    let mut many = BTreeSet::from([start]);
    while many.len() <= VENUE_BLOCKS_MAX {
        let grown: Vec<Block> = many.iter().flat_map(|block| block.around()).collect();
        many.extend(grown);
    }
    let n = many.len();
    let groups = groups(many.into_iter());
    assert!(groups.iter().all(|group| group.len() <= VENUE_BLOCKS_MAX));
    assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), n);
}

#[test]
fn one_phone_s_scans_sent_again_under_another_voice_are_no_second_voice() {
    let here = || walk(1, -0.25, 0).chain(walk(2, -0.25, 0));
    let as_one = |again: &[u64]| -> Vec<Evidence> {
        let own = here().map(|one| Evidence { voice: Voice(1), ..one });
        let copies = again.iter().flat_map(|voice| {
            let voice = Voice(*voice);
            here().map(move |one| Evidence { voice, ..one })
        });
        own.chain(copies).collect()
    };
    let venues = |pieces: &[Evidence], voices_min: u32| {
        let mut map = RadioMap::new(Settings { voices_min });
        for one in pieces {
            map.add(one);
        }
        map.venues(&|_| false, &BTreeMap::new())
    };
    assert_eq!(venues(&as_one(&[2, 3]), 2), []);
    let [once] = &venues(&as_one(&[2, 3]), 1)[..] else { panic!("one venue") };
    assert_eq!(once.scans.len(), 400, "each scan teaches once");
    let two: Vec<Evidence> = here().collect();
    assert_eq!(venues(&two, 2).len(), 1);
}

#[test]
fn scans_sent_again_do_not_make_a_block_dense() {
    let few = || walk(1, -0.25, 0).take(BLOCK_SCANS_MIN / 2 + 1);
    let dense = |copies: u64| {
        let mut map = RadioMap::new(Settings { voices_min: 1 });
        for voice in 0..copies {
            few().for_each(|one| map.add(&Evidence { voice: Voice(voice), ..one }));
        }
        map.dense_blocks().len()
    };
    assert_eq!((dense(1), dense(2)), (0, 0));
}

#[test]
fn what_was_carried_is_heard_in_no_scan_of_where_it_stood_before() {
    let hears = |map: &RadioMap, stands_at: &BTreeMap<u64, LatLng>, key: u64| {
        let venues = map.venues(&|_| false, stands_at);
        let scans = |venue: &VenueScans| {
            venue.scans.iter().filter(|it| it.readings.iter().any(|r| r.key == key)).count()
        };
        venues.iter().map(scans).sum::<usize>()
    };
    let map = map(1);
    let key = crate::worlds::wifi(2).key().get();
    let at = |lat: f64, lng: f64| BTreeMap::from([(key, LatLng::new(lat, lng).unwrap())]);
    assert_eq!(hears(&map, &BTreeMap::new(), key), 400);
    assert_eq!(hears(&map, &at(51.5002, -0.25), key), 400, "it stands there");
    assert_eq!(hears(&map, &at(51.5035, -0.25), key), 0, "390 m north");
    assert_eq!(hears(&map, &at(51.5035, -0.25), key + 1), 400, "others are heard as before");
}
