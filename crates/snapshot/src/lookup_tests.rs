//! Tests of looking up.

use super::*;
use crate::Verify;
use crate::test_support::{record, sealed};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn open(n: u64) -> Snapshot {
    Snapshot::from_bytes(sealed((0..n).map(|n| record(2 * n, 0))), Verify::Eager).unwrap()
}

#[test]
fn a_look_up_finds_what_a_scan_finds() {
    for n in [1, 2, 100, 3000, 40_000] {
        let snapshot = open(n);
        let scanned: BTreeMap<_, _> = snapshot.iter().map(|record| (record.key, record)).collect();
        assert_eq!(scanned.len() as u64, n);
        for number in 0..2 * n {
            let key = record(number, 0).key;
            assert_eq!(snapshot.get(key), scanned.get(&key).copied(), "{number} of {n}");
        }
    }
}

#[test]
fn a_crowded_bucket_is_searched_to_both_ends() {
    // 40,000 records in 2^8 buckets cannot be sealed, but a small index over clustered keys can:
    // among 2,047 records the fullest bucket is far longer than the window.
    let snapshot = open(2047);
    let body = snapshot.body();
    let mut longest = 0;
    for bucket in 0..256 {
        let (start, end) = body.index.range(bucket);
        longest = longest.max(end - start);
        for at in start..end {
            let mixed = (bucket as u64) << 48 | body.remainder(at);
            for first in start..end {
                assert_eq!(found(mixed, (start, end), first, &body), Some(at));
                assert_eq!(found(mixed ^ 1, (start, end), first, &body), None);
            }
        }
    }
    assert!(longest > 3 * WINDOW, "{longest}");
}

/// Where a slot finds its key when its window begins at `first`.
fn found(mixed: u64, range: (u32, u32), first: u32, body: &Body<'_>) -> Option<u32> {
    let mut slot = Slot { mixed, range, first, ..Slot::default() };
    slot.compare(body);
    slot.record(body)
}

#[test]
fn a_key_of_an_empty_bucket_is_not_taken_for_the_neighbor_it_resembles() {
    // Among 300 records in 2^8 buckets some bucket is empty.
    let snapshot = open(300);
    let body = snapshot.body();
    let empty = (1..256).find(|bucket| {
        let (start, end) = body.index.range(*bucket);
        start == end && start > 0
    });
    let bucket = empty.unwrap();
    let before = body.index.range(bucket).0 - 1;
    let mixed = (bucket as u64) << 48 | body.remainder(before);
    let key = body.mix.undo(mixed);
    let mut slot = Slot { mixed, ..Slot::default() };
    slot.aim(&body);
    slot.compare(&body);
    assert_eq!(slot.found, before, "it is looked at");
    assert!(key.is_none_or(|key| snapshot.get(key).is_none()), "and not believed");
}

#[test]
fn keys_and_places_need_not_be_of_one_length() {
    let snapshot = open(100);
    let keys: Vec<_> = (0..50).map(|n| record(2 * n, 0).key).collect();
    let mut few = [None; 33];
    snapshot.get_many(&keys, &mut few);
    assert!(few.iter().all(Option::is_some));
    let mut many = [snapshot.get(keys[0]); 90];
    snapshot.get_many(&keys, &mut many);
    assert!(many[..50].iter().all(Option::is_some) && many[50..].iter().all(Option::is_none));
    snapshot.get_many(&[], &mut []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_batch_equals_its_keys_one_by_one(
        numbers in proptest::collection::vec(0_u64..6000, 0..100),
    ) {
        let snapshot = open(2500);
        let keys: Vec<_> = numbers.iter().map(|n| record(*n, 0).key).collect();
        let mut out = vec![None; keys.len()];
        snapshot.get_many(&keys, &mut out);
        for (key, found) in keys.iter().zip(out) {
            prop_assert_eq!(found, snapshot.get(*key));
            prop_assert!(found.is_none_or(|found| found.key == *key));
        }
    }
}
