//! Queries and answers in the words of other services.

use super::*;
use crate::geolocate::decode;
use proptest::prelude::*;
use serde_json::{Value, json};

const QUERY: &str = r#"{"fallbacks": {"lacf": false},
    "wifiAccessPoints": [{"macAddress": "a82066000001", "signalStrength": -60, "age": 500},
                         {"macAddress": "a82066000002", "signalStrength": -50}],
    "bluetoothBeacons": [{"macAddress": "c4be84000001"}, {"macAddress": "c4be84000002"}],
    "cellTowers": [
        {"radioType": "nr", "mobileCountryCode": 262, "mobileNetworkCode": 1,
         "locationAreaCode": 70000, "cellId": 68719476735, "signalStrength": -90},
        {"radioType": "wcdma", "mobileCountryCode": 262, "mobileNetworkCode": 1,
         "locationAreaCode": 7, "cellId": 70001, "signalStrength": -99.6},
        {"radioType": "nr", "mobileCountryCode": 262, "mobileNetworkCode": 1,
         "locationAreaCode": 70000, "cellId": 5}]}"#;

fn asked(schema: Schema, query: &str) -> Option<Value> {
    let body = schema.encode(&decode(query.as_bytes()).unwrap(), "secret")?;
    Some(serde_json::from_slice(&body).unwrap())
}

#[test]
fn ichnaea_is_asked_everything_and_reads_as_we_do() {
    let query = decode(QUERY.as_bytes()).unwrap();
    let body = Schema::Ichnaea.encode(&query, "secret").unwrap();
    let again = decode(&body).unwrap();
    assert_eq!(again.observations.len(), query.observations.len());
    assert_eq!((again.refusals.total(), &again.areas), (0, &query.areas));
    assert!(!again.consider_ip && !again.fallback_ip && !again.fallback_area);
    assert!(!String::from_utf8(body).unwrap().contains("secret"), "the key is for the address");
}

#[test]
fn google_is_asked_for_the_cells_of_one_radio_with_new_radio_ids() {
    let wifi = json!([
        {"macAddress": "a8:20:66:00:00:01", "signalStrength": -60, "age": 500},
        {"macAddress": "a8:20:66:00:00:02", "signalStrength": -50}]);
    let cells = json!([
        {"mobileCountryCode": 262, "mobileNetworkCode": 1, "locationAreaCode": 70_000,
         "newRadioCellId": 5},
        {"mobileCountryCode": 262, "mobileNetworkCode": 1, "locationAreaCode": 70_000,
         "newRadioCellId": 68_719_476_735_u64, "signalStrength": -90}]);
    let want = json!({"considerIp": false, "radioType": "nr", "wifiAccessPoints": wifi,
        "cellTowers": cells});
    assert_eq!(asked(Schema::Google, QUERY).unwrap(), want);
}

#[test]
fn combain_is_asked_like_google_with_plain_ids_and_its_fallbacks() {
    let body = asked(Schema::Combain, QUERY).unwrap();
    assert_eq!(body["cellTowers"][1]["cellId"], 68_719_476_735_u64);
    assert_eq!((&body["radioType"], body.get("bluetoothBeacons")), (&json!("nr"), None));
    assert_eq!(body["fallbacks"], json!({"ipf": false, "lacf": false}));
}

#[test]
fn unwired_is_asked_for_one_operator_with_the_token_inside() {
    let one = QUERY
        .replace("\"wcdma\", \"mobileCountryCode\": 262", "\"wcdma\", \"mobileCountryCode\": 234");
    let want = json!({"token": "secret", "radio": "nr", "mcc": 262, "mnc": 1,
        "cells": [{"lac": 70_000, "cid": 68_719_476_735_u64, "signal": -90},
                  {"lac": 70_000, "cid": 5}],
        "wifi": [{"bssid": "a8:20:66:00:00:02", "signal": -50},
                 {"bssid": "a8:20:66:00:00:01", "signal": -60}], "address": 0});
    assert_eq!(asked(Schema::Unwired, &one).unwrap(), want);
    let umts = r#"{"cellTowers": [{"radioType": "wcdma", "mobileCountryCode": 262,
        "mobileNetworkCode": 1, "locationAreaCode": 7, "cellId": 70001}]}"#;
    assert_eq!(asked(Schema::Unwired, umts).unwrap()["radio"], "umts");
}

#[test]
fn unwired_takes_the_strongest_of_too_many() {
    let wifi = |n: usize| {
        format!("{{\"macAddress\": \"a820660000{n:02}\", \"signalStrength\": -{}}}", 90 - n)
    };
    let list: Vec<_> = (0..20).map(wifi).collect();
    let body = asked(Schema::Unwired, &format!("{{\"wifiAccessPoints\": [{}]}}", list.join(",")));
    let body = body.unwrap();
    let list = body["wifi"].as_array().unwrap();
    assert_eq!((list.len(), &list[0]["signal"]), (15, &json!(-71)));
    assert_eq!(body.get("radio"), None);
}

