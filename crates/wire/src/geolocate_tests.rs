//! A query is kept entry by entry, and an answer reads back as it was.

use super::*;
use cairn_ground::LatLng;
use cairn_ground::{Floor, Radii, TransmitterId};
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

fn cells(entries: &str) -> LocateRequest {
    read(&format!("{{\"cellTowers\": [{entries}]}}"))
}

fn areas(query: &LocateRequest) -> Vec<String> {
    query.areas.iter().map(ToString::to_string).collect()
}

#[test]
fn a_cell_entry_without_a_known_cell_serves_as_its_area() {
    let at = r#""mobileCountryCode": 234, "mobileNetworkCode": 30, "locationAreaCode": 1009"#;
    for (cell, n_values_refused) in [
        ("", 0),
        (", \"cellId\": null", 0),
        (", \"cellId\": 0", 1),
        (", \"cellId\": 2147483647", 1),
        (", \"cellId\": \"abc\"", 1),
    ] {
        let query = cells(&format!("{{\"radioType\": \"lte\", {at}{cell}}}"));
        assert_eq!((areas(&query), query.observations.len()), (vec!["lte-234-30-1009".into()], 0));
        assert_eq!(query.refusals.total(), n_values_refused, "{cell}");
        assert!(query.had_networks && query.mccs == [234]);
        let around = format!("{{\"radioType\": \"lte\", \"cellTowers\": [{{{at}{cell}}}]}}");
        assert_eq!(areas(&read(&around)), ["lte-234-30-1009"]);
    }
    let known = cells(&format!("{{\"radioType\": \"lte\", {at}, \"cellId\": 41}}"));
    assert_eq!((areas(&known), known.observations.len()), (vec!["lte-234-30-1009".into()], 1));
    let no_area =
        cells(r#"{"radioType": "lte", "mobileCountryCode": 234, "mobileNetworkCode": 30}"#);
    assert_eq!(no_area.refusals.count(Reason::EntryIdentityImpossible), 1);
    assert!(no_area.areas.is_empty() && !no_area.had_networks && no_area.mccs.is_empty());
}

#[test]
fn each_area_is_named_once_and_each_country_as_often_as_it_was_named() {
    let entry = |radio: &str, mcc: u16, area: u32, cell: u64| {
        format!(
            r#"{{"radioType": "{radio}", "mobileCountryCode": "{mcc}", "mobileNetworkCode": "30",
            "locationAreaCode": {area}, "cellId": {cell}, "psc": 5, "timingAdvance": 1}}"#
        )
    };
    let all = [
        entry("lte", 262, 7, 2),
        entry("gsm", 234, 7, 70_001),
        entry("gsm", 234, 7, 21),
        entry("lte", 262, 7, 1),
        entry("nr", 262, 70_000, 68_719_476_735),
    ];
    let query = cells(&all.join(","));
    assert_eq!(
        areas(&query),
        ["gsm-234-30-7", "wcdma-234-30-7", "lte-262-30-7", "nr-262-30-70000"]
    );
    assert_eq!(query.mccs, [262, 234, 234, 262, 262]);
    assert_eq!((query.observations.len(), query.refusals.total()), (5, 0));
}

#[test]
fn areas_of_one_query_are_bounded() {
    let n = OBSERVATIONS_PER_REPORT_MAX;
    let entry = |area: usize| {
        format!(
            r#"{{"radioType": "nr", "mobileCountryCode": 234, "mobileNetworkCode": 30,
            "locationAreaCode": {}}}"#,
            area + 1
        )
    };
    let query = cells(&(0..n + 2).map(entry).collect::<Vec<_>>().join(","));
    assert_eq!((query.areas.len(), query.mccs.len()), (n, n));
    assert_eq!(query.refusals.count(Reason::EntryOverLimit), 2);
}

#[test]
fn networks_count_from_two_of_a_list_or_one_cell() {
    let wifi = |n: u8| format!("{{\"macAddress\": \"a82066000{n:03}\"}}");
    let (one, two) = (wifi(1), format!("{},{}", wifi(1), wifi(2)));
    for (list, entries, want) in [
        ("wifiAccessPoints", String::new(), false),
        ("wifiAccessPoints", one.clone(), false),
        ("wifiAccessPoints", format!("{one},{one}"), false),
        ("wifiAccessPoints", format!("{one},{{\"macAddress\": 10}}"), false),
        ("wifiAccessPoints", two.clone(), true),
        ("bluetoothBeacons", one, false),
        ("bluetoothBeacons", two, true),
    ] {
        let query = read(&format!("{{\"{list}\": [{entries}]}}"));
        assert_eq!(query.had_networks, want, "{list} {entries}");
    }
}

#[test]
fn wishes_beyond_the_peers_are_off_until_they_are_made() {
    let plain = read("{}");
    assert!(!plain.wants_uncertainty && !plain.wants_raw);
    let query = read(r#"{"uncertainty": true, "raw": "1"}"#);
    assert!(query.wants_uncertainty && query.wants_raw);
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
        with_uncertainty: false,
        extrapolated: false,
        height: None,
        floor: Some((Floor::new(-1).unwrap(), 0.875)),
        fallback: Some("lacf"),
    };
    let want = r#"{"location":{"lat":51.1234568,"lng":0.0},"accuracy":4.0,"uncertainty":{"r50":1.0,"r68":2.0,"r90":3.0,"r95":4.0},"floor":{"level":-1,"confidence":0.88},"fallback":"lacf"}"#;
    assert_eq!(String::from_utf8(encode_answer(&answer)).unwrap(), want);
}

