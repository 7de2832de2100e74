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
