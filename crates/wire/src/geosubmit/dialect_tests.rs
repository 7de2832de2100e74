//! The three versions say the same in other words, and are kept by the same rules.

use super::*;
use crate::geosubmit::{Decoded, decode};
use cairn_ground::Timestamp;
use cairn_report::{Reason, Refusals};

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

const V0: &str = r#"{"time": "2020-09-13T12:26:40Z", "lat": 51.5, "lon": -0.1, "accuracy": 8.5,
    "altitude": 25.5, "altitude_accuracy": 3.0, "age": 1234, "heading": 12.0, "pressure": 1008.5,
    "speed": 1.5, "source": "gps", "radio": "lte",
    "blue": [{"key": "c4be84000001", "age": 900, "name": "b", "signal": -80}],
    "cell": [{"mcc": 234, "mnc": 30, "lac": 1003, "cid": 21, "age": 3, "asu": 45, "psc": 101,
              "serving": 1, "ta": 2},
             {"radio": "umts", "mcc": 234, "mnc": 30, "lac": 1004, "cid": 22, "signal": -90}],
    "wifi": [{"key": "a82066000001", "age": 2100, "channel": 6, "frequency": 2437, "radio": "n",
              "signal": -67, "signalToNoiseRatio": 30, "ssid": "x"}]}"#;

const V1: &str = r#"{"timestamp": 1600000000000, "latitude": 51.5, "longitude": -0.1,
    "accuracy": 8.5, "altitude": 25.5, "altitudeAccuracy": 3.0, "age": 1234, "heading": 12.0,
    "pressure": 1008.5, "speed": 1.5, "source": "gps", "radioType": "lte",
    "position": {"latitude": 1, "longitude": 2},
    "bluetoothBeacons": [{"macAddress": "c4be84000001", "age": 900, "signalStrength": -80}],
    "cellTowers": [{"mobileCountryCode": 234, "mobileNetworkCode": 30, "locationAreaCode": 1003,
                    "cellId": 21, "age": 3, "asu": 45, "psc": 101, "serving": true},
                   {"radioType": "wcdma", "mobileCountryCode": 234, "mobileNetworkCode": 30,
                    "locationAreaCode": 1004, "cellId": 22, "signalStrength": -90}],
    "wifiAccessPoints": [{"macAddress": "a82066000001", "age": 2100, "frequency": 2437,
                          "radioType": "802.11be", "signalStrength": -67, "ssid": "x"}]}"#;

fn v2() -> String {
    let head = r#""position": {"latitude": 51.5, "longitude": -0.1, "accuracy": 8.5, "altitude": 25.5,
        "age": 1234, "pressure": 1008.5, "speed": 1.5, "source": "gps"}, "latitude": 9, "#;
    let (_, lists) = V1.split_once("\"source\": \"gps\", ").unwrap();
    let lists = lists.replace("\"position\": {\"latitude\": 1, \"longitude\": 2},", "");
    format!("{{\"timestamp\": 1600000000000, {head}{lists}")
}

fn items(version: Version, items: &[&str]) -> Decoded {
    let body = format!("{{\"items\": [{}]}}", items.join(","));
    decode(body.as_bytes(), version, NOW).unwrap()
}

fn item(version: Version) -> String {
    match version {
        Version::V0 => V0.to_owned(),
        Version::V1 => V1.to_owned(),
        Version::V2 => v2(),
    }
}

fn only(reason: Reason) -> Refusals {
    let mut refusals = Refusals::default();
    refusals.add(reason);
    refusals
}

#[test]
fn one_report_is_the_same_in_all_versions() {
    let want = items(Version::V2, &[&v2()]);
    assert_eq!((want.reports.len(), want.refusals.total()), (1, 0));
    let heard: Vec<_> =
        want.reports[0].observations().iter().map(|o| o.transmitter.to_string()).collect();
    let all = ["wifi-a8:20:66:00:00:01", "ble-c4:be:84:00:00:01"];
    assert_eq!(heard, [&all[..], &["wcdma-234-30-1004-22", "lte-234-30-1003-21"]].concat());
    for version in [Version::V0, Version::V1] {
        assert_eq!(items(version, &[&item(version)]), want, "{version:?}");
    }
}

