//! Tests of folds: whatever batches rows come in, the map put together is the map that learned them.

use super::*;
use crate::folding::{Folding, each};
use crate::worlds::{any_evidence, drawn, key_of, rows};
use crate::{chosen, merge_chosen};
use arrow_array::{Int32Array, LargeBinaryArray};
use cairn_evidence::Evidence;
use cairn_ground::{TransmitterId, TransmitterKey};
use cairn_radiomap::{RadioMap, Settings};
use proptest::prelude::*;

/// What two small arrays take beside their values: buffers are allocated in steps.
const ARRAYS_BYTES: usize = 1_024;

/// The parts of the map that learned evidence one by one, in the order of their names.
fn learned(all: &[Evidence]) -> BTreeMap<(i8, i64, i64), Part> {
    let mut parts: BTreeMap<_, Part> = BTreeMap::new();
    for one in all {
        for heard in &one.heard {
            let id = heard.transmitter;
            parts.entry(key_of(id)).or_insert_with(|| Part::empty(id)).add(one, heard);
        }
    }
    parts.retain(|_, part| !part.is_empty());
    parts
}

fn bytes_of(part: &Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    part.put_bytes(&mut bytes);
    bytes
}

/// The bytes of a batch's parts.
fn parts_in(batch: &RecordBatch) -> Vec<Vec<u8>> {
    batch.column(3).as_binary::<i32>().iter().flatten().map(<[u8]>::to_vec).collect()
}

fn together(batches: &[RecordBatch]) -> RecordBatch {
    let column = |n: usize| -> ArrayRef {
        let all = batches
            .iter()
            .flat_map(|b| b.column(n).as_primitive::<arrow_array::types::Int64Type>().values());
        Arc::new(all.copied().collect::<Vec<_>>().into_iter().map(Some).collect::<Int64Array>())
    };
    let kinds = batches
        .iter()
        .flat_map(|b| b.column(0).as_primitive::<arrow_array::types::Int8Type>().values());
    let kinds: Int8Array = kinds.copied().map(Some).collect();
    let bytes = batches.iter().flat_map(parts_in).collect::<Vec<_>>();
    let bytes = BinaryArray::from_iter_values(bytes);
    let columns: Vec<ArrayRef> = vec![Arc::new(kinds), column(1), column(2), Arc::new(bytes)];
    RecordBatch::try_new(part_schema(), columns).unwrap()
}

