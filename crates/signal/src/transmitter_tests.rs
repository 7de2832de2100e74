//! Tests of the transmitter estimate.
use super::*;

fn vote(east_m: f64, north_m: f64, rssi_dbm: f64, voice: u32) -> VotePoint {
    let at = Enu { east_m, north_m };
    VotePoint {
        at,
        sigma_m: 5.0,
        rssi_dbm: Some(rssi_dbm),
        weight: 0.2,
        day: Day::new(20_000),
        voice,
    }
}

/// A ring of voices around a transmitter at the origin, powers by the law.
fn ring(n: u32) -> Vec<VotePoint> {
    let physics = Physics::of(TransmitterKind::Wifi);
    (0..n)
        .map(|k| {
            let angle = f64::from(k) * 2.399_963; // the golden angle, in radians
            let distance_m = f64::from(10 + 5 * (k % 7));
            let rssi = physics.power_dbm(physics.reference_dbm, distance_m);
            vote(distance_m * angle.cos(), distance_m * angle.sin(), rssi, k % 5)
        })
        .collect()
}

#[test]
fn surrounded_transmitters_are_found() {
    let found = estimate(TransmitterKind::Wifi, &ring(30)).unwrap();
    assert!(found.at.distance_m(Enu::ZERO) < 4.0, "{found:?}");
    assert_eq!(found.mobility, Mobility::Fixed);
    assert!(found.covariance.sigma_m() < 10.0);
    let reference = found.reference_dbm.unwrap();
    assert!((reference - Physics::of(TransmitterKind::Wifi).reference_dbm).abs() < 3.0);
}

#[test]
fn a_minority_of_lies_moves_it_a_few_metres_only() {
    let mut votes = ring(30);
    votes.extend((0..6).map(|k| vote(300.0, f64::from(k), -20.0, 9)));
    let found = estimate(TransmitterKind::Wifi, &votes).unwrap();
    assert!(found.at.distance_m(Enu::ZERO) < 15.0, "{found:?}");
}

#[test]
fn heard_in_two_far_places_is_moving() {
    let mut votes = ring(10);
    votes.extend((0..10).map(|k| vote(3_000.0, f64::from(k), -60.0, 9)));
    assert_eq!(estimate(TransmitterKind::Wifi, &votes).unwrap().mobility, Mobility::Moving);
}

#[test]
fn nothing_heard_is_no_estimate() {
    assert_eq!(estimate(TransmitterKind::Wifi, &[]), None);
}
