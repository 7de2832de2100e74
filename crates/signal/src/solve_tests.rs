//! Tests of the solver.
use super::*;

/// The explanations, in memory of their own.
fn explained(anchors: &[Anchor]) -> Vec<Hypothesis> {
    hypotheses(anchors, &mut Scratch::default()).clone()
}

fn anchor(east_m: f64, north_m: f64, rssi_dbm: f64, device: u64) -> Anchor {
    Anchor {
        at: Enu { east_m, north_m },
        covariance: Covariance::circular(25.0),
        reach_m: 60.0,
        reference_dbm: None,
        kind: TransmitterKind::Wifi,
        rssi_dbm: Some(rssi_dbm),
        moved_m: 0.0,
        trust: 1.0,
        device,
    }
}

#[test]
fn the_answer_lies_near_the_strongest() {
    let heard = [anchor(0.0, 0.0, -45.0, 1), anchor(60.0, 0.0, -85.0, 2)];
    let found = explained(&heard);
    assert_eq!(found.len(), 1);
    assert!(found[0].at.east_m < 15.0, "{found:?}");
    assert_eq!(found[0].n_devices, 2);
}

#[test]
fn a_town_and_a_lone_stranger_are_two_hypotheses() {
    let mut heard: Vec<_> =
        (0..5_u32).map(|n| anchor(f64::from(n) * 10.0, 0.0, -60.0, 2 + u64::from(n))).collect();
    heard.push(anchor(9_000.0, 0.0, -40.0, 99));
    let found = explained(&heard);
    assert_eq!(found.len(), 2);
    assert!(found[0].at.east_m < 100.0);
    assert!(found[1].members.iter().eq([5]));
}

#[test]
fn twins_of_one_box_count_once() {
    let heard = [anchor(0.0, 0.0, -60.0, 1), anchor(1.0, 0.0, -60.0, 1)];
    assert_eq!(explained(&heard)[0].n_devices, 1);
}

#[test]
fn nothing_heard_has_no_explanation() {
    assert!(explained(&[]).is_empty());
}

#[test]
fn strong_transmitters_learned_at_one_spot_each_do_not_contradict_across_a_street() {
    let of_one_spot =
        |east_m, device| Anchor { reach_m: 12.0, ..anchor(east_m, 0.0, -60.0, device) };
    assert_eq!(explained(&[of_one_spot(0.0, 1), of_one_spot(120.0, 2)]).len(), 1);
    assert_eq!(explained(&[of_one_spot(0.0, 1), of_one_spot(700.0, 2)]).len(), 2);
}

#[test]
fn what_is_near_the_farthest_corner_contradicts_nobody() {
    // Places and reaches spread so that most looks at a corner say no more than that one has to compare.
    let some = |n: u32| f64::from(n.wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24);
    let (mut n_near, mut n_far) = (0_u32, 0_u32);
    for scan in 0..400_u32 {
        let heard: Vec<_> = (0..12_u32)
            .map(|n| {
                let of = |k: u32| some(scan * 100 + n * 5 + k);
                let reach_m = 200.0 * of(2);
                let (east_m, north_m) = (200.0 * of(0), 300.0 * of(1));
                Anchor { reach_m, reference_dbm: Some(-60.0), ..anchor(east_m, north_m, -60.0, 1) }
            })
            .collect();
        let bounds = |anchor: &Anchor| Bounds {
            heard_m: heard_within_m(anchor),
            sigma_m: anchor.covariance.sigma_m(),
        };
        let (last, others) = heard.split_last().unwrap();
        let mut group = Group::alone(0, others[0].at, bounds(&others[0]));
        others[1..].iter().for_each(|other| group.push(1, other.at, &bounds(other)));
        let is_near = group.is_near(last.at, &bounds(last));
        let contradicts =
            |other: &&Anchor| contradict((last.at, &bounds(last)), (other.at, &bounds(other)));
        let n_contradicted = others.iter().filter(contradicts).count();
        assert!(!is_near || n_contradicted == 0, "scan {scan}");
        n_near += u32::from(is_near);
        n_far += u32::from(n_contradicted > 0);
    }
    assert!(n_near > 20 && n_far > 20, "{n_near} near, {n_far} that contradict");
}

#[test]
fn readings_without_a_power_say_less_than_any_with_one() {
    let sigma_m = |power: fn(u32) -> Option<f64>| {
        let heard: Vec<_> = (0..6_u32)
            .map(|n| {
                let one = anchor(f64::from(n) * 15.0, 0.0, 0.0, u64::from(n));
                Anchor { rssi_dbm: power(n), reach_m: 120.0, ..one }
            })
            .collect();
        explained(&heard)[0].covariance.sigma_m()
    };
    let without = sigma_m(|_| None);
    let plain = sigma_m(|n| Some(f64::from(n).mul_add(-5.0, -60.0)));
    assert!(without > 1.3 * plain, "{without} m without, {plain} m with");
    assert!(without > 1.1 * sigma_m(|_| Some(-80.0)));
}
