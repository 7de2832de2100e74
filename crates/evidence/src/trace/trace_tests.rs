//! Where readings belong: on the way between fixes, however the batch is ordered.

use crate::{Evidence, Heard, clean};
use cairn_ground::{AgeMs, Bssid, Day, Dbm, Enu, Floor, LatLng, LocalFrame, Meters};
use cairn_ground::{Timestamp, TransmitterId};
use cairn_report::SubmissionId;
use cairn_report::{
    Batch, ContributorToken, Fix, FixSource, Observation, Reason, Refusals, Report,
};
use proptest::prelude::*;

const START_MS: i64 = 18_000 * 86_400_000 + 3_000;

fn frame() -> LocalFrame {
    LocalFrame::at(LatLng::new(51.5, -0.12).unwrap())
}

fn place(east_m: f64, north_m: f64) -> LatLng {
    frame().latlng_from_enu(Enu { east_m, north_m })
}

fn heard(n: u64, dbm: f32, age_ms: i64) -> Observation {
    let power = Some(Dbm::new(dbm).unwrap());
    let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + n * 16));
    Observation { power, age: AgeMs::new(age_ms).unwrap(), ..Observation::of(id) }
}

fn gnss(east_m: f64, north_m: f64, r68_m: f64) -> Fix {
    Fix { r68: Some(Meters::new(r68_m).unwrap()), ..Fix::at(place(east_m, north_m)) }
}

fn survey(east_m: f64, level: i32) -> Fix {
    let floor = Some(Floor::new(level).unwrap());
    Fix { source: FixSource::Survey, floor, ..gnss(east_m, 0.0, 3.0) }
}

fn report(second: f64, fix: Fix, observations: Vec<Observation>) -> Report {
    #[expect(clippy::cast_possible_truncation, reason = "a few minutes in ms")]
    let at = Timestamp::from_ms(START_MS + (second * 1_000.0) as i64);
    Report::new(at, fix, observations).unwrap()
}

fn cleaned(reports: Vec<Report>) -> (Vec<Evidence>, Refusals) {
    clean(&Batch {
        id: SubmissionId([7; 16]),
        received: Day::new(18_000),
        contributor: ContributorToken(99),
        app: None,
        reports,
    })
}

fn enu(heard: &Heard) -> Enu {
    frame().enu_from_latlng(heard.place)
}

/// A noise that is the same in every run: two numbers about 0, σ about 1, from a counter.
fn noise(n: u32) -> (f64, f64) {
    let part = |n: u32| (f64::from(n.wrapping_mul(2_654_435_761) >> 8) / 8_388_608.0 - 1.0) * 1.73;
    (part(n * 2 + 1), part(n * 2 + 2))
}

#[test]
fn a_reading_between_two_surveyed_points_lies_between_them() {
    let (evidence, refusals) = cleaned(vec![
        report(0.0, survey(0.0, 2), vec![heard(1, -60.0, 0)]),
        report(20.0, survey(28.0, 2), vec![heard(1, -61.0, 0), heard(2, -60.0, 10_000)]),
        report(50.0, survey(70.0, 2), vec![heard(3, -60.0, 28_000), heard(4, -60.0, -5_000)]),
    ]);
    assert_eq!(refusals.total(), 0, "28 s from its fix and 2 s from the one before");
    let two = &evidence[1].heard[1];
    assert!((enu(two).east_m - 14.0).abs() < 0.05, "half way: {:?}", enu(two));
    assert!((2.0..3.0).contains(&two.sigma_m), "{}", two.sigma_m);
    assert_eq!((two.gap_ms, evidence[1].heard[0].sigma_m < 2.0), (10_000, true));
    assert_eq!(evidence[1].place, evidence[1].heard[0].place, "the fix stays where it was set");
    let three = &evidence[2].heard[0];
    assert!((enu(three).east_m - (2.0f64 / 30.0).mul_add(42.0, 28.0)).abs() < 0.05);
    assert_eq!(three.gap_ms, 28_000, "what a query would state");
    let after = &evidence[2].heard[1];
    assert_eq!(after.place, evidence[2].place);
    assert!((7.0..8.0).contains(&after.sigma_m), "five seconds on, at a walk: {}", after.sigma_m);
}

