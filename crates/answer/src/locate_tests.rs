//! Tests of `locate` on small snapshots built in memory.
use super::*;
use crate::worlds::{heard, map, record};
use cairn_signal::calibration::Class;
use cairn_snapshot::CalibrationRow;

#[test]
fn two_known_boxes_are_answered_between_them() {
    let map = map(&[record(0x10, 51.0), record(0x2000, 51.0002)], vec![]);
    let Answer::Found(found) = locate(&map, &[heard(0x10, -60.0), heard(0x2000, -60.0)]) else {
        panic!("refused")
    };
    assert!((found.place.lat_deg() - 51.0001).abs() < 1e-5, "{found:?}");
    assert_eq!((found.n_known, found.n_used, found.method), (2, 2, Method::Wifi));
    assert!(found.radii.r95_m() > 10.0);
}

#[test]
fn unknown_networks_are_stood_in_for_by_their_box_but_a_box_stays_one() {
    // invariant: A3
    let map = map(&[record(0x10, 51.0), record(0x2000, 51.0002)], vec![]);
    let by_sibling = locate(&map, &[heard(0x1f, -60.0), heard(0x2001, -60.0)]);
    assert!(matches!(by_sibling, Answer::Found(Found { n_used: 2, .. })), "{by_sibling:?}");
    let one_box = locate(&map, &[heard(0x10, -60.0), heard(0x11, -60.0)]);
    assert_eq!(one_box, Answer::Refused(Refusal::TooFewKnown { known: 1, needed: 2 }));
}

#[test]
fn radii_are_the_snapshots_own_promise() {
    // invariant: A2
    let rows = |factor: f32| {
        let multipliers = [factor, 2.0 * factor, 3.0 * factor, 4.0 * factor];
        vec![CalibrationRow { class: Class::WifiTwo as u8, n_samples: 9, multipliers }]
    };
    let scan = [heard(0x10, -60.0), heard(0x2000, -60.0)];
    let records = [record(0x10, 51.0), record(0x2000, 51.0002)];
    let r95_m = |factor| match locate(&map(&records, rows(factor)), &scan) {
        Answer::Found(found) => found.radii.r95_m(),
        Answer::Refused(refusal) => panic!("{refusal:?}"),
    };
    assert!((r95_m(0.6) / r95_m(0.2) - 3.0).abs() < 1e-6);
    assert!(r95_m(9.0) < 300.0, "and no farther than either is heard");
}

#[test]
fn an_answer_unlike_those_measured_says_so_and_is_wider() {
    let scan = [heard(0x10, -60.0), heard(0x2000, -60.0)];
    let records = [record(0x10, 51.0), record(0x2000, 51.0002)];
    let row = |class, multipliers| CalibrationRow { class, n_samples: 99, multipliers };
    let factors = row(Class::WifiTwo as u8, [0.1, 0.15, 0.2, 0.25]);
    let found = |domain: Option<[f32; 4]>| {
        let domain = domain.map(|edges| row(96 + Class::WifiTwo as u8, edges));
        match locate(&map(&records, [factors].into_iter().chain(domain).collect()), &scan) {
            Answer::Found(found) => (found.extrapolated, found.radii.r95_m()),
            Answer::Refused(refusal) => panic!("{refusal:?}"),
        }
    };
    let (is_out, r95_m) = found(None);
    assert!(!is_out, "a snapshot from before domains is believed as it was");
    assert_eq!(found(Some([0.0, 500.0, -90.0, 90.0])), (false, r95_m));
    for outside in [[0.0, 1.0, -90.0, 90.0], [0.0, 500.0, 60.0, 90.0], [1.0, 0.0, 1.0, 0.0]] {
        let (is_out, wide_m) = found(Some(outside));
        assert!(is_out && wide_m > 1.49 * r95_m, "{outside:?}: {wide_m} of {r95_m} m");
    }
    match locate(&map(&records, vec![]), &scan) {
        Answer::Found(found) => assert!(found.extrapolated, "nothing was measured at all"),
        Answer::Refused(refusal) => panic!("{refusal:?}"),
    }
}

#[test]
fn nothing_heard_and_nothing_known_are_told_apart() {
    let map = map(&[record(0x10, 51.0)], vec![]);
    assert_eq!(locate(&map, &[]), Answer::Refused(Refusal::NothingHeard));
    let unknown = locate(&map, &[heard(0x999_0000, -50.0)]);
    assert_eq!(unknown, Answer::Refused(Refusal::TooFewKnown { known: 0, needed: 2 }));
}

/// Boxes of many strengths, equals among them, two networks known by their siblings only, a stranger.
fn crowd() -> Vec<Heard> {
    let mut scan: Vec<Heard> = (1u8..=20)
        .map(|n| heard(u64::from(n) * 0x1000, -50.0 - f32::from(n / 2)))
        .chain([heard(0x1001, -52.0), heard(0x200f, -52.0), heard(0x999_0000, -60.0)])
        .collect();
    scan[3].rssi_dbm = None;
    scan[4].age_ms = 4_000;
    scan
}

#[test]
fn a_scan_gives_one_answer_in_any_order_and_any_number_of_times() {
    // invariant: A1
    let records: Vec<_> = (1u8..=20)
        .map(|n| record(u64::from(n) * 0x1000, f64::from(n % 7).mul_add(0.000_17, 51.0)))
        .collect();
    let map = map(&records, vec![]);
    let mut scan = crowd();
    let answer = locate(&map, &scan);
    assert!(matches!(answer, Answer::Found(Found { n_known: 22, .. })), "{answer:?}");
    for turn in 0..scan.len() {
        scan.rotate_left(1);
        assert_eq!(locate(&map, &scan), answer, "rotated by {turn}");
        scan.swap(turn, (7 * turn + 3) % 23);
        assert_eq!(locate(&map, &scan), answer, "swapped in turn {turn}");
        scan.reverse();
        assert_eq!(locate(&map, &scan), answer, "turned round in turn {turn}");
    }
}

#[test]
fn one_reading_past_the_limit_costs_the_weakest() {
    let map = map(&[record(0x10, 51.0), record(0x2000, 51.0002)], vec![]);
    let stranger = |n: usize| heard(0x99_0000_0000 + 16 * n as u64, -70.0);
    let mut scan: Vec<Heard> = (0..crate::limits::HEARD_MAX - 1).map(stranger).collect();
    scan.extend([heard(0x10, -60.0), heard(0x2000, -80.0)]);
    let without = Answer::Refused(Refusal::TooFewKnown { known: 1, needed: 2 });
    assert_eq!(locate(&map, &scan), without);
    scan.remove(0);
    assert!(matches!(locate(&map, &scan), Answer::Found(_)));
}
