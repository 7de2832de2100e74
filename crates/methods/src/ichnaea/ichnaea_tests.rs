//! Small cases of Ichnaea's estimator, computed by hand.

use super::*;
use crate::batches::testing::{DAY, at, batch, batch_on, query, wifi};
use crate::plane::distance_m;
use cairn_ground::{AgeMs, CellId, CellRadio, Dbm, LatLng, Meters, Timestamp};
use cairn_report::{Fix, Observation, Report};

fn taught(batches: &[Batch]) -> Ichnaea {
    let mut method = Ichnaea::new(Twenty::LowestScores);
    for batch in batches {
        method.teach(batch);
    }
    method.seal().unwrap();
    method
}

fn one_on(day: u16, place: LatLng) -> Batch {
    batch_on(Day::new(DAY.get() + day), &[(place, &[(1, -80)])])
}

fn stands_at(map: &Ichnaea, east_m: f64) -> bool {
    let standing = map.transmitter(wifi(1));
    standing.is_some_and(|it| distance_m(it.place, at(east_m, 0.0)) < 0.1)
}

#[test]
fn the_weight_is_the_product_of_fix_gap_speed_and_signal() {
    let weigh = |r68_m: f64, gap_ms, speed_m_s, dbm| {
        let r68 = Meters::new(r68_m).ok();
        let fix = Fix { r68, speed_m_s: Some(speed_m_s), ..Fix::at(at(0.0, 0.0)) };
        let age = AgeMs::new(gap_ms).unwrap();
        weight::of(
            &fix,
            &Observation { age, power: Dbm::new(dbm).ok(), ..Observation::of(wifi(1)) },
        )
    };
    let is = |weight: Option<f64>, expected: f64| (weight.unwrap() - expected).abs() < 1e-3;
    assert!(is(weigh(5.0, 0, 0.0, -80.0), 1.0), "all at their defaults");
    assert!(is(weigh(40.0, 0, 0.0, -80.0), 0.5), "√(10/40)");
    assert!(is(weigh(5.0, 8_000, 0.0, -80.0), 0.5), "√(2/8)");
    assert!(is(weigh(5.0, 0, 20.0, -80.0), 0.5), "√(5/20)");
    assert!(is(weigh(5.0, 0, 0.0, -40.0), 7.716), "(10⁴/60²)²");
    assert!(is(weigh(5.0, 0, 0.0, -100.0), 0.482), "(10⁴/120²)²");
    assert_eq!(weigh(201.0, 0, 0.0, -80.0), None);
    assert_eq!(weigh(5.0, 20_001, 0.0, -80.0), None);
    assert_eq!(weigh(5.0, 0, 51.0, -80.0), None);
}

#[test]
fn a_change_moves_the_mean_by_weight_and_a_far_report_blocks() {
    let map = taught(&[one_on(0, at(0.0, 0.0)), one_on(1, at(0.0, 0.0)), one_on(2, at(90.0, 0.0))]);
    assert!(stands_at(&map, 30.0), "two parts at 0, one at 90");
    let blocked = taught(&[one_on(0, at(0.0, 0.0)), one_on(1, at(6_000.0, 0.0))]);
    assert_eq!(blocked.transmitter(wifi(1)), None);
}

#[test]
fn one_block_in_the_first_days_lasts_until_about_day_45() {
    let until = |day| {
        let batches =
            [one_on(0, at(0.0, 0.0)), one_on(1, at(6_000.0, 0.0)), one_on(day, at(50.0, 0.0))];
        stands_at(&taught(&batches), 50.0)
    };
    assert!(!until(44) && until(45), "round(45 / 30) = 2 blocks are allowed");
}

#[test]
fn a_year_without_a_change_makes_a_far_report_a_move() {
    let moved = |day| {
        stands_at(&taught(&[one_on(0, at(0.0, 0.0)), one_on(day, at(6_000.0, 0.0))]), 6_000.0)
    };
    assert!(!moved(364) && moved(365));
}

