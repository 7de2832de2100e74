//! A query is kept entry by entry, and an answer reads back as it was.

use super::*;
use cairn_ground::{Floor, Radii};
use cairn_report::Reason;
use cairn_report::limits::OBSERVATIONS_PER_REPORT_MAX;
use proptest::prelude::*;

fn read(body: &str) -> LocateRequest {
    decode(body.as_bytes()).unwrap()
}

#[test]
fn an_empty_body_is_an_empty_query() {
    for body in ["", "  ", "{}", r#"{"wifiAccessPoints": null, "radioType": ""}"#] {
        let query = read(body);
        assert!(query.observations.is_empty());
        assert!(query.consider_ip && query.fallback_ip && query.fallback_area, "{body}");
    }
}

#[test]
fn one_ill_typed_entry_does_not_fail_the_query() {
    let body = r#"{"wifiAccessPoints": [{"macAddress": "a8206600290c", "signalStrength": "-60"},
        {"macAddress": 10}], "bluetoothBeacons": null, "cellTowers": [{"radioType": 5},
        {"radioType": "LTE", "mobileCountryCode": 234, "mobileNetworkCode": 30, "cellId": 7}]}"#;
    let query = read(body);
    assert_eq!(query.observations.len(), 1);
    assert_eq!(query.refusals.count(Reason::EntryMalformed), 1);
    assert_eq!(query.refusals.count(Reason::EntryIdentityImpossible), 2);
}

#[test]
fn the_radio_of_the_query_fills_its_cells_and_an_unknown_one_is_ignored() {
    let cells = r#""cellTowers": [{"mobileCountryCode": 234, "mobileNetworkCode": 30,
        "locationAreaCode": 1004, "cellId": 21}]"#;
    assert_eq!(read(&format!("{{\"radioType\": \"lte\", {cells}}}")).observations.len(), 1);
    assert_eq!(read(&format!("{{{cells}, \"radioType\": \"UMTS\"}}")).observations.len(), 1);
    assert_eq!(read(&format!("{{{cells}, \"radioType\": \"fm\"}}")).observations.len(), 0);
}

#[test]
fn a_section_of_fallbacks_wins_over_consider_ip() {
    for (body, ip, area) in [
        (r#"{"considerIp": false}"#, false, true),
        (r#"{"considerIp": "0", "fallbacks": {}}"#, true, true),
        (r#"{"fallbacks": {"ipf": 0, "lacf": "FALSE"}}"#, false, false),
        (r#"{"considerIp": false, "fallbacks": null}"#, false, true),
    ] {
        let query = read(body);
        assert_eq!((query.fallback_ip, query.fallback_area), (ip, area), "{body}");
    }
}

#[test]
fn entries_past_the_limit_are_refused_by_name() {
    let entry = |n: usize| format!("{{\"macAddress\": \"a820{n:08x}\"}}");
    let entries: Vec<_> = (0..OBSERVATIONS_PER_REPORT_MAX + 3).map(entry).collect();
    let query = read(&format!("{{\"wifiAccessPoints\": [{}]}}", entries.join(",")));
    assert_eq!(query.observations.len(), OBSERVATIONS_PER_REPORT_MAX);
    assert_eq!(query.refusals.count(Reason::EntryOverLimit), 3);
}

#[test]
fn a_carrier_that_is_no_string_is_the_peers_validation_error() {
    let refused = decode(br#"{"carrier": 5}"#).unwrap_err();
    assert!(matches!(refused, DecodeError::NotText { field: "carrier" }));
    assert!(decode(br#"{"carrier": "x"}"#).is_ok());
}

#[test]
fn an_answer_is_written_as_the_peers_write_it() {
    let answer = LocateAnswer {
        place: LatLng::new(51.123_456_78, -0.0).unwrap(),
        radii: Radii::rising([1.0, 2.0, 3.0, 4.04]),
        floor: Some((Floor::new(-1).unwrap(), 0.875)),
        fallback: Some("lacf"),
    };
    let want = r#"{"location":{"lat":51.1234568,"lng":0.0},"accuracy":4.0,"uncertainty":{"r50":1.0,"r68":2.0,"r90":3.0,"r95":4.0},"floor":{"level":-1,"confidence":0.88},"fallback":"lacf"}"#;
    assert_eq!(String::from_utf8(encode_answer(&answer)).unwrap(), want);
}

#[test]
fn a_peers_answer_is_read_with_the_radii_of_a_circular_normal() {
    let body = br#"{"location": {"lat": 1, "lng": 2}, "accuracy": 100, "fallback": "ipf"}"#;
    let answer = decode_answer(body).unwrap();
    assert!((answer.radii.r95_m() - 100.0).abs() < 1e-9);
    assert!((answer.radii.at_m(cairn_ground::Confidence::P50) - 48.1).abs() < 0.1);
    assert_eq!(answer.fallback, Some("ipf"));
    for bad in ["{}", "", r#"{"location": {"lat": 91, "lng": 2}, "accuracy": 1}"#] {
        assert_eq!(decode_answer(bad.as_bytes()), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn a_query_reads_back_as_it_was(report in crate::geosubmit::tests::report()) {
        let query = decode(&encode_request(report.observations())).unwrap();
        prop_assert_eq!(&query.observations[..], report.observations());
        prop_assert!(!query.fallback_ip && query.refusals.total() == 0);
    }

    #[test]
    fn an_answer_reads_back_within_its_decimals(
        lat in -90.0_f64..=90.0, lng in -180.0_f64..=180.0,
        radii in proptest::array::uniform4(0.0_f64..1e6), level in -20_i32..=120,
    ) {
        let place = LatLng::new(lat, lng).unwrap();
        let floor = Some((Floor::new(level).unwrap(), 0.5));
        let answer = LocateAnswer { place, radii: Radii::rising(radii), floor, fallback: None };
        let back = decode_answer(&encode_answer(&answer)).unwrap();
        prop_assert!((back.place.lat_deg() - lat).abs() <= 0.51e-7);
        prop_assert!((back.place.lng_deg() - lng).abs() <= 0.51e-7);
        prop_assert!((back.radii.r95_m() - answer.radii.r95_m()).abs() <= 0.051);
        prop_assert_eq!(back.floor, floor);
        prop_assert_eq!(encode_answer(&back), encode_answer(&answer));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        // invariant: W1
        drop(decode(&bytes));
        decode_answer(&bytes);
    }
}
