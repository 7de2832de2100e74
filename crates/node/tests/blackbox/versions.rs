//! The three versions of a submission, and what clients mix: all are learned and answered.

use crate::support::client::{post, request};
use crate::support::reports::{query, submission, walk};
use crate::support::taught::{cells, locate, lte, off_m, settle};
use crate::support::{Data, Server};
use serde_json::{Value, json};

/// Where the tests' reports are.
const PLACE: (f64, f64) = (51.5, -0.12);

/// An item of version 2 in the words of version 1.
fn in_v1(item: &Value) -> Value {
    let mut flat = item.clone();
    let position = flat.as_object_mut().unwrap().remove("position").unwrap();
    flat.as_object_mut().unwrap().extend(position.as_object().unwrap().clone());
    flat
}

/// The same in the words of version 0, at noon, with a cell beside.
fn in_v0(item: &Value) -> Value {
    let position = &item["position"];
    let wifi: Vec<Value> = item["wifiAccessPoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| json!({"key": entry["macAddress"], "signal": entry["signalStrength"]}))
        .collect();
    json!({
        "lat": position["latitude"], "lon": position["longitude"],
        "accuracy": position["accuracy"], "time": "2025-11-20T12:00:00+00", "radio": "lte",
        "wifi": wifi, "cell": [{"mcc": 234, "mnc": 1, "lac": 70, "cid": 1, "signal": -90}],
    })
}

/// Submits a walk in other words, and finds a phone by what was heard on it.
fn learns(path: &str, status: u16, words: fn(&Value) -> Value) -> Server {
    let data = Data::new();
    let server = Server::start(&data);
    let items: Vec<Value> = walk(PLACE.0, PLACE.1, 1, 0).iter().map(words).collect();
    let answer = post(server.address(), path, &submission(&items));
    assert_eq!(answer.status, status, "{answer:?}");
    settle(&server);
    let found = post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4]));
    assert!(off_m(&found, PLACE.0, PLACE.1) < 100.0, "{found:?}");
    server
}

#[test]
fn version_0_is_learned_with_its_cells_and_acknowledged_with_nothing() {
    let server = learns("/v1/submit", 204, in_v0);
    let cell = locate(&server, &cells(&[lte(234, 70, 1)]));
    assert!(off_m(&cell, PLACE.0, PLACE.1) < 500.0, "{cell:?}");
    let answer = post(server.address(), "/v1/submit", b"{\"items\": []}");
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.header("content-type"), None);
}

#[test]
fn versions_1_and_2_are_learned_and_acknowledged_with_an_empty_object() {
    for (path, words) in
        [("/v1/geosubmit", in_v1 as fn(&Value) -> Value), ("/v2/geosubmit", Value::clone)]
    {
        let server = learns(path, 200, words);
        let answer = post(server.address(), path, b"{\"items\": []}");
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"), "{path}");
        assert_eq!(answer.header("content-type").as_deref(), Some("application/json"));
    }
}

#[test]
fn items_of_one_version_are_learned_on_the_route_of_another() {
    learns("/v2/geosubmit", 200, in_v0);
    learns("/v2/geosubmit", 200, in_v1);
    learns("/v1/geosubmit", 200, in_v0);
    learns("/v1/geosubmit", 200, Value::clone);
    learns("/v1/submit", 204, in_v1);
    learns("/v1/submit", 204, Value::clone);
}

#[test]
fn a_bad_entry_costs_itself_in_every_version() {
    let data = Data::new();
    let server = Server::start(&data);
    let good = &walk(PLACE.0, PLACE.1, 1, 0)[0];
    let mut n = 0.0;
    for (path, list, bad, item) in [
        ("/v1/submit", "wifi", json!({"key": 10}), in_v0(good)),
        ("/v1/geosubmit", "wifiAccessPoints", json!({"macAddress": 10}), in_v1(good)),
        ("/v2/geosubmit", "wifiAccessPoints", json!({"macAddress": 10}), good.clone()),
    ] {
        let mut item = item;
        item[list].as_array_mut().unwrap().push(bad);
        let body = submission(&[item]);
        let answer = request(server.address(), "POST", path, &[], &body).unwrap();
        assert!((200..300).contains(&answer.status), "{path} {answer:?}");
        n += 1.0;
        let refused = server.metric("wire_refusals_total{reason=\"entry_malformed\"}");
        assert!((refused - n).abs() < 0.5, "{path}: {refused}");
    }
    assert!((server.metric("wire_reports_accepted_total") - 3.0).abs() < 0.5);
}
