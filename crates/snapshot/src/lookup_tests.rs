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
