//! Tests of the transmitter estimate.
use super::*;

fn estimate(kind: TransmitterKind, votes: &[VotePoint]) -> Option<Estimate> {
    super::estimate(kind, votes, &[])
}

fn vote(east_m: f64, north_m: f64, rssi_dbm: f64, voice: u32) -> VotePoint {
    let at = Enu { east_m, north_m };
    VotePoint {
        at,
        sigma_m: 5.0,
        rssi_dbm: Some(rssi_dbm),
        weight: 0.2,
        day: Day::new(20_000),
        voice,
        range: None,
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
fn a_street_says_how_far_along_it_a_box_stands_and_not_how_far_beside() {
    let physics = Physics::of(TransmitterKind::Wifi);
    let box_at = Enu { east_m: 0.0, north_m: 35.0 };
    for turn in [0.0_f64, 0.6] {
        let votes: Vec<VotePoint> = (0..40_u32)
            .map(|n| {
                let along = f64::from(n).mul_add(3.0, -60.0);
                let power = physics
                    .power_dbm(-45.0, Enu { east_m: along, north_m: 0.0 }.distance_m(box_at));
                vote(along * turn.cos(), along * turn.sin(), power, n % 10)
            })
            .collect();
        let found = estimate(TransmitterKind::Wifi, &votes).unwrap();
        let (long_m, short_m, angle) = found.covariance.axes();
        assert!(long_m > 1.25 * short_m, "{long_m} {short_m}");
        let across = (angle - turn).sin().abs();
        assert!(across > 0.99, "the long axis lies across the street: {angle}");
    }
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

/// The votes of [`ring`], those of some voices with the distance from a place.
fn ranging(n: u32, to: Enu, voices: std::ops::Range<u32>) -> Vec<VotePoint> {
    let mut votes = ring(n);
    votes.sort_by_key(|vote| vote.voice);
    for vote in votes.iter_mut().filter(|vote| voices.contains(&vote.voice)) {
        let distance = cairn_ground::Meters::new(vote.at.distance_m(to)).unwrap();
        vote.range = RttRange::new(distance, None).map(|range| (range, Some(0)));
    }
    votes
}

#[test]
fn distances_say_where_it_stands_when_enough_voices_measured_them() {
    let aside = Enu { east_m: 7.0, north_m: -5.0 };
    let plain = estimate(TransmitterKind::Wifi, &ranging(30, aside, 0..0)).unwrap();
    let measured = estimate(TransmitterKind::Wifi, &ranging(30, aside, 0..3)).unwrap();
    assert!(measured.at.distance_m(aside) < 1.0, "{measured:?}");
    assert!(measured.covariance.sigma_m() < plain.covariance.sigma_m());
    let by_two = estimate(TransmitterKind::Wifi, &ranging(30, aside, 0..2)).unwrap();
    assert_eq!(by_two, plain, "of two that measured nobody can tell who lies");
    let of_one: Vec<_> =
        ranging(30, aside, 0..1).into_iter().filter(|vote| vote.voice == 0).collect();
    let alone = estimate(TransmitterKind::Wifi, &of_one).unwrap();
    assert!(alone.at.distance_m(aside) < 1.5, "one that is alone is believed: {alone:?}");
}

#[test]
fn a_minority_that_measures_another_place_moves_it_little() {
    let truth = Enu { east_m: 2.0, north_m: 1.0 };
    let honest = ranging(30, truth, 0..3);
    let mut lied = honest.clone();
    let elsewhere = Enu { east_m: -25.0, north_m: 20.0 };
    for (vote, lie) in lied.iter_mut().zip(ranging(30, elsewhere, 2..3)) {
        vote.range = lie.range.or(vote.range);
    }
    let [honest, lied] =
        [honest, lied].map(|votes| estimate(TransmitterKind::Wifi, &votes).unwrap());
    assert!(honest.at.distance_m(lied.at) < 2.5, "{honest:?} {lied:?}");
}

#[test]
fn a_voice_that_measured_eight_times_weighs_no_more_than_others_that_did_once() {
    // invariant: M3
    let at = |voice, votes: &[(f64, f64)], to: Enu| -> Vec<VotePoint> {
        let physics = Physics::of(TransmitterKind::Wifi);
        let of = |(east_m, north_m): &(f64, f64)| {
            let rssi_dbm = physics.power_dbm(physics.reference_dbm, east_m.hypot(*north_m));
            let place = Enu { east_m: *east_m, north_m: *north_m };
            let distance = cairn_ground::Meters::new(place.distance_m(to)).unwrap();
            let range = RttRange::new(distance, None).map(|range| (range, Some(0)));
            let weight = 1.0 / f64::from(u8::try_from(votes.len()).unwrap());
            VotePoint { weight, range, ..vote(*east_m, *north_m, rssi_dbm, voice) }
        };
        votes.iter().map(of).collect()
    };
    let honest = [(30.0, 0.0), (-20.0, 25.0), (0.0, -35.0)];
    let circle: Vec<(f64, f64)> =
        (0..8).map(|n| f64::from(n) * 0.8).map(|a| (40.0 * a.cos(), 40.0 * a.sin())).collect();
    let estimated = |lie: &[(f64, f64)], elsewhere: Enu| {
        let mut votes: Vec<VotePoint> =
            (0..).zip(&honest).flat_map(|(voice, vote)| at(voice, &[*vote], Enu::ZERO)).collect();
        votes.extend(at(3, lie, elsewhere));
        estimate(TransmitterKind::Wifi, &votes).unwrap().at
    };
    let elsewhere = Enu { east_m: -30.0, north_m: -30.0 };
    let off_m = estimated(&circle, elsewhere).distance_m(Enu::ZERO);
    assert!(off_m < 5.0, "{off_m}");
    // Where all measured as often nothing is shared.
    let weights = |counts: [usize; 3]| -> [f64; 3] {
        let votes: Vec<VotePoint> =
            (0..).zip(counts).flat_map(|(voice, n)| at(voice, &circle[..n], Enu::ZERO)).collect();
        // Those of a voice follow each other.
        let rings = rings(&votes, 3);
        [0, counts[0], counts[0] + counts[1]].map(|first| rings[first].weight)
    };
    for (counts, want) in [([8, 8, 8], [1.0; 3]), ([1, 8, 1], [1.0, 0.125, 1.0])] {
        let off = weights(counts).iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(off < 1e-9, "{counts:?}: {off}");
    }
}
