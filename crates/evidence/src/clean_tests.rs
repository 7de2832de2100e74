//! Tests of `clean`: counts conserve, identity ignores the envelope, each refusal has its word.

use super::*;
use cairn_ground::{
    AgeMs, Bssid, CellId, CellRadio, Day, Floor, Meters, Timestamp, TransmitterId, TransmitterKind,
};
use cairn_report::{ContributorToken, Reason, SubmissionId};
use proptest::prelude::*;

const RECEIVED: u16 = 18_000;

fn wifi(n: u64) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + n))
}

fn heard_at(n: u64, dbm: f32, age_ms: i64) -> Observation {
    let power = Some(Dbm::new(dbm).unwrap());
    Observation { power, age: AgeMs::new(age_ms).unwrap(), ..Observation::of(wifi(n)) }
}

fn report_of(fix: Fix, observations: Vec<Observation>) -> Report {
    Report::new(Day::new(RECEIVED).start(), fix, observations).unwrap()
}

fn batch_of(reports: Vec<Report>) -> Batch {
    Batch {
        id: SubmissionId([7; 16]),
        received: Day::new(RECEIVED),
        contributor: ContributorToken(99),
        app: None,
        reports,
    }
}

fn place() -> LatLng {
    LatLng::new(51.500_000_04, -0.120_000_06).unwrap()
}

#[test]
fn evidence_keeps_what_teaches_and_nothing_finer_than_a_day_and_a_centimetre() {
    let floor = Some(Floor::new(3).unwrap());
    let r68 = Some(Meters::new(15.1).unwrap());
    let fix = Fix { floor, r68, source: FixSource::Survey, ..Fix::at(place()) };
    let report = report_of(fix, vec![heard_at(1, -61.6, 0), heard_at(2, -140.0, 5_000)]);
    let (evidence, refusals) = clean(&batch_of(vec![report]));
    assert_eq!(refusals.total(), 0);
    let [one] = evidence.as_slice() else { panic!("{evidence:?}") };
    assert_eq!(one.place, LatLng::from_e7(515_000_000, -1_200_001).unwrap());
    assert_eq!((one.day, one.voice, one.surveyed), (Day::new(RECEIVED), crate::Voice(99), true));
    assert_eq!(one.floor, floor);
    assert_eq!(one.heard[0].rssi_dbm, Some(-62));
    assert_eq!(one.heard[1].rssi_dbm, Some(-127), "weaker than the type holds");
    assert!(one.heard[1].sigma_m > one.heard[0].sigma_m);
}

#[test]
fn a_report_sent_again_in_another_batch_by_another_voice_is_the_same_evidence() {
    // invariant: E3
    let report = report_of(Fix::at(place()), vec![heard_at(1, -60.0, 0), heard_at(2, -70.0, 0)]);
    let one = clean(&batch_of(vec![report.clone()])).0;
    let other = Batch {
        id: SubmissionId([8; 16]),
        received: Day::new(RECEIVED + 3),
        contributor: ContributorToken(100),
        app: None,
        reports: vec![report_of(Fix::at(place()), vec![heard_at(9, -50.0, 0)]), report],
    };
    let two = clean(&other).0;
    assert_eq!(one[0].id, two[1].id);
    assert_ne!(two[0].id, two[1].id);
}

#[test]
fn place_hour_and_readings_change_the_identity_and_nothing_else_does() {
    let base = report_of(Fix::at(place()), vec![heard_at(1, -60.0, 0)]);
    let id = |report: &Report| identity::evidence_id(report);
    let moved = LatLng::new(51.500_000_2, -0.12).unwrap();
    let changed = [
        report_of(Fix::at(moved), vec![heard_at(1, -60.0, 0)]),
        report_of(Fix::at(place()), vec![heard_at(2, -60.0, 0)]),
        report_of(Fix::at(place()), vec![heard_at(1, -61.0, 0)]),
        report_of(Fix::at(place()), vec![heard_at(1, -60.0, 1)]),
        report_of(Fix::at(place()), vec![Observation::of(wifi(1))]),
        Report::new(
            Timestamp::from_ms(Day::new(RECEIVED).start().ms() + 3_600_000),
            Fix::at(place()),
            vec![heard_at(1, -60.0, 0)],
        )
        .unwrap(),
    ];
    for report in &changed {
        assert_ne!(id(report), id(&base), "{report:?}");
    }
    let floor = Some(Floor::new(3).unwrap());
    let heard = || heard_at(1, -60.0, 0);
    let same = [
        report_of(Fix { floor, ..Fix::at(place()) }, vec![heard()]),
        report_of(Fix { height_hae_m: Some(80.0), ..Fix::at(place()) }, vec![heard()]),
        report_of(Fix::at(place()), vec![Observation { unit: Some(7), ..heard() }]),
        report_of(Fix::at(place()), vec![Observation { timing_advance: Some(7), ..heard() }]),
    ];
    for report in &same {
        assert_eq!(id(report), id(&base), "{report:?}");
    }
}

#[test]
fn an_exact_instant_cannot_be_read_back_from_the_identity() {
    let at = |ms| {
        let start = Day::new(RECEIVED).start().ms();
        let heard = vec![heard_at(1, -60.0, 0)];
        let report = Report::new(Timestamp::from_ms(start + ms), Fix::at(place()), heard).unwrap();
        identity::evidence_id(&report)
    };
    assert_eq!(at(0), at(3_599_999));
    assert_ne!(at(0), at(3_600_000));
}

