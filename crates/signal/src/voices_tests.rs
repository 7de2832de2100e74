//! Tests of the place that several voices agree on.
use super::*;
use crate::transmitter::estimate;
use cairn_ground::Day;

const BLE: TransmitterKind = TransmitterKind::Ble;
const LTE: TransmitterKind = TransmitterKind::Lte;
const WIFI: TransmitterKind = TransmitterKind::Wifi;

/// Votes of one voice that walks past (`east_m`, `north_m`) and hears the origin as the law says.
fn walk(kind: TransmitterKind, voice: u32, from: Enu) -> Vec<VotePoint> {
    let physics = Physics::of(kind);
    (-4..=4_i32)
        .map(|step| {
            let at = Enu { east_m: f64::from(step).mul_add(4.0, from.east_m), ..from };
            let rssi_dbm = physics.power_dbm(physics.reference_dbm, at.distance_m(Enu::ZERO));
            let (sigma_m, weight, day) = (2.0, 1.0 / 9.0, Day::new(20_000));
            VotePoint { at, sigma_m, rssi_dbm: Some(rssi_dbm), weight, day, voice, range: None }
        })
        .collect()
}

/// Votes of one voice that claims to hear it loudly at one spot.
fn lie(voice: u32, at: Enu) -> Vec<VotePoint> {
    let one = VotePoint {
        at,
        sigma_m: 1.0,
        rssi_dbm: Some(-35.0),
        weight: 0.1,
        day: Day::new(20_000),
        voice,
        range: None,
    };
    vec![one; 10]
}

/// `n` voices on streets north and south of the origin.
fn passers(kind: TransmitterKind, n: u32) -> Vec<VotePoint> {
    (0..n)
        .flat_map(|voice| {
            let north_m = if voice % 2 == 0 { 12.0 } else { -14.0 };
            walk(kind, voice, Enu { east_m: f64::from(voice % 5) * 3.0 - 6.0, north_m })
        })
        .collect()
}

fn moved_m(kind: TransmitterKind, honest: &[VotePoint], lies: &[VotePoint]) -> f64 {
    let at = |votes: &[VotePoint]| estimate(kind, votes, &[]).unwrap().at;
    at(honest).distance_m(at(&[honest, lies].concat()))
}

#[test]
fn no_fifth_of_the_voices_moves_it_twenty_metres() {
    for distance_m in [15.0, 30.0, 60.0, 150.0, 1_000.0] {
        for n in [8, 16, 20] {
            let at = Enu { east_m: distance_m, north_m: 0.0 };
            let lies: Vec<_> = (0..n / 4).flat_map(|voice| lie(100 + voice, at)).collect();
            let moved_m = moved_m(WIFI, &passers(WIFI, n), &lies);
            assert!(moved_m < 20.0, "{n} voices, lies at {distance_m} m: {moved_m}");
        }
    }
}

#[test]
fn a_fifth_of_loud_voices_moves_a_cell_less_than_what_one_of_its_phones_is_off() {
    let honest: Vec<_> = (0..12)
        .flat_map(|voice| {
            let north_m = if voice % 2 == 0 { 250.0 } else { -300.0 };
            walk(LTE, voice, Enu { east_m: f64::from(voice).mul_add(90.0, -500.0), north_m })
        })
        .collect();
    for distance_m in [500.0, 3_000.0] {
        let at = Enu { east_m: distance_m, north_m: 0.0 };
        let lies: Vec<_> = (0..3).flat_map(|voice| lie(100 + voice, at)).collect();
        let moved_m = moved_m(LTE, &honest, &lies);
        assert!(moved_m < 80.0, "lies at {distance_m} m: {moved_m}");
    }
}

#[test]
fn among_many_voices_those_that_came_nearest_decide() {
    let mut votes = passers(BLE, 14);
    votes.extend((20..26).flat_map(|voice| walk(BLE, voice, Enu { east_m: 1.0, north_m: 1.0 })));
    let found = place(BLE, &votes).unwrap();
    assert!(found.distance_m(Enu::ZERO) < 2.5, "{found:?}");
}

#[test]
fn a_voice_of_many_votes_is_one_voice() {
    let honest = passers(WIFI, 8);
    let at = Enu { east_m: 40.0, north_m: 0.0 };
    let ten = moved_m(WIFI, &honest, &lie(100, at));
    let mut more = lie(100, at);
    more.extend(lie(100, at));
    for vote in &mut more {
        vote.weight /= 2.0;
    }
    assert!((ten - moved_m(WIFI, &honest, &more)).abs() < 1e-9);
}

#[test]
fn the_place_turns_with_its_votes() {
    let turned: Vec<_> = passers(WIFI, 6)
        .into_iter()
        .map(|vote| {
            let at = Enu { east_m: -vote.at.north_m, north_m: vote.at.east_m };
            VotePoint { at, ..vote }
        })
        .collect();
    let (a, b) = (place(WIFI, &passers(WIFI, 6)).unwrap(), place(WIFI, &turned).unwrap());
    let back = Enu { east_m: b.north_m, north_m: -b.east_m };
    assert!(a.distance_m(back) < 1.0, "{a:?} {back:?}");
}