#[test]
fn nothing_lies_between_two_floors_nor_across_minutes_nor_where_nobody_could_go() {
    let old = || vec![heard(1, -60.0, 5_000)];
    let cases = [
        (survey(14.0, 3), 10.0),
        (survey(14.0, 2), 61.0),
        (survey(900.0, 2), 10.0),
        (gnss(14.0, 0.0, 3.0), 10.0),
    ];
    for (fix, second) in cases {
        let first = report(0.0, survey(0.0, 2), vec![heard(9, -60.0, 0)]);
        let (evidence, _) = cleaned(vec![first, report(second, fix, old())]);
        assert_eq!(evidence[1].heard[0].place, evidence[1].place, "{fix:?} at {second}");
    }
}

#[test]
fn a_reading_listed_again_is_heard_once_where_it_is_youngest() {
    let (evidence, refusals) = cleaned(vec![
        report(0.0, survey(0.0, 0), vec![heard(1, -60.0, 500), heard(2, -60.0, 0)]),
        report(3.0, survey(4.0, 0), vec![heard(1, -60.0, 3_505), heard(2, -60.0, 0)]),
        report(6.0, survey(8.0, 0), vec![heard(1, -61.0, 6_500)]),
    ]);
    let repeated = |n: usize| evidence[n].heard.iter().map(|it| it.repeated).collect::<Vec<_>>();
    assert_eq!(repeated(0), [false, false]);
    assert_eq!(repeated(1), [true, false], "a reading without an age is a new one");
    assert_eq!(repeated(2), [false], "another power is another reading");
    assert_eq!(refusals.total(), 0);
}

#[test]
fn smoothing_a_walk_halves_the_error_of_its_fixes_and_says_so() {
    let walk = |n: u32| {
        let (east, north) = noise(n);
        let fix = gnss(east.mul_add(8.0, f64::from(n) * 14.0), north * 8.0, 12.0);
        report(f64::from(n) * 10.0, fix, vec![heard(u64::from(n), -60.0, 0)])
    };
    let (evidence, refusals) = cleaned((0..30).map(walk).collect());
    assert_eq!(refusals.total(), 0);
    let error = |n: u32, at: Enu| f64::from(n).mul_add(-14.0, at.east_m).hypot(at.north_m);
    let mean = |of: &dyn Fn(&Evidence) -> LatLng| {
        let errors = (0..).zip(&evidence);
        let sum: f64 = errors.map(|(n, one)| error(n, frame().enu_from_latlng(of(one)))).sum();
        sum / 30.0
    };
    let (fixes_m, smoothed_m) = (mean(&|one| one.place), mean(&|one| one.heard[0].place));
    assert!(smoothed_m < 0.75 * fixes_m, "{smoothed_m:.1} m of {fixes_m:.1} m");
    let sigmas: Vec<f32> = evidence.iter().map(|one| one.heard[0].sigma_m).collect();
    assert!(sigmas[5..25].iter().all(|sigma| (3.9..7.5).contains(sigma)), "{sigmas:?}");
}

#[test]
fn a_phone_that_stands_stays_and_a_lone_outlier_does_not_pull() {
    let stand = |n: u32| {
        let (east, north) = noise(n);
        let east = if n == 15 { 60.0 } else { east * 2.0 };
        let fix = Fix { speed_m_s: Some(0.0), ..gnss(east, north * 2.0, 4.5) };
        report(f64::from(n) * 10.0, fix, vec![heard(u64::from(n), -60.0, 0)])
    };
    let (evidence, _) = cleaned((0..30).map(stand).collect());
    for one in &evidence {
        let at = enu(&one.heard[0]);
        assert!(at.east_m.hypot(at.north_m) < 6.0, "{at:?}");
    }
}