#[test]
fn each_reason_is_counted_once_per_observation() {
    let two = || vec![heard_at(1, -60.0, 0), heard_at(2, -60.0, 0)];
    let gnss = Fix::at(place());
    let cases = [
        (Reason::EvidenceFixFromQuery, Fix { source: FixSource::Query, ..gnss }, two()),
        (Reason::EvidenceNullIsland, Fix::at(LatLng::new(0.0, 0.0).unwrap()), two()),
        (Reason::EvidenceNoCountry, Fix::at(LatLng::new(0.0, -30.0).unwrap()), two()),
        (Reason::EvidenceTooFast, Fix { speed_m_s: Some(60.0), ..gnss }, two()),
        (Reason::EvidenceFixCoarse, Fix { r68: Meters::new(300.0).ok(), ..gnss }, two()),
        (
            Reason::EvidenceStale,
            gnss,
            vec![heard_at(1, -60.0, 31_000), heard_at(2, -60.0, -31_000)],
        ),
    ];
    for (reason, fix, observations) in cases {
        let (evidence, refusals) = clean(&batch_of(vec![report_of(fix, observations)]));
        assert_eq!((evidence.len(), refusals.count(reason), refusals.total()), (0, 2, 2));
    }
}

#[test]
fn one_bad_reading_costs_itself_and_not_its_neighbors() {
    let group = Observation::of(TransmitterId::Wifi(Bssid::from_u48(0x0100_5e00_0001)));
    let readings = vec![group, heard_at(1, -60.0, 0), heard_at(2, -60.0, 40_000)];
    let (evidence, refusals) = clean(&batch_of(vec![report_of(Fix::at(place()), readings)]));
    assert_eq!(evidence[0].heard.len(), 1);
    assert_eq!(refusals.count(Reason::EvidenceAddress), 1);
    assert_eq!(refusals.count(Reason::EvidenceStale), 1);
}

#[test]
fn a_cell_of_a_far_country_costs_itself_and_the_cell_of_this_one_stays() {
    let cell = |mcc| {
        let id = CellId::new(CellRadio::Lte, mcc, 30, 1_024, 21).unwrap();
        Observation::of(TransmitterId::Cell(id))
    };
    let report = report_of(Fix::at(place()), vec![cell(262), cell(234)]);
    let (evidence, refusals) = clean(&batch_of(vec![report]));
    assert_eq!(evidence[0].heard.len(), 1);
    assert_eq!(evidence[0].heard[0].transmitter, cell(234).transmitter);
    assert_eq!((refusals.count(Reason::EvidenceForeignCell), refusals.total()), (1, 1));
}

fn any_transmitter() -> impl Strategy<Value = TransmitterId> {
    prop_oneof![
        any::<u64>().prop_map(|n| TransmitterId::Wifi(Bssid::from_u48(n))),
        any::<u64>().prop_map(|n| TransmitterId::Ble(Bssid::from_u48(n))),
        (1u64..60_000).prop_map(|n| {
            TransmitterId::Cell(CellId::new(CellRadio::Lte, 262, 1, 7, n).unwrap())
        }),
    ]
}

prop_compose! {
    fn any_observation()(
        transmitter in any_transmitter(),
        dbm in prop::option::of(-150.0f32..40.0),
        age_ms in -60_000i64..60_000,
        frequency_mhz in prop::option::of(2_400u16..7_000),
    ) -> Observation {
        let power = dbm.map(|dbm| Dbm::new(dbm).unwrap());
        Observation {
            power,
            age: AgeMs::new(age_ms).unwrap(),
            frequency_mhz,
            ..Observation::of(transmitter)
        }
    }
}

prop_compose! {
    fn any_report()(
        (lat, lng) in prop_oneof![
            (47.0f64..55.0, 5.0f64..15.0),
            (-90.0f64..90.0, -180.0f64..180.0),
            Just((0.0, 0.005)),
        ],
        r68_m in prop::option::of(0.0f64..2_000.0),
        speed_m_s in prop::option::of(0.0f32..100.0),
        source in 0u8..6,
        ms in any::<i64>(),
        observations in prop::collection::vec(any_observation(), 1..20),
    ) -> Report {
        let fix = Fix {
            r68: r68_m.map(|m| Meters::new(m).unwrap()),
            speed_m_s,
            source: FixSource::from_number(source).unwrap(),
            ..Fix::at(LatLng::new(lat, lng).unwrap())
        };
        Report::new(Timestamp::from_ms(ms), fix, observations).unwrap()
    }
}

proptest! {
    #[test]
    fn observations_in_are_those_kept_and_those_refused(
        reports in prop::collection::vec(any_report(), 0..12),
    ) {
        // invariant: E2
        let n_in: usize = reports.iter().map(|report| report.observations().len()).sum();
        let (evidence, refusals) = clean(&batch_of(reports));
        let n_kept: usize = evidence.iter().map(|one| one.heard.len()).sum();
        prop_assert_eq!(n_in as u64, n_kept as u64 + refusals.total());
    }

    #[test]
    fn what_is_kept_is_within_every_bound(
        reports in prop::collection::vec(any_report(), 0..12),
    ) {
        for one in clean(&batch_of(reports)).0 {
            prop_assert!(!one.heard.is_empty());
            prop_assert!(one.day.get() <= RECEIVED + 1);
            prop_assert!(one.heard.is_sorted_by_key(|heard| heard.transmitter));
            for heard in one.heard {
                prop_assert!(heard.sigma_m.is_finite() && heard.sigma_m >= 1.0);
                if heard.transmitter.kind() == TransmitterKind::Wifi {
                    prop_assert!(heard.sigma_m <= 202.0, "{}", heard.sigma_m);
                }
            }
        }
    }
}
