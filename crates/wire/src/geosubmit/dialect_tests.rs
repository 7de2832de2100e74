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
                    "cellId": 21, "age": 3, "asu": 45, "psc": 101, "serving": true,
                    "timingAdvance": 2},
                   {"radioType": "wcdma", "mobileCountryCode": 234, "mobileNetworkCode": 30,
                    "locationAreaCode": 1004, "cellId": 22, "signalStrength": -90}],
    "wifiAccessPoints": [{"macAddress": "a82066000001", "age": 2100, "frequency": 2437,
                          "radioType": "802.11be", "signalStrength": -67, "ssid": "x"}]}"#;

fn v2() -> String {
    let head = r#""position": {"latitude": 51.5, "longitude": -0.1, "accuracy": 8.5, "altitude": 25.5, "altitudeAccuracy": 3.0,
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
fn an_item_of_one_version_is_the_same_report_on_the_route_of_another() {
    let want = items(Version::V2, &[&v2()]);
    for version in Version::ALL {
        assert_eq!(items(version, &[V0]), want, "version 0 to {version:?}");
        // Without what the items say beside on purpose, under a name of another version.
        let v1 = V1.replace("\"position\": {\"latitude\": 1, \"longitude\": 2},", "");
        assert_eq!(items(version, &[&v1]), want, "version 1 to {version:?}");
        let v2 = v2().replace("\"latitude\": 9,", "");
        assert_eq!(items(version, &[&v2]), want, "version 2 to {version:?}");
    }
}

#[test]
fn where_an_item_says_it_twice_the_name_of_the_route_s_version_counts() {
    let both = r#"{"position": {"latitude": 2, "longitude": 2}, "latitude": 1, "longitude": 1,
        "lat": 0.5, "lon": 0.5, "time": "2020-09-13T12:26:40Z", "timestamp": 1600000000002,
        "radio": "gsm", "radioType": "wcdma", "cellTowers": [{"mobileCountryCode": 234,
        "mobileNetworkCode": 30, "locationAreaCode": 1003, "cellId": 21}]}"#;
    for (version, degrees, ms, cell) in [
        (Version::V0, 0.5, 1_600_000_000_000, "gsm-234-30-1003-21"),
        (Version::V1, 1.0, 1_600_000_000_002, "wcdma-234-30-1003-21"),
        (Version::V2, 2.0, 1_600_000_000_002, "wcdma-234-30-1003-21"),
    ] {
        let decoded = items(version, &[both]);
        let report = &decoded.reports[0];
        let place = cairn_ground::LatLng::new(degrees, degrees).unwrap();
        assert_eq!((report.fix().place, report.timestamp().ms()), (place, ms), "{version:?}");
        assert_eq!(report.observations()[0].transmitter.to_string(), cell);
    }
    // Half a place of the route's own is not mended with the other half.
    let half = r#"{"position": {"latitude": 2}, "latitude": 1, "longitude": 1, "wifi": []}"#;
    assert_eq!(items(Version::V2, &[half]).refusals, only(Reason::ReportPlaceImpossible));
}

#[test]
fn what_geoclue_2_6_sends_to_version_2_is_kept() {
    let item = r#"{"lat": 51.5, "lon": -0.1, "accuracy": 24.0, "altitude": 12.0,
        "time": "2020-09-13T12:26:40+00", "radioType": "gsm",
        "wifi": [{"key": "a8:20:66:00:06:01", "ssid": "x", "signal": -48, "frequency": 2437},
                 {"key": "a8:20:66:00:07:02", "ssid": "y_nomap", "signal": -66, "frequency": 5180}],
        "cell": [{"radio": "gsm", "cid": 21, "mcc": 234, "mnc": 30, "lac": 1003}]}"#;
    let decoded = items(Version::V2, &[item]);
    assert_eq!(decoded.refusals, only(Reason::EntryOptedOut));
    let report = &decoded.reports[0];
    assert_eq!(report.timestamp().ms(), 1_600_000_000_000);
    assert_eq!(report.fix().r68.map(cairn_ground::Meters::get), Some(24.0));
    let heard: Vec<_> = report.observations().iter().map(|o| o.transmitter.to_string()).collect();
    assert_eq!(heard, ["wifi-a8:20:66:00:06:01", "gsm-234-30-1003-21"]);
}

#[test]
fn a_height_counts_where_the_fix_says_its_source() {
    let item = |beside: &str| {
        format!(
            r#"{{"position": {{"latitude": 1, "longitude": 1, "altitude": 12.0, "altitudeAccuracy": 3 {beside}}},
                "wifiAccessPoints": [{{"macAddress": "a8:20:66:00:06:01"}}]}}"#
        )
    };
    for (beside, want) in [("", (None, None)), (r#", "source": "gps""#, (Some(12.0), Some(3.0)))] {
        let fix = *items(Version::V2, &[&item(beside)]).reports[0].fix();
        assert_eq!((fix.height_hae_m, fix.height_r68_m), want, "{beside}");
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