#[test]
fn two_networks_answer_with_weights_of_power_to_the_fourth() {
    let map = taught(&[batch(&[(at(0.0, 0.0), &[(1, -80)]), (at(85.0, 0.0), &[(2, -80)])])]);
    // 1/50⁴ to 1/100⁴ is 16 to 1: 85 / 17 = 5 m from the first.
    let found = map.locate(&query(&[(1, -50), (2, -100)])).unwrap();
    assert!(distance_m(found.place, at(5.0, 0.0)) < 0.1, "{found:?}");
    // Distances 5 and 80 m: the 95th percentile is 5 + 0.95 · 75.
    assert!((found.r95_m.unwrap() - 76.25).abs() < 0.2);
    assert_eq!(map.locate(&query(&[(1, -50)])), None);
}

#[test]
fn two_networks_over_500_m_apart_answer_nothing() {
    let apart = |m| taught(&[batch(&[(at(0.0, 0.0), &[(1, -80)]), (at(m, 0.0), &[(2, -80)])])]);
    let asked = query(&[(1, -60), (2, -60)]);
    assert!(apart(499.0).locate(&asked).is_some());
    assert_eq!(apart(501.0).locate(&asked), None);
}

/// 20 networks seen once at 0 m, 20 seen 64 times at 333 m.
fn weak_and_strong() -> Vec<Batch> {
    let numbers = |from: u64| -> Vec<(u64, i16)> { (from..from + 20).map(|n| (n, -80)).collect() };
    let (weak, strong) = (numbers(0), numbers(20));
    let mut reports: Vec<(LatLng, &[(u64, i16)])> = vec![(at(0.0, 0.0), &weak)];
    // Two spots, so that the radius is above zero and the samples count.
    reports.extend((0..64).map(|n| (at(333.0, f64::from(n % 2)), strong.as_slice())));
    vec![batch(&reports)]
}

#[test]
fn the_slip_takes_the_20_lowest_scores_and_what_was_meant_the_highest() {
    let asked: Vec<(u64, i16)> = (0..40).map(|n| (n, -60)).collect();
    let located = |twenty| {
        let mut method = Ichnaea::new(twenty);
        for batch in weak_and_strong() {
            method.teach(&batch);
        }
        method.locate(&query(&asked)).unwrap().place
    };
    assert!(distance_m(located(Twenty::LowestScores), at(0.0, 0.0)) < 1.0);
    assert!(distance_m(located(Twenty::HighestScores), at(333.0, 0.5)) < 1.0);
}

fn cell(n: u64) -> TransmitterId {
    TransmitterId::Cell(CellId::new(CellRadio::Lte, 302, 720, 29_100, n).unwrap())
}

fn cells_at(places: &[(u64, f64)]) -> Batch {
    let mut batch = batch(&[]);
    for (number, east_m) in places {
        let now = Timestamp::from_ms(DAY.start().ms());
        let fix = Fix::at(at(*east_m, 0.0));
        batch.reports.extend(Report::new(now, fix, vec![Observation::of(cell(*number))]));
    }
    batch
}

fn asks_cell(n: u64) -> LocateRequest {
    let body = cairn_wire::geolocate::encode_request(&[Observation::of(cell(n))]);
    let query = cairn_wire::geolocate::decode(&body).unwrap();
    LocateRequest { fallback_area: true, ..query }
}

#[test]
fn a_known_cell_answers_with_at_least_a_kilometre_and_an_unknown_one_with_its_area() {
    let map = taught(&[cells_at(&[(7, 0.0), (7, 400.0), (8, 1_200.0)])]);
    let known = map.locate(&asks_cell(7)).unwrap();
    assert!(distance_m(known.place, at(200.0, 0.0)) < 0.1);
    assert_eq!(known.r95_m, Some(1_000.0));
    let area = map.locate(&asks_cell(9)).unwrap();
    assert!(distance_m(area.place, at(700.0, 0.0)) < 0.1, "the plain mean of 200 and 1,200 m");
    assert_eq!(area.r95_m, Some(50_000.0));
}

#[test]
fn the_group_with_more_behind_it_wins_and_in_it_the_tightest() {
    let answered =
        |east_m, radius_m, score| choice::Answered { place: at(east_m, 0.0), radius_m, score };
    let (tight, wide, far) =
        (answered(0.0, 50.0, 1.0), answered(100.0, 500.0, 1.0), answered(9_000.0, 50.0, 1.5));
    assert_eq!(choice::best(&[far, wide, tight]), Some(tight));
    assert_eq!(choice::best(&[far, tight]), Some(far));
    assert_eq!(choice::best(&[]), None);
}
