//! Tests of models: what is written is read, and nothing else is.

use super::*;
use crate::venue::encode::{Learned, encode};
use crate::venue::imprint;
use crate::venue::net::Net;
use crate::venue::networks::Networks;
use crate::venue::rng::Rng;

/// Four networks of three transmitters.
fn networks() -> Networks {
    Networks { keys: vec![7, 8, 9, 400], transmitters: vec![0, 0, 1, 2], n_transmitters: 3 }
}

fn bytes() -> Vec<u8> {
    let networks = networks();
    let net = Net::fresh(3, 2, &mut Rng::new(5));
    let origin = LatLng::new(30.25, 120.16).unwrap();
    let prints = imprint::encode(&[], 3, |_| [0.0; 2]);
    encode(&Learned {
        net: &net,
        origin,
        networks: &networks,
        levels: &[-1, 2],
        promise: Promise::fit(&[]),
        shares: Shares::fit(&[]),
        prints: &prints,
        effort: Effort::Whole,
    })
}

fn heard(key: u64) -> Reading {
    Reading { key, rssi_dbm: -60.0, age_s: 0.0 }
}

#[test]
fn a_model_knows_its_transmitters_and_tells_what_share_of_a_scan_they_are() {
    let bytes = bytes();
    let model = Model::read(&bytes).unwrap();
    assert!(model.knows(8) && model.knows(9) && !model.knows(10));
    assert!((model.share_known(&[heard(7), heard(100)]) - 0.5).abs() < 1e-3);
    let inside = model.locate(&[heard(7), heard(100), heard(400)]).unwrap();
    assert_eq!((inside.n_known, inside.floors.len()), (2, 2));
    assert!((inside.share_known - 2.0 / 3.0).abs() < 1e-3);
    assert!(model.locate(&[heard(100)]).is_none(), "nothing known");
    let old = Reading { age_s: 60.0, ..heard(7) };
    assert!(model.locate(&[old]).is_none(), "nothing fresh");
    assert!(model.locate(&[]).is_none());
}

#[test]
fn a_model_that_is_cut_longer_or_of_wrong_numbers_is_refused() {
    let good = bytes();
    for end in 0..good.len() {
        assert!(Model::read(&good[..end]).is_none(), "cut at {end}");
    }
    assert!(Model::read(&[good.as_slice(), &[0]].concat()).is_none());
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Model::read(&bytes).is_none()
    };
    assert!(with(0, b'X') && with(16, 0) && with(16, 3) && with(17, 2) && with(18, 1));
    assert!(with(11, 0x7f), "an origin off the globe");
    let levels_at = HEAD_BYTES + 4 * (1 + Promise::FLOATS + Shares::FLOATS);
    assert!(with(levels_at, 5), "levels that fall");
    assert!(with(levels_at + 2, 255), "keys that fall");
}

#[test]
fn numbers_that_are_none_give_no_answer() {
    let mut bytes = bytes();
    let n_out = PLACE_OUTPUTS + 2;
    let east_at =
        bytes.len() - imprint::encode(&[], 3, |_| [0.0; 2]).len() - 4 * n_out * (SECOND + 1);
    bytes[east_at..east_at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    let model = Model::read(&bytes).unwrap();
    assert_eq!(model.locate(&[heard(7), heard(9)]), None);
}

#[test]
fn networks_of_one_transmitter_are_heard_as_one_and_counted_each() {
    let bytes = bytes();
    let model = Model::read(&bytes).unwrap();
    let one = model.locate(&[heard(7), heard(9)]).unwrap();
    let two = model.locate(&[heard(8), heard(9), heard(7)]).unwrap();
    assert_eq!((one.n_known, two.n_known), (2, 3));
    assert_eq!((one.place, one.radii), (two.place, two.radii));
}

#[test]
fn a_number_beyond_the_transmitters_is_a_network_nobody_knows() {
    let mut bytes = bytes();
    let numbers_at = HEAD_BYTES + 4 * (1 + Promise::FLOATS + Shares::FLOATS) + 2 + 4 * KEY_BYTES;
    bytes[numbers_at] = 3;
    let model = Model::read(&bytes).unwrap();
    assert!(!model.knows(7) && model.knows(8));
    assert!(model.locate(&[heard(7), heard(9)]).is_some());
}

#[test]
fn models_of_versions_4_and_5_are_read_and_one_of_version_3_no_longer() {
    let new = bytes();
    let mut old = new.clone();
    let domain_at = HEAD_BYTES + 4 * (1 + Promise::FLOATS_5);
    old.drain(domain_at..domain_at + 4 * (Promise::FLOATS - Promise::FLOATS_5));
    let scan = [heard(7), heard(400)];
    for magic in [MAGIC_5, MAGIC_4] {
        old[..4].copy_from_slice(&magic);
        let answer = Model::read(&old).unwrap().locate(&scan).unwrap();
        assert_eq!(Some(answer), Model::read(&new).unwrap().locate(&scan), "it has no prints");
    }
    old[3] = b'3';
    assert!(Model::read(&old).is_none());
}
