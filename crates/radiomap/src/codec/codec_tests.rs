//! Tests of the checkpoint: what is written is read back, and nothing else is believed.

use super::*;
use crate::worlds::{any_evidence, evidence, wifi};
use crate::{RadioMap, Settings};
use cairn_evidence::Evidence;
use cairn_ground::{Day, Floor};
use proptest::prelude::*;

fn map_of(evidence: &[Evidence]) -> RadioMap {
    let mut map = RadioMap::new(Settings::standard());
    map.learn(evidence, 1);
    map
}

fn bytes_of(map: &RadioMap) -> Vec<u8> {
    let mut bytes = Vec::new();
    map.encode(&mut bytes).unwrap();
    bytes
}

fn read(mut bytes: &[u8]) -> Result<RadioMap, DecodeError> {
    RadioMap::decode(&mut bytes, Settings::standard())
}

fn small() -> RadioMap {
    map_of(&[
        evidence(1, 1, (51.5, -0.25), &[(1, -50), (2, -60)]),
        evidence(2, 2, (51.5001, -0.25), &[(1, -55)]),
    ])
}

proptest! {
    #[test]
    fn a_map_read_back_is_the_map_and_learns_on(
        first in prop::collection::vec(any_evidence(), 0..60),
        then in prop::collection::vec(any_evidence(), 0..20),
    ) {
        // invariant: M4
        let mut map = map_of(&first);
        let bytes = bytes_of(&map);
        let mut back = read(&bytes).unwrap();
        prop_assert_eq!(&back, &map);
        prop_assert_eq!(&bytes_of(&back), &bytes);
        prop_assert!(back.take_dirty().is_empty());
        map.learn(&then, 1);
        back.learn(&then, 1);
        prop_assert_eq!(bytes_of(&back), bytes_of(&map));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&bytes).is_err());
        let mut headed = MAGIC.to_vec();
        headed.extend(VERSION.to_le_bytes());
        headed.extend(&bytes);
        prop_assert!(read(&headed).is_err());
    }
}

#[test]
fn a_box_of_many_voices_that_say_much_is_read_back_with_those_of_late() {
    let told = |(voice, n): (u64, u64)| Evidence {
        day: Day::new(18_000 + u16::try_from(voice).unwrap()),
        ..evidence(100 * voice + n, voice, (51.5, -0.25), &[(1, -50)])
    };
    let pieces: Vec<Evidence> =
        (0..90).flat_map(|voice| (0..50).map(move |n| told((voice, n)))).collect();
    let map = map_of(&pieces);
    let poll = &map.shards.iter().find_map(|shard| shard.polls.get(&wifi(1))).unwrap();
    assert!(!poll.late(wifi(1).kind()).is_empty());
    let bytes = bytes_of(&map);
    assert_eq!(bytes_of(&read(&bytes).unwrap()), bytes);
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let good = bytes_of(&small());
    for index in 0..good.len() {
        assert!(read(&good[..index]).is_err(), "cut at {index}");
        for bit in 0..8 {
            let mut bad = good.clone();
            bad[index] ^= 1 << bit;
            assert!(read(&bad).is_err(), "bit {bit} of byte {index}");
        }
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(matches!(read(&longer), Err(DecodeError::Field { .. })));
    assert!(read(&good).is_ok());
}

#[test]
fn bytes_with_a_right_checksum_that_no_map_writes_are_refused() {
    let good = bytes_of(&small());
    let body = &good[..good.len() - CHECKSUM_BYTES];
    let mut n_refused = 0;
    for index in 0..body.len() {
        let mut bad = body.to_vec();
        bad[index] ^= 1;
        let checksum = *blake3::hash(&bad).as_bytes();
        bad.extend(checksum);
        match read(&bad) {
            Ok(map) => assert_eq!(bytes_of(&map), bad, "canonical or refused (byte {index})"),
            Err(_) => n_refused += 1,
        }
    }
    assert!(n_refused > 30, "{n_refused}");
}

#[test]
fn a_stated_number_of_polls_allocates_nothing() {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(u64::MAX.to_le_bytes());
    assert!(matches!(read(&bytes), Err(DecodeError::Io { offset: 18, .. })));
}

#[test]
fn another_version_and_another_file_are_named() {
    let mut bytes = bytes_of(&small());
    bytes[8] = 1;
    assert!(matches!(read(&bytes), Err(DecodeError::Version { found: 1, supported: 4 })));
    bytes[0] = b'X';
    assert!(matches!(read(&bytes), Err(DecodeError::Magic)));
}

#[test]
fn the_digest_is_the_checksum_and_follows_the_content() {
    let map = small();
    assert_eq!(bytes_of(&map).split_last_chunk().unwrap().1, &map.digest());
    let mut more = map.clone();
    more.add(&evidence(3, 3, (51.5, -0.25), &[(1, -50)]));
    assert_ne!(more.digest(), map.digest());
    assert!(more.belief(wifi(1)).is_some());
}

#[test]
fn fingerprints_are_read_back_and_one_outside_its_block_is_refused() {
    let mut one = evidence(1, 1, (51.5, -0.25), &[(1, -50), (2, -60), (3, -70), (4, -80)]);
    one.floor = Some(Floor::new(-1).unwrap());
    one.fix_sigma_m = None;
    let map = map_of(&[one]);
    let bytes = bytes_of(&map);
    assert_eq!(read(&bytes).unwrap(), map);
    let mut moved = map;
    let block = moved.places.blocks.keys().next().copied().unwrap();
    let neighbor = block.around().find(|other| *other != block).unwrap();
    let voices = moved.places.blocks.remove(&block).unwrap();
    moved.places.blocks.insert(neighbor, voices);
    let refused = read(&bytes_of(&moved)).unwrap_err();
    assert!(refused.to_string().contains("within their block"), "{refused}");
}

/// The bytes of version 4 must not drift: a checkpoint written today is read tomorrow.
#[test]
fn version_4_writes_the_bytes_it_always_wrote() {
    let digest = blake3::Hash::from_bytes(small().digest()).to_hex();
    assert_eq!(digest.get(..16), Some("17c3e38ef03866b3"));
}

/// What `cairn-fuzz checkpoint` mutates is a checkpoint.
#[test]
fn the_fuzz_corpus_holds_a_map() {
    let bytes = include_bytes!("../../../../fuzz/corpus/checkpoint/map-1");
    assert_eq!(&bytes_of(&read(bytes).unwrap()), bytes);
}