#[test]
fn nobody_is_asked_about_nothing_or_a_lone_network() {
    for query in ["{}", r#"{"wifiAccessPoints": [{"macAddress": "a82066000001"}]}"#] {
        for schema in Schema::ALL {
            assert_eq!(asked(schema, query), None, "{schema:?}");
        }
    }
    let beacons = r#"{"bluetoothBeacons": [{"macAddress": "c4be84000001"},
        {"macAddress": "c4be84000002"}]}"#;
    assert_eq!(asked(Schema::Google, beacons), None);
    assert!(asked(Schema::Ichnaea, beacons).is_some());
}

#[test]
fn answers_of_all_schemas_are_a_place_and_a_radius() {
    let geolocate = r#"{"location": {"lat": 51.5, "lng": -0.25}, "accuracy": 100}"#;
    let unwired = r#"{"status": "ok", "balance": 9, "lat": "51.5", "lon": -0.25, "accuracy": 100}"#;
    for schema in Schema::ALL {
        let body = if schema == Schema::Unwired { unwired } else { geolocate };
        let answer = schema.decode(body.as_bytes()).unwrap();
        assert_eq!((answer.place.lat_deg(), answer.place.lng_deg()), (51.5, -0.25));
        assert!((answer.radii.r95_m() - 100.0).abs() < 1e-9);
        assert_eq!((answer.fallback, answer.with_uncertainty), (None, false));
    }
    let area = r#"{"location": {"lat": 1, "lng": 2}, "accuracy": 9, "fallback": "lacf"}"#;
    assert_eq!(Schema::Combain.decode(area.as_bytes()).unwrap().fallback, Some("lacf"));
}

#[test]
fn an_answer_with_a_number_that_cannot_be_is_refused() {
    let table = [
        (r#"{"location": {"lat": 91, "lng": 0}, "accuracy": 9}"#, ExternalError::Impossible),
        (r#"{"location": {"lat": 1, "lng": 1e9}, "accuracy": 9}"#, ExternalError::Impossible),
        (r#"{"location": {"lat": 1, "lng": 0}, "accuracy": 0}"#, ExternalError::Impossible),
        (r#"{"location": {"lat": 1, "lng": 0}, "accuracy": -5}"#, ExternalError::Impossible),
        (r#"{"location": {"lat": 1, "lng": 0}, "accuracy": 1e9}"#, ExternalError::Impossible),
        (r#"{"location": {"lat": 1, "lng": 0}}"#, ExternalError::Unreadable),
        (r#"{"location": {"lat": 1}, "accuracy": 9}"#, ExternalError::Unreadable),
        (r#"{"location": {"lat": "x", "lng": 0}, "accuracy": 9}"#, ExternalError::Unreadable),
        ("<html>", ExternalError::Unreadable),
        ("{}", ExternalError::Unreadable),
    ];
    for (body, want) in table {
        assert_eq!(Schema::Google.decode(body.as_bytes()), Err(want), "{body}");
    }
    let off = br#"{"status": "ok", "lat": -91, "lon": 2, "accuracy": 4}"#;
    assert_eq!(Schema::Unwired.decode(off), Err(ExternalError::Impossible));
    let long = format!("{}{}", " ".repeat(64 << 10), r#"{"location": {"lat": 1, "lng": 0}}"#);
    assert_eq!(Schema::Google.decode(long.as_bytes()), Err(ExternalError::Unreadable));
}

#[test]
fn a_refusal_says_whether_to_ask_again() {
    let refusal = |code: u16, reason: &str| {
        let body = json!({"error": {"code": code, "message": "x", "errors": [{"reason": reason}]}});
        Schema::Google.decode(body.to_string().as_bytes()).unwrap_err()
    };
    assert_eq!(refusal(404, "notFound"), ExternalError::NotFound);
    assert_eq!(refusal(404, ""), ExternalError::NotFound);
    assert_eq!(refusal(400, "keyInvalid"), ExternalError::KeyRefused);
    assert_eq!(refusal(403, "dailyLimitExceeded"), ExternalError::OverQuota);
    assert_eq!(refusal(429, ""), ExternalError::OverQuota);
    assert_eq!(refusal(400, "parseError"), ExternalError::Failed);
    let bare = br#"{"error": {"code": 404}}"#;
    assert_eq!(Schema::Combain.decode(bare), Err(ExternalError::NotFound));
    for (message, want) in [
        ("No matches found", ExternalError::NotFound),
        ("Invalid token", ExternalError::KeyRefused),
        ("No balance left", ExternalError::OverQuota),
        ("Something else", ExternalError::Failed),
    ] {
        let body = json!({"status": "error", "message": message}).to_string();
        assert_eq!(Schema::Unwired.decode(body.as_bytes()), Err(want), "{message}");
    }
}

#[test]
fn a_schema_has_a_name_in_the_settings() {
    for schema in Schema::ALL {
        assert_eq!(Schema::from_name(schema.name()), Some(schema));
    }
    assert_eq!(Schema::from_name("oracle"), None);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        // invariant: W1
        for schema in Schema::ALL {
            let _whatever = schema.decode(&bytes);
        }
    }
}