/// Groups of rows by transmitter, as an engine numbers them.
fn groups_of(batch: &RecordBatch) -> (Vec<usize>, usize) {
    let readings = Readings::of_batch(batch).unwrap();
    let mut numbers = BTreeMap::new();
    let number = |row| {
        let fresh = numbers.len();
        *numbers.entry(readings.key(row).unwrap()).or_insert(fresh)
    };
    let groups = (0..readings.len()).map(number).collect();
    (groups, numbers.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn folds_of_any_cut_merge_to_the_parts_that_were_learned(
        all in prop::collection::vec(any_evidence(), 1..120),
        at in 0usize..120,
    ) {
        // invariant: M1, M2
        let want: Vec<_> = learned(&all).values().map(bytes_of).collect();
        prop_assert_eq!(parts_in(&fold(&rows(&all)).unwrap()), want.clone());
        let (first, second) = all.split_at(at.min(all.len()));
        let folds = [fold(&rows(second)).unwrap(), fold(&rows(first)).unwrap()];
        prop_assert_eq!(parts_in(&merge(&together(&folds)).unwrap()), want);
    }

    #[test]
    fn groups_fold_merge_and_are_taken_in_slices(
        all in prop::collection::vec(any_evidence(), 1..120),
        n_first in 0usize..8,
    ) {
        // invariant: M1, M2
        let batch = rows(&all);
        let (groups, n_groups) = groups_of(&batch);
        let readings = Readings::of_batch(&batch).unwrap();
        let mut folding = Folding::default();
        folding.add(&readings, &groups, n_groups).unwrap();
        let state = folding.take(n_groups);
        prop_assert!(folding.is_empty());
        folding.merge(&each(&readings).unwrap(), &groups, n_groups).unwrap();
        prop_assert!(folding.memory_bytes() > 0);
        folding.merge(&state, &(0..n_groups).collect::<Vec<_>>(), n_groups).unwrap();
        let counted = folding.memory_bytes();
        let (first, rest) = (folding.take(n_first), folding.take(n_groups));
        let n_bytes = first.get_array_memory_size() + rest.get_array_memory_size();
        prop_assert!(n_bytes <= counted + ARRAYS_BYTES, "{n_bytes} bytes, {counted} counted");
        let taken = first.iter().chain(rest.iter()).flatten().map(<[u8]>::to_vec);
        let mut taken: Vec<_> = taken.collect();
        let mut want: Vec<_> = learned(&all).values().map(bytes_of).collect();
        taken.sort_unstable();
        want.sort_unstable();
        prop_assert_eq!(taken, want);
    }
}

#[test]
fn what_was_taken_out_is_no_longer_counted() {
    let all = drawn(prop::collection::vec(any_evidence(), 100..101));
    let batch = rows(&all);
    let parts = each(&Readings::of_batch(&batch).unwrap()).unwrap();
    let groups: Vec<usize> = (0..parts.len()).collect();
    let mut folding = Folding::default();
    folding.merge(&parts, &groups, parts.len()).unwrap();
    let full = folding.memory_bytes();
    for _ in 0..20 {
        // As an engine does that reads sorted groups: the last may go on in the next batch.
        folding.take(parts.len() - 1);
        let later: Vec<usize> = groups.iter().map(|group| group.saturating_sub(1)).collect();
        folding.merge(&parts, &later, parts.len()).unwrap();
        assert!(folding.memory_bytes() <= 2 * full, "{} of {full}", folding.memory_bytes());
    }
}

#[test]
fn the_map_put_together_from_batches_is_the_map_that_learned() {
    let all = drawn(prop::collection::vec(any_evidence(), 300..301));
    let mut map = RadioMap::new(Settings::standard());
    for batch in parts_in(&fold(&rows(&all)).unwrap()) {
        map.add_part(Part::from_bytes(&batch).unwrap());
    }
    for one in &all {
        map.add_whole(one);
    }
    let mut want = RadioMap::new(Settings::standard());
    want.learn(&all, 1);
    assert_eq!(map.digest(), want.digest());
}

#[test]
fn choices_merge_to_the_choice_of_all() {
    let all = drawn(prop::collection::vec(any_evidence(), 300..301));
    let choice = |all: &[Evidence]| chosen(&rows(all), 1).unwrap();
    let both = [choice(&all[..150]), choice(&all[150..])];
    let bytes = both.iter().map(|b| b.column(0).as_binary::<i32>().value(0));
    let schema = both[0].schema();
    let both = BinaryArray::from_iter_values(bytes);
    let both = RecordBatch::try_new(schema, vec![Arc::new(both)]).unwrap();
    assert_eq!(merge_chosen(&both).unwrap(), choice(&all));
    assert!(matches!(merge_chosen(&fold(&rows(&all)).unwrap()), Err(FoldError::Column { .. })));
}

#[test]
fn a_missing_column_an_impossible_value_and_damaged_parts_are_named() {
    let one = drawn(any_evidence());
    let batch = rows(&[one]);
    let named = |batch: &RecordBatch| fold(batch).unwrap_err().to_string();
    let cut = batch.project(&(0..16).collect::<Vec<_>>()).unwrap();
    assert_eq!(named(&cut), "column timing_advance is missing or of another type");
    let mut columns = batch.columns().to_vec();
    columns[9] = Arc::new(Int32Array::from(vec![i32::MAX; batch.num_rows()]));
    let bad = RecordBatch::try_new(batch.schema(), columns.clone()).unwrap();
    assert_eq!(named(&bad), "row 0: heard_lat_e7 holds what no reading has");
    columns[9] = Arc::new(Int64Array::from(vec![0; batch.num_rows()]));
    let typed = Schema::new(
        batch
            .schema()
            .fields()
            .iter()
            .enumerate()
            .map(|(n, field)| match n {
                9 => Field::new(field.name(), DataType::Int64, true),
                _ => field.as_ref().clone(),
            })
            .collect::<Vec<_>>(),
    );
    let bad = RecordBatch::try_new(Arc::new(typed), columns).unwrap();
    assert_eq!(named(&bad), "column heard_lat_e7 is missing or of another type");
    let bad = LargeBinaryArray::from_iter_values([b"no part"]);
    let refused = Folding::default().merge(&bad, &[0], 1).unwrap_err();
    assert!(refused.to_string().starts_with("row 0: part of a map corrupt"), "{refused}");
}

#[test]
fn a_part_under_another_s_name_is_refused() {
    let votes = |one: &Evidence| one.heard.iter().any(|heard| !heard.repeated);
    let one = drawn(any_evidence().prop_filter("votes", votes));
    let parts = fold(&rows(&[one])).unwrap();
    let mut columns = parts.columns().to_vec();
    columns[2] = Arc::new(Int64Array::from(vec![77; parts.num_rows()]));
    let bad = RecordBatch::try_new(parts.schema(), columns).unwrap();
    assert!(matches!(merge(&bad), Err(FoldError::Value { column: "tx_lo", row: 0 })));
}

#[test]
fn names_that_no_transmitter_has_are_none() {
    for key in [(-1, 0, 1), (6, 0, 1), (0, 1, 1), (0, 0, 1 << 48), (1, 0, -1), (4, 0, i64::MAX)] {
        assert_eq!(transmitter(key), None, "{key:?}");
    }
    let wifi = transmitter((0, 0, 5)).map(TransmitterId::key);
    assert_eq!(wifi.map(TransmitterKey::get), Some(5));
}
