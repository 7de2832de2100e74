//! Tests of rows: every occurrence comes back as it was, whatever files its rows are spread over.

use super::*;
use crate::rows_of;
use crate::schema::{REPORT, SORTED_BY};
use crate::test_support::{heard_by, occurrences};
use arrow_array::{ArrayRef, Int32Array};
use proptest::prelude::*;
use std::sync::Arc;

fn gathered(batches: &[RecordBatch]) -> Result<Vec<Occurrence>, RowError> {
    let mut all = Gathered::default();
    for batch in batches {
        all.take(batch)?;
    }
    all.finish()
}

proptest! {
    #[test]
    fn occurrences_come_back_from_their_rows(all in occurrences()) {
        prop_assert_eq!(gathered(&[rows_of(&all).unwrap()]).unwrap(), all);
    }

    #[test]
    fn rows_may_be_spread_over_batches_in_any_order(all in occurrences(), at in any::<prop::sample::Index>()) {
        let rows = rows_of(&all).unwrap();
        let at = at.index(rows.num_rows());
        let parts = [rows.slice(at, rows.num_rows() - at), rows.slice(0, at)];
        prop_assert_eq!(gathered(&parts).unwrap(), all);
    }

    #[test]
    fn the_order_of_occurrences_does_not_reach_the_rows(all in occurrences()) {
        let mut turned = all.clone();
        turned.reverse();
        prop_assert_eq!(rows_of(&turned).unwrap(), rows_of(&all).unwrap());
    }
}

#[test]
fn rows_are_sorted_by_transmitter_first() {
    let rows = rows_of(&[heard_by(1, 2, 18_000, 4), heard_by(3, 4, 18_000, 4)]).unwrap();
    let low = rows.column(SORTED_BY[2]).as_primitive::<Int64Type>();
    let low: Vec<i64> = low.values().to_vec();
    assert!(low.is_sorted() && low[0] == low[1], "{low:?}");
}

#[test]
fn readings_that_disagree_about_their_evidence_are_named() {
    let (one, mut other) = (heard_by(1, 2, 18_000, 1), heard_by(1, 2, 18_000, 2));
    other.evidence.heard.remove(0);
    let rows = |one: &Occurrence| rows_of(std::slice::from_ref(one)).unwrap();
    assert!(gathered(&[rows(&one), rows(&other)]).is_ok());
    let torn = Err(RowError::Torn { submission: 2, report: 0 });
    assert_eq!(
        gathered(&[rows(&one), rows(&one)]).unwrap(),
        std::slice::from_ref(&one),
        "archived twice"
    );
    let mut louder = one.clone();
    louder.evidence.heard[0].rssi_dbm = Some(-20);
    assert_eq!(gathered(&[rows(&one), rows(&louder)]), torn, "one transmitter with two powers");
    other.evidence.surveyed = true;
    assert_eq!(gathered(&[rows(&one), rows(&other)]), torn);
}

#[test]
fn a_missing_column_and_an_impossible_value_are_named() {
    let rows = rows_of(&[heard_by(1, 2, 18_000, 1)]).unwrap();
    let cut = rows.project(&(0..20).collect::<Vec<_>>()).unwrap();
    assert_eq!(gathered(&[cut]), Err(RowError::Column { column: "gap_ms" }));
    let mut columns = rows.columns().to_vec();
    columns[REPORT] = Arc::new(Int32Array::from(vec![-1])) as ArrayRef;
    let bad = RecordBatch::try_new(rows.schema(), columns).unwrap();
    assert_eq!(gathered(&[bad]), Err(RowError::Value { column: "report", row: 0 }));
}