#[test]
fn radii_at_all_levels_are_written_when_asked_for_and_with_a_floor_only() {
    let place = LatLng::new(1.5, 2.5).unwrap();
    let plain = LocateAnswer::at(place, Radii::rising([1.0, 2.0, 3.0, 4.0]));
    let keys = |answer: &LocateAnswer| {
        let value: serde_json::Value = serde_json::from_slice(&encode_answer(answer)).unwrap();
        value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&plain), "accuracy location");
    assert_eq!(
        keys(&LocateAnswer { fallback: Some("ipf"), ..plain }),
        "accuracy fallback location"
    );
    let asked = LocateAnswer { with_uncertainty: true, ..plain };
    assert_eq!(keys(&asked), "accuracy location uncertainty");
    let floor = Some((Floor::new(3).unwrap(), 0.5));
    assert_eq!(keys(&LocateAnswer { floor, ..plain }), "accuracy floor location uncertainty");
}

#[test]
fn what_is_extrapolated_says_so_beside_the_radii_at_all_levels_only() {
    let plain =
        LocateAnswer::at(LatLng::new(1.5, 2.5).unwrap(), Radii::rising([1.0, 2.0, 3.0, 4.0]));
    let flagged = LocateAnswer { extrapolated: true, ..plain };
    assert_eq!(
        encode_answer(&flagged),
        encode_answer(&plain),
        "the peers' shape has no place for it"
    );
    let asked = LocateAnswer { with_uncertainty: true, ..flagged };
    let body = encode_answer(&asked);
    let want = br#""uncertainty":{"r50":1.0,"r68":2.0,"r90":3.0,"r95":4.0,"extrapolated":true}}"#;
    assert!(body.ends_with(want), "{}", String::from_utf8_lossy(&body));
    assert_eq!(decode_answer(&body), Some(asked));
}

#[test]
fn a_height_is_written_above_the_ellipsoid_with_its_width_at_95_per_cent() {
    let place = LatLng::new(1.5, 2.5).unwrap();
    let plain = LocateAnswer::at(place, Radii::rising([1.0, 2.0, 3.0, 4.0]));
    let height = Some(Height { hae_m: -3.25, r68_m: 2.0, r95_m: 4.0 });
    let body = encode_answer(&LocateAnswer { height, ..plain });
    let want = r#"{"location":{"lat":1.5,"lng":2.5,"altitude":-3.2,"verticalAccuracy":4.0},"accuracy":4.0}"#;
    assert_eq!(String::from_utf8(body.clone()).unwrap(), want);
    let back = decode_answer(&body).unwrap().height.unwrap();
    assert!((back.r95_m - 4.0).abs() < 1e-9 && (back.r68_m - 2.03).abs() < 0.01);
    let unknown = Some(Height { hae_m: f64::NAN, r68_m: 2.0, r95_m: 4.0 });
    let body = encode_answer(&LocateAnswer { height: unknown, ..plain });
    assert_eq!(body, encode_answer(&plain));
}

#[test]
fn a_list_of_networks_places_cells_and_never_wifi() {
    let place = LatLng::new(1.5, 2.5).unwrap();
    let wifi = TransmitterId::parse("a8:20:66:00:00:01").unwrap();
    let ble = TransmitterId::parse("ble-a8:20:66:00:00:02").unwrap();
    let cell = TransmitterId::parse("lte-234-30-1009-41").unwrap();
    let known =
        |id| RawNetwork { id, place: Some((place, 700.0)), omit: false, timestamp_ms: None };
    let moving = RawNetwork { omit: true, timestamp_ms: Some(1_600_000_000_000), ..known(wifi) };
    let nothing = RawNetwork { place: None, ..known(cell) };
    let answer = LocateAnswer::at(place, Radii::rising([1.0, 2.0, 3.0, 4.0]));
    let list = [known(wifi), known(ble), moving, known(cell), nothing];
    let body = encode_answer_with_raw(&answer, &list);
    let want = concat!(
        r#"{"location":{"lat":1.5,"lng":2.5},"accuracy":4.0,"raw":["#,
        r#"{"wifiAccessPoint":{"macAddress":"a8:20:66:00:00:01"},"omit":true,"timestamp":1600000000000},"#,
        r#"{"cellTower":{"radioType":"lte","mobileCountryCode":234,"mobileNetworkCode":30,"#,
        r#""locationAreaCode":1009,"cellId":41},"location":{"lat":1.5,"lng":2.5},"accuracy":700.0,"omit":false}]}"#
    );
    assert_eq!(String::from_utf8(body.clone()).unwrap(), want);
    assert_eq!(decode_answer(&body).map(|back| back.place), Some(place));
    assert_eq!(encode_answer_with_raw(&answer, &[nothing]), encode_answer(&answer));
}

#[test]
fn a_peers_answer_is_read_with_the_radii_of_a_circular_normal() {
    let body = br#"{"location": {"lat": 1, "lng": 2}, "accuracy": 100, "fallback": "ipf"}"#;
    let answer = decode_answer(body).unwrap();
    assert!((answer.radii.r95_m() - 100.0).abs() < 1e-9);
    assert!((answer.radii.at_m(cairn_ground::Confidence::P50) - 48.1).abs() < 0.1);
    assert_eq!(answer.fallback, Some("ipf"));
    let beacondb =
        br#"{"location": {"lat": 1.123456, "lng": 2}, "accuracy": 25000, "fallback": "ipf",
        "license": "x"}"#;
    assert!((decode_answer(beacondb).unwrap().radii.r95_m() - 25_000.0).abs() < 1e-6);
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
        let radii = Radii::rising(radii);
        let answer = LocateAnswer { floor, with_uncertainty: true, ..LocateAnswer::at(place, radii) };
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
