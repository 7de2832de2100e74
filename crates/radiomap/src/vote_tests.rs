//! Tests of votes: what they keep, and which of two stays.

use super::*;
use crate::worlds::{evidence, wifi};
use cairn_evidence::Height;

#[test]
fn a_vote_keeps_what_the_estimate_needs_in_32_bytes() {
    assert_eq!(size_of::<Vote>(), 32);
    let mut one = evidence(1, 2, (51.5, -0.25), &[(3, -61)]);
    one.floor = Some(Floor::new(-2).unwrap());
    one.surveyed = true;
    one.heard[0].frequency_mhz = Some(5_180);
    one.height = Some(Height { stated_m: -3.4, sigma_m: 2.0 });
    (one.heard[0].unit, one.heard[0].timing_advance) = (Some(503), Some(0));
    let vote = Vote::of(&one, &one.heard[0]);
    let hints = (vote.unit(), vote.timing_advance(), vote.height_m());
    assert_eq!(hints, (Some(503), Some(0), Some(-3)));
    assert_eq!(vote.place(), one.heard[0].place);
    assert_eq!((vote.rssi_dbm(), vote.floor(), vote.day()), (Some(-61), one.floor, one.day));
    assert!(vote.is_surveyed() && (vote.sigma_m() - 8.0).abs() < 1e-9);
    assert_eq!(vote.rank(), vote_rank(one.id, wifi(3)) >> 5, "35 dB above the faintest");
    assert_eq!(Vote::from_bytes(vote.to_bytes()), Some(vote));
}

#[test]
fn what_was_not_stated_stays_so_and_heights_beyond_16_bits_are_cut() {
    let one = evidence(1, 2, (51.5, -0.25), &[(3, -61)]);
    let vote = Vote::of(&one, &one.heard[0]);
    assert_eq!((vote.unit(), vote.timing_advance(), vote.height_m()), (None, None, None));
    assert_eq!((whole_m(99_999.0), whole_m(-99_999.0)), (32_767, -32_767));
}

#[test]
fn bytes_that_no_vote_has_are_refused() {
    let one = evidence(1, 2, (51.5, -0.25), &[(3, -61)]);
    let good = Vote::of(&one, &one.heard[0]).to_bytes();
    let with = |index: usize, byte: u8| {
        let mut bytes = good;
        bytes[index] = byte;
        Vote::from_bytes(bytes)
    };
    assert_eq!(with(11, 0x7f), None, "off the globe");
    assert_eq!(with(21, 0x7f), None, "floor 127");
    assert_eq!(with(22, 0x08), None, "a flag without a meaning");
}

#[test]
fn of_two_copies_of_one_report_the_one_that_states_more_stays_in_any_order() {
    let bare = evidence(1, 2, (51.5, -0.25), &[(3, -61)]);
    let floor = Some(Floor::new(-3).unwrap());
    let height = Some(Height { stated_m: -40.0, sigma_m: 2.0 });
    let mut hints = bare.clone();
    (hints.heard[0].unit, hints.heard[0].timing_advance) = (Some(1), Some(7));
    let more = [
        Evidence { floor, ..bare.clone() },
        Evidence { height, ..bare.clone() },
        hints.clone(),
        Evidence { floor, height, ..hints.clone() },
    ];
    let vote = |one: &Evidence| Vote::of(one, &one.heard[0]);
    for one in &more {
        assert!(vote(one).is_better_than(&vote(&bare)) && !vote(&bare).is_better_than(&vote(one)));
        assert!(!vote(one).is_better_than(&vote(one)));
    }
    let [.., all] = &more;
    assert!(more[..3].iter().all(|less| vote(all).is_better_than(&vote(less))));
    let mut wide = all.clone();
    wide.heard[0].sigma_m = 9.0;
    assert!(vote(&bare).is_better_than(&vote(&wide)), "the surer place comes first");
}
