//! Tests of the record codec.

use super::*;
use crate::test_support::{any_batch, batch};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_batch_comes_back_exactly(batch in any_batch()) {
        let bytes = encode(&batch);
        prop_assert_eq!(peek_id(&bytes), Ok(batch.id));
        prop_assert_eq!(decode(&bytes), Ok(batch));
    }

    #[test]
    fn any_bytes_decode_or_are_refused(bytes: Vec<u8>) {
        drop(decode(&bytes));
        let mut versioned = vec![VERSION];
        versioned.extend_from_slice(&bytes);
        drop(decode(&versioned));
    }

    #[test]
    fn any_changed_byte_decodes_or_is_refused(batch in any_batch(), at: prop::sample::Index, byte: u8) {
        let mut bytes = encode(&batch);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(batch) = decode(&bytes) {
            prop_assert_eq!(decode(&encode(&batch)), Ok(batch));
        }
    }
}

#[test]
fn every_shorter_prefix_and_one_more_byte_are_refused() {
    let mut bytes = encode(&batch(1));
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "{end}");
    }
    bytes.push(0);
    assert_eq!(decode(&bytes), Err(DecodeError::Trailing { n: 1 }));
}

#[test]
fn an_unknown_version_is_refused_by_name() {
    let mut bytes = encode(&batch(1));
    for found in [0, VERSION + 1] {
        bytes[0] = found;
        assert_eq!(decode(&bytes), Err(DecodeError::Version { found }));
        assert_eq!(peek_id(&bytes), Err(DecodeError::Version { found }));
    }
}

/// A record as version 1 wrote it: one report, a Wi-Fi network at −60 dBm and an LTE cell.
const VERSION_1: &[u8] = &[
    1, // version
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // submission
    0x90, 0x8c, 0x01, // received: day 17,936
    9, 0, 0, 0, 0, 0, 0, 0,    // contributor
    1,    // one report
    2,    // a millisecond after midnight
    0x04, // height
    20, 40, 0, // 10 and 20 units of 1e-7 degrees, no age
    0xc2, 0x90, 0x01, // 50 m
    2,    // two observations
    0x08, 2, 0, 0, 0, 0, 1, 0xc4, // Wi-Fi, whole power −60
    0x04, 0xae, 0x02, 1, 5, 6, // LTE 302-1-5-6
];

#[test]
fn a_record_of_version_1_is_read_and_its_new_parts_are_absent() {
    let batch = decode(VERSION_1).unwrap();
    let report = &batch.reports[0];
    let heights = (report.fix().height_hae_m, report.fix().height_r68_m);
    assert_eq!((heights, batch.app), ((Some(50.0), None), None));
    assert_eq!(report.observations()[0].power, Dbm::new(-60.0).ok());
    let hints = |o: &Observation| (o.unit, o.timing_advance);
    assert!(report.observations().iter().all(|o| hints(o) == (None, None)));
    assert_eq!(report.observations()[1].transmitter.to_string(), "lte-302-1-5-6");
    assert_eq!(decode(&encode(&batch)), Ok(batch), "and written as the newest version");
    let mut hinted = VERSION_1.to_vec();
    *hinted.iter_mut().nth_back(5).unwrap() |= 0x80;
    hinted.extend([1, 9]);
    assert!(decode(&hinted).is_err(), "version 1 has no hints");
}

/// A record as version 2 wrote it: the same with an accuracy of the height and hints of the cell.
const VERSION_2: &[u8] = &[
    2, // version
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // submission
    0x90, 0x8c, 0x01, // received: day 17,936
    9, 0, 0, 0, 0, 0, 0, 0, // contributor
    1, // one report
    2, // a millisecond after midnight
    0x04, 0x01, // height, and its accuracy
    20, 40, 0, // 10 and 20 units of 1e-7 degrees, no age
    0xc2, 0x90, 0x01, // 50 m
    0xc2, 0x90, 0x01, // 50 m
    2,    // two observations
    0x08, 2, 0, 0, 0, 0, 1, 0xc4, // Wi-Fi, whole power −60
    0x84, 0xae, 0x02, 1, 5, 6, 3, 9, 4, // LTE 302-1-5-6, unit 9, timing advance 4
];

#[test]
fn a_record_of_version_2_is_read_and_says_no_program() {
    let batch = decode(VERSION_2).unwrap();
    let report = &batch.reports[0];
    assert_eq!((batch.app, report.fix().height_r68_m), (None, Some(50.0)));
    let cell = report.observations()[1];
    assert_eq!((cell.unit, cell.timing_advance), (Some(9), Some(4)));
    assert_eq!(decode(&encode(&batch)), Ok(batch), "and written as the newest version");
}

#[test]
fn the_program_takes_nine_bytes_and_nothing_else_may_stand_there() {
    let none = encode(&batch(1));
    let with = encode(&Batch { app: Some(App::from_tag(u64::MAX)), ..batch(1) });
    assert_eq!(with.len(), none.len() + 8);
    assert_eq!(decode(&with).unwrap().app, Some(App::from_tag(u64::MAX)));
    let at = with.iter().position(|byte| *byte == 0xff).unwrap() - 1;
    let mut other = with;
    other[at] = 2;
    assert_eq!(decode(&other), Err(DecodeError::Field { field: "program" }));
}

#[test]
fn a_place_is_settled_to_1e_7_degrees_once() {
    let mut original = batch(1);
    let fix = Fix::at(LatLng::new(51.123_456_789, -0.123_456_789).unwrap());
    let observations = original.reports[0].observations().to_vec();
    original.reports = Report::new(Timestamp::from_ms(0), fix, observations).into_iter().collect();
    let once = decode(&encode(&original)).unwrap();
    assert_eq!(once.reports[0].fix().place.to_e7(), (511_234_568, -1_234_568));
    assert_eq!(decode(&encode(&once)), Ok(once));
}

#[test]
fn a_plain_observation_takes_eight_bytes() {
    let report = |n: u64| (0..n).map(|at| TransmitterId::Wifi(Bssid::from_u48(at + 1)));
    let with = |n: u64| {
        let power = Some(Dbm::new(-70.0).unwrap());
        let heard = report(n).map(|id| Observation { power, ..Observation::of(id) }).collect();
        let mut one = batch(1);
        let fix = *one.reports[0].fix();
        one.reports = Report::new(Timestamp::from_ms(0), fix, heard).into_iter().collect();
        encode(&one).len()
    };
    assert_eq!(with(21) - with(1), 20 * 8);
}