#[test]
fn one_bad_entry_keeps_the_rest_in_all_versions() {
    for version in Version::ALL {
        let good = item(version);
        let (list, bad) = match version {
            Version::V0 => ("\"wifi\": [", "{\"key\": 10}, "),
            _ => ("\"wifiAccessPoints\": [", "{\"macAddress\": 10}, "),
        };
        let with = good.replace(list, &format!("{list}{bad}"));
        assert_ne!(with, good);
        let (want, got) = (items(version, &[&good, &good]), items(version, &[&with, "7", &good]));
        assert_eq!(got.reports, want.reports, "{version:?}");
        assert_eq!((got.refusals.total(), got.n_items), (2, 3));
        assert_eq!(got.refusals.count(Reason::EntryMalformed), 1);
        assert_eq!(got.refusals.count(Reason::ReportMalformed), 1);
    }
}

#[test]
fn numbers_that_are_none_cost_their_field_in_version_1() {
    let body = br#"{"items": [{"latitude": 51.5, "longitude": -0.1, "accuracy": NaN,
        "altitude": -Infinity, "wifiAccessPoints": [{"macAddress": "a82066002241"}]}]}"#;
    let decoded = decode(body, Version::V1, NOW).unwrap();
    assert_eq!((decoded.reports.len(), decoded.refusals.count(Reason::ValueOther)), (1, 2));
}

#[test]
fn a_version_does_not_read_the_names_of_another() {
    for version in Version::ALL {
        for other in Version::ALL.into_iter().filter(|other| *other != version) {
            let decoded = items(version, &[&item(other)]);
            match (version, other) {
                // Version 2 has `latitude` beside the position on purpose in these items.
                (Version::V1, Version::V2) => assert_eq!(
                    decoded.refusals.count(Reason::ReportPlaceImpossible),
                    1,
                    "only a latitude stands where version 1 looks"
                ),
                (Version::V2, Version::V1) => assert_eq!(
                    decoded.reports[0].fix().place,
                    cairn_ground::LatLng::new(1.0, 2.0).unwrap()
                ),
                _ => assert_eq!(
                    decoded.refusals.count(Reason::ReportWithoutPosition),
                    1,
                    "{version:?} {other:?}"
                ),
            }
        }
    }
}

#[test]
fn an_item_without_a_position_is_refused_in_all_versions() {
    for version in Version::ALL {
        for bare in ["{}", r#"{"accuracy": 8, "wifi": [], "position": {"accuracy": 8}}"#] {
            assert_eq!(items(version, &[bare]).refusals, only(Reason::ReportWithoutPosition));
        }
    }
}

#[test]
fn a_time_of_version_0_is_a_date_with_or_without_zone_and_a_bad_one_is_now() {
    for (time, want, n_refused) in [
        ("\"2020-09-13T12:26:40Z\"", 1_600_000_000_000, 0),
        ("\"2020-09-13T12:26:40.000\"", 1_600_000_000_000, 0),
        ("\"2020-09-13T14:26:40+02:00\"", 1_600_000_000_000, 0),
        ("\"2020-09-13\"", 1_599_955_200_000, 0),
        ("\"yesterday\"", NOW.ms(), 1),
        ("1600000000", NOW.ms(), 1),
        ("\"1970-01-01\"", NOW.ms(), 1),
        ("null", NOW.ms(), 0),
    ] {
        let with = V0.replace("\"2020-09-13T12:26:40Z\"", time);
        let decoded = items(Version::V0, &[&with]);
        assert_eq!(decoded.reports[0].timestamp().ms(), want, "{time}");
        assert_eq!(decoded.refusals.count(Reason::ValueOther), n_refused, "{time}");
    }
}
