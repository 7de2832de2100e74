//! Tests of windows.

use super::*;
use crate::test_support::{record, sealed};
use crate::{Snapshot, Verify};

/// Records of 21 bytes in 2^8 buckets: at most 2,047 of them.
fn open(n: u64) -> Snapshot {
    Snapshot::from_bytes(sealed((0..n).map(|n| record(2 * n, 0))), Verify::Eager).unwrap()
}

#[test]
fn a_record_is_found_in_its_window_or_known_to_be_beside_it() {
    let snapshot = open(2047);
    let body = snapshot.body();
    let window = Window::<21>::new(body.records);
    let (mut n_found, mut n_aside) = (0, 0);
    for bucket in 0..256 {
        let (start, end) = body.index.range(bucket);
        for record in start..end {
            let mixed = (bucket as u64) << 48 | body.remainder(record);
            for first in start.saturating_sub(WINDOW - 1)..end.min(window.last + 1) {
                let is_inside = (first..first + WINDOW).contains(&record);
                let found = window.find(mixed, (start, end), first);
                assert_eq!(found, is_inside.then_some(record), "{record} from {first}");
                assert!(is_inside || window.is_aside(mixed, (start, end), first));
                assert_eq!(window.find(mixed ^ 1, (start, end), first), None);
                n_found += u32::from(is_inside);
                n_aside += u32::from(!is_inside);
            }
        }
    }
    assert!(n_found > 1000 && n_aside > 1000, "{n_found} {n_aside}");
}

#[test]
fn a_key_that_would_stand_inside_the_window_is_nowhere() {
    let snapshot = open(2047);
    let body = snapshot.body();
    let window = Window::<21>::new(body.records);
    let (start, end) = (0..256).map(|it| body.index.range(it)).find(|it| it.1 - it.0 > 9).unwrap();
    let absent = body.remainder(start + 3) ^ 1;
    assert!(window.is_aside(absent, (start, end), start + 4));
    assert!(!window.is_aside(absent, (start, end), start + 1));
}

#[test]
fn another_buckets_record_with_the_same_remainder_hides_none_and_is_none() {
    // Among 300 records in 2^8 buckets some bucket is empty.
    let snapshot = open(300);
    let body = snapshot.body();
    let window = Window::<21>::new(body.records);
    let ranges = |it: &u32| body.index.range(usize::try_from(*it).unwrap());
    let empty = (1..256).find(|it| ranges(it).0 == ranges(it).1 && ranges(it).0 > 0).unwrap();
    let before = ranges(&empty).0 - 1;
    let mixed = u64::from(empty) << 48 | body.remainder(before);
    let first = before.min(window.last);
    assert_eq!(window.find(mixed, ranges(&empty), first), None);
    assert!(window.is_aside(mixed, ranges(&empty), first), "its bucket is asked then");
    assert!(body.mix.undo(mixed).is_none_or(|key| snapshot.get(key).is_none()));
}

#[test]
fn a_window_lies_around_the_place_asked_for_wherever_the_records_begin() {
    windows_lie_around::<19>();
    windows_lie_around::<20>();
    windows_lie_around::<21>();
    windows_lie_around::<23>();
}

fn windows_lie_around<const RECORD_BYTES: usize>() {
    let records = vec![0; 64 + RECORD_BYTES * 300];
    for skew in 0..64 {
        let window = Window::<RECORD_BYTES>::new(&records[skew..skew + RECORD_BYTES * 300]);
        for place in 0..300 * 16 - 15 {
            let (guess, first) = (place / 16, window.aim(u64::from(place) * 16));
            assert!(first <= guess && guess < first + WINDOW, "{guess} from {first}");
            let line = (first as usize * RECORD_BYTES + window.skew) / LINE_BYTES;
            let last = (first + WINDOW - 1) as usize * RECORD_BYTES + HEAD_BYTES - 1 + window.skew;
            let is_exempt = first == 0 || first == window.last || RECORD_BYTES > 20;
            assert!(is_exempt || last / LINE_BYTES <= line + 1, "{guess}");
        }
    }
}

#[test]
fn fewer_records_than_a_window_are_left_to_their_bucket() {
    for n in 0..WINDOW {
        let snapshot = open(u64::from(n));
        let body = snapshot.body();
        let window = Window::<21>::new(body.records);
        assert_eq!(window.aim(0), 0);
        assert_eq!(window.find(1, (0, n), 0), None);
        assert!(window.is_aside(1, (0, n), 0));
    }
}
