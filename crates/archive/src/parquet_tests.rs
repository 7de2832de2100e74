//! Tests of files: rows come back, bytes are a function of rows, a cut file is refused.

use super::*;
use crate::test_support::{heard_by, occurrences};
use crate::{Gathered, rows_of};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn occurrences_come_back_from_a_file(all in occurrences()) {
        let mut back = Gathered::default();
        for batch in decode(encode(&[rows_of(&all).unwrap()]).unwrap()).unwrap() {
            back.take(&batch.unwrap()).unwrap();
        }
        prop_assert_eq!(back.finish().unwrap(), all);
    }
}

#[test]
fn the_same_rows_are_the_same_bytes_and_carry_order_statistics_and_a_bloom_filter() {
    let rows = rows_of(&[heard_by(1, 2, 18_000, 100)]).unwrap();
    let bytes = encode(std::slice::from_ref(&rows)).unwrap();
    assert_eq!(encode(&[rows.slice(0, 50), rows.slice(50, 50)]).unwrap(), bytes);
    let file = SerializedFileReader::new(bytes).unwrap();
    let group = file.metadata().row_group(0);
    assert_eq!(group.sorting_columns().unwrap().len(), SORTED_BY.len());
    let low = group.column(TX_LO);
    assert!(low.statistics().is_some() && low.bloom_filter_offset().is_some());
    assert_eq!(low.compression(), Compression::ZSTD(ZstdLevel::default()));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = encode(&[rows_of(&[heard_by(1, 2, 18_000, 20)]).unwrap()]).unwrap();
    for length in 0..bytes.len() {
        assert!(decode(bytes.slice(..length)).is_err(), "{length} of {} bytes", bytes.len());
    }
}