#[test]
fn a_claim_that_the_way_contradicts_is_widened_and_an_honest_one_is_not() {
    let walk = |n: u32, sigma_m: f64| {
        let (east, north) = noise(n);
        let fix = gnss(east.mul_add(sigma_m, f64::from(n) * 7.0), north * sigma_m, 4.5);
        report(f64::from(n) * 5.0, fix, vec![heard(u64::from(n), -60.0, 0)])
    };
    let (evidence, refusals) = cleaned((0..40).map(|n| walk(n, 30.0)).collect());
    assert_eq!(refusals.count(Reason::ValueFixClaim), 40);
    let sigma_m = evidence[20].fix_sigma_m.unwrap();
    assert!((10.0..45.0).contains(&sigma_m), "3 m claimed, 30 m true: {sigma_m}");
    let (_, refusals) = cleaned((0..40).map(|n| walk(n, 3.0)).collect());
    assert_eq!(refusals.total(), 0);
}

#[test]
fn lying_fixes_are_refused_with_their_reason_and_their_neighbours_are_not() {
    let ride = |n: u32| {
        let (place_m, speed) = match n {
            0 => (-3_950.0, 0.0),
            12 => (5_000.0, 15.0),
            20..=39 => (20.0 * 15.0, 15.0),
            _ => (f64::from(n) * 15.0, 15.0),
        };
        let fix = Fix { speed_m_s: Some(speed), ..gnss(place_m, 0.0, 6.0) };
        report(f64::from(n), fix, vec![heard(u64::from(n), -60.0, 0)])
    };
    let (evidence, refusals) = cleaned((0..60).map(ride).collect());
    assert_eq!(refusals.count(Reason::EvidenceFixJump), 2);
    assert_eq!(refusals.count(Reason::EvidenceFixFrozen), 19);
    assert_eq!((refusals.total(), evidence.len()), (21, 39));
}

#[test]
fn coarse_clocks_and_fixes_of_one_instant_are_no_way() {
    for step_ms in [60_000, 0] {
        let at = |n: u32| {
            let fix = gnss(f64::from(n) * 12.0, 0.0, 30.0);
            Report::new(
                Timestamp::from_ms(18_000 * 86_400_000 + i64::from(n) * step_ms),
                fix,
                vec![heard(u64::from(n), -60.0, 0)],
            )
            .unwrap()
        };
        let (evidence, refusals) = cleaned((0..20).map(at).collect());
        assert!(evidence.iter().all(|one| one.heard[0].place == one.place), "{step_ms} ms");
        assert_eq!(refusals.total(), 0);
    }
}

prop_compose! {
    fn any_report()(
        second in 0u32..90,
        (east_m, north_m) in prop_oneof![(-90.0f64..90.0, -90.0f64..90.0), (-9e5f64..9e5, -9e5f64..9e5)],
        r68_m in 0.0f64..90.0,
        speed_m_s in prop::option::of(0.0f32..40.0),
        source in 0u8..4,
        ages in prop::collection::vec(-9_000i64..40_000, 1..4),
    ) -> Report {
        let source = FixSource::from_number(source).unwrap();
        let fix = Fix { speed_m_s, source, ..gnss(east_m, north_m, r68_m) };
        let entries = (0..).zip(ages).map(|(n, age_ms)| heard(n, -60.0, age_ms)).collect();
        report(f64::from(second), fix, entries)
    }
}

proptest! {
    #[test]
    fn what_a_batch_teaches_does_not_depend_on_the_order_of_its_reports(
        (reports, shuffled) in prop::collection::vec(any_report(), 0..40)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let said = |(evidence, refusals): (Vec<Evidence>, Refusals)| {
            let mut lines: Vec<String> = evidence.iter().map(|one| format!("{one:?}")).collect();
            lines.sort();
            (lines, refusals)
        };
        prop_assert_eq!(said(cleaned(reports)), said(cleaned(shuffled)));
    }
}
