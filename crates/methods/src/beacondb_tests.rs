//! Small cases of beaconDB's estimator, computed by hand.

use super::*;
use crate::batches::testing::{at, batch, query, wifi};
use crate::plane::distance_m;
use cairn_ground::{AgeMs, LatLng, Meters, Timestamp};
use cairn_report::Report;

fn taught(reports: &[(LatLng, &[(u64, i16)])]) -> Beacondb {
    let mut method = Beacondb::default();
    method.teach(&batch(reports));
    method
}

#[test]
fn two_networks_answer_with_the_weighted_mean_of_their_boxes() {
    // Boxes 0..40 m and 100..140 m: middles 20 and 120 m. -60 dBm weighs (10⁴/80²)² = 2.4414, -80 dBm 1.
    let map = taught(&[
        (at(0.0, 0.0), &[(1, -60)]),
        (at(40.0, 0.0), &[(1, -60)]),
        (at(100.0, 0.0), &[(2, -60)]),
        (at(140.0, 0.0), &[(2, -60)]),
    ]);
    let found = map.locate(&query(&[(1, -60), (2, -80)])).unwrap();
    let east_m = (2.4414 * 20.0 + 120.0) / 3.4414;
    assert!(distance_m(found.place, at(east_m, 0.0)) < 0.05, "{found:?}");
    assert_eq!(found.r95_m, Some(50.0), "never less than 50 m");
}

#[test]
fn a_box_grows_and_the_radius_is_its_half_diagonal() {
    let reports: [(LatLng, &[(u64, i16)]); 2] =
        [(at(0.0, 0.0), &[(1, -60), (2, -60)]), (at(240.0, 180.0), &[(1, -60), (2, -60)])];
    let found = taught(&reports).locate(&query(&[(1, -60), (2, -60)])).unwrap();
    assert!((found.r95_m.unwrap() - 150.0).abs() < 0.1, "{found:?}");
    assert!(distance_m(found.place, at(120.0, 90.0)) < 0.1);
}

#[test]
fn one_network_a_single_spot_and_a_box_over_a_kilometre_answer_nothing() {
    let reports: [(LatLng, &[(u64, i16)]); 3] = [
        (at(0.0, 0.0), &[(1, -60), (2, -60), (3, -60)]),
        (at(90.0, 0.0), &[(1, -60), (3, -60)]),
        (at(1_100.0, 0.0), &[(3, -60)]),
    ];
    let map = taught(&reports);
    assert_eq!(map.locate(&query(&[(1, -60)])), None, "one network");
    assert_eq!(map.locate(&query(&[(1, -60), (2, -60)])), None, "2 was seen from one spot");
    assert_eq!(map.locate(&query(&[(1, -60), (3, -60)])), None, "3 has a box of 1,100 m");
    assert!(map.transmitter(wifi(2)).is_some() && map.transmitter(wifi(3)).is_none());
}

#[test]
fn powers_are_clamped_at_minus_50_and_impossible_ones_drop_the_network() {
    let weigh = |dbm: f32| {
        let power = cairn_ground::Dbm::new(dbm).ok();
        weight(&Observation { power, ..Observation::of(wifi(1)) })
    };
    assert_eq!(weigh(-30.0), weigh(-50.0));
    assert_eq!(weigh(0.0), weigh(-80.0), "0 is a power that was not measured");
    assert_eq!([weigh(-101.0), weigh(1.0)], [None, None]);
    assert_eq!(weight(&Observation::of(wifi(1))), Some(1.0));
}

#[test]
fn coarse_fixes_and_readings_far_from_their_fix_do_not_teach() {
    let now = Timestamp::from_ms(1_700_000_000_000);
    let teach = |fix: Fix, age_ms: i64| {
        let observation =
            Observation { age: AgeMs::new(age_ms).unwrap(), ..Observation::of(wifi(1)) };
        let mut batch = batch(&[]);
        batch.reports.extend(Report::new(now, fix, vec![observation]));
        let mut method = Beacondb::default();
        method.teach(&batch);
        method.transmitter(wifi(1)).is_some()
    };
    let fix = Fix::at(at(0.0, 0.0));
    let with_r68 = |r68_m| Fix { r68: Meters::new(r68_m).ok(), ..fix };
    assert!(teach(with_r68(250.0), 0) && !teach(with_r68(251.0), 0));
    assert!(teach(fix, 30_000) && !teach(fix, 30_001));
    let driving = Fix { speed_m_s: Some(15.0), ..fix };
    assert!(teach(driving, 10_000) && !teach(driving, 10_001));
    assert!(!teach(Fix { height_hae_m: Some(5_001.0), ..fix }, 0));
}

#[test]
fn a_cell_without_a_scrambling_code_is_dropped() {
    let cell =
        cairn_ground::CellId::new(cairn_ground::CellRadio::Lte, 302, 720, 29_100, 7).unwrap();
    let id = TransmitterId::Cell(cell);
    let teach = |unit| {
        let mut batch = batch(&[]);
        let heard = Observation { unit, ..Observation::of(id) };
        let now = Timestamp::from_ms(1_700_000_000_000);
        batch.reports.extend(Report::new(now, Fix::at(at(0.0, 0.0)), vec![heard]));
        let mut method = Beacondb::default();
        method.teach(&batch);
        method.transmitter(id).is_some()
    };
    assert!(teach(Some(269)) && !teach(None));
}
