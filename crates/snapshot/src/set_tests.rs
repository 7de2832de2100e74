//! Tests of base and overlays.

use super::*;
use crate::test_support::{meta, record, sealed};
use proptest::prelude::*;
use std::ops::Range;

fn layer(numbers: Range<u64>, seed: u64) -> Arc<Snapshot> {
    let bytes = sealed(numbers.map(|n| record(n, seed)));
    Arc::new(Snapshot::from_bytes(bytes, Verify::Eager).unwrap())
}

#[test]
fn an_overlay_replaces_the_whole_record() {
    let (base, old, new) = (layer(0..100, 1), layer(40..60, 2), layer(50..55, 3));
    let set = SnapshotSet::new(Some(Arc::clone(&base)), vec![Arc::clone(&new), Arc::clone(&old)]);
    for (number, owner) in [(10, &base), (45, &old), (52, &new)] {
        let key = record(number, 0).key;
        assert_eq!(set.get(key), owner.get(key), "{number}");
        assert!(set.get(key).is_some());
    }
    assert_eq!(set.overlays().len(), 2);
    assert!(Arc::ptr_eq(set.base().unwrap(), &base));
    assert_eq!(set.n_records(), 125);
}

#[test]
fn a_damaged_overlay_does_not_let_the_older_belief_through() {
    let base = layer(0..100, 1);
    let mut bytes = sealed((40..60).map(|n| record(n, 2)));
    let at = bytes.len() - 88 - 4 - 10;
    bytes[at] ^= 1;
    let damaged = Arc::new(Snapshot::from_bytes(bytes, Verify::Lazy).unwrap());
    let set = SnapshotSet::new(Some(base), vec![Arc::clone(&damaged)]);
    assert_eq!(set.get(record(45, 0).key), None);
    assert!(damaged.health().n_unknown_lookups > 0);
    assert!(matches!(set.merged(meta()), Err(MergeError::Damaged { .. })));
}

#[test]
fn a_set_opens_the_files_of_its_manifest_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let seal = |numbers: Range<u64>, seed| {
        let mut writer = SnapshotWriter::new(meta());
        numbers.for_each(|n| writer.push(record(n, seed)));
        writer.finish(folder.path()).unwrap().file_name()
    };
    let (base, overlay) = (seal(0..100, 1), seal(40..60, 2));
    let manifest = Manifest {
        base: Some(base.clone()),
        overlays: vec![overlay.clone()],
        ..Manifest::default()
    };
    let set = SnapshotSet::open(folder.path(), &manifest).unwrap();
    let again =
        SnapshotSet::default().reopen(folder.path(), &manifest, Some(Verify::Lazy)).unwrap();
    let key = record(45, 0).key;
    assert_eq!(set.get(key), set.overlays()[0].get(key));
    assert_eq!(set.get(key), again.get(key));
    let kept = set.reopen(folder.path(), &manifest, None).unwrap();
    assert!(Arc::ptr_eq(kept.base().unwrap(), set.base().unwrap()));
    std::fs::remove_file(folder.path().join(&overlay)).unwrap();
    std::fs::copy(folder.path().join(&base), folder.path().join(&overlay)).unwrap();
    let refused = SnapshotSet::open(folder.path(), &manifest);
    assert!(matches!(refused, Err(OpenError::Misnamed { .. })));
    std::fs::remove_file(folder.path().join(&base)).unwrap();
    assert!(SnapshotSet::open(folder.path(), &manifest).is_err());
}

#[test]
fn an_empty_set_knows_nothing() {
    let set = SnapshotSet::default();
    assert!(set.is_empty() && set.meta().is_none() && set.base().is_none());
    assert_eq!(set.get(record(1, 0).key), None);
    set.get_many(&[], &mut []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_set_answers_as_its_merged_snapshot(
        spans in proptest::collection::vec((0_u64..3000, 0_u64..400), 1..5), has_base in any::<bool>(),
    ) {
        let mut layers: Vec<_> = (1..)
            .zip(&spans)
            .map(|(seed, (start, length))| layer(*start..start + length, seed))
            .collect();
        let base = has_base.then(|| layers.remove(0));
        let set = SnapshotSet::new(base, layers);
        let merged = set.merged(meta()).unwrap().into_bytes().unwrap();
        let merged = Snapshot::from_bytes(merged, Verify::Eager).unwrap();
        let keys: Vec<_> = (0..3500).map(|n| record(n, 0).key).collect();
        let mut out = vec![None; keys.len()];
        set.get_many(&keys, &mut out);
        for (key, found) in keys.iter().zip(out) {
            prop_assert_eq!(found, merged.get(*key));
            prop_assert_eq!(found, set.get(*key));
        }
    }
}

#[test]
fn of_sets_that_share_a_key_the_record_of_more_observations_answers() {
    let with = |n, observations| TransmitterRecord { observations, ..record(n, n) };
    let set = |records: Vec<TransmitterRecord>| {
        let bytes = sealed(records);
        SnapshotSet::new(
            Some(Arc::new(Snapshot::from_bytes(bytes, Verify::Eager).unwrap())),
            vec![],
        )
    };
    let west = set(vec![with(1, 500), with(2, 1), with(3, 1)]);
    let east = set(vec![with(2, 500), with(4, 1)]);
    for parts in [vec![west.clone(), east.clone()], vec![east.clone(), west.clone()]] {
        let joined = SnapshotSet::joined(parts);
        assert_eq!((joined.n_records(), joined.is_empty()), (5, false));
        let all: Vec<bool> = (1..=5).map(|n| joined.get(record(n, 0).key).is_some()).collect();
        assert_eq!(all, [true, true, true, true, false]);
        let shared = joined.get(record(2, 0).key);
        assert_eq!(shared, east.get(record(2, 0).key));
        assert_ne!(shared, west.get(record(2, 0).key));
    }
    assert!(SnapshotSet::joined(Vec::new()).is_empty());
}
