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
    bytes[0] = 2;
    assert_eq!(decode(&bytes), Err(DecodeError::Version { found: 2 }));
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
