//! microG's list of single networks: cells it may keep, and never where a Wi-Fi network stands.

use crate::support::client::{Answer, request};
use crate::support::reports::{heard, walk};
use crate::support::taught::{cells, drive, locate, lte, off_m, teach};
use crate::support::{Data, Server};
use serde_json::{Value, json};

/// How microG names itself.
const MICROG: &str = "microG/0.3.6 (Linux; Android 14; com.google.android.gms)";

/// A server that knows a cell, and four networks around the same place.
fn taught(data: &Data) -> Server {
    let server = Server::start(data);
    let cell = drive(52.52, 13.40, &[lte(262, 70, 1)]);
    teach(&server, &[cell, walk(52.52, 13.40, 1, 0)].concat());
    server
}

/// What a phone hears that microG asks for: networks, and a known and an unknown cell.
fn everything() -> Value {
    let mut body = cells(&[lte(262, 70, 1), lte(262, 70, 999)]);
    body["wifiAccessPoints"] = (1..=4).map(|n| heard(n, -60)).collect();
    body
}

fn ask_as(server: &Server, agent: &str, body: &Value) -> Answer {
    let headers = [("User-Agent", agent)];
    let body = body.to_string();
    request(server.address(), "POST", "/v1/geolocate", &headers, body.as_bytes()).unwrap()
}

#[test]
fn whoever_asks_for_it_and_microg_get_the_cells_known_and_nobody_else_does() {
    let data = Data::new();
    let server = taught(&data);
    let mut asks = everything();
    let by_name = ask_as(&server, MICROG, &asks).json();
    assert_eq!(ask_as(&server, "Firefox/140", &asks).json().get("raw"), None);
    assert_eq!(locate(&server, &asks).json().get("raw"), None);
    asks["raw"] = true.into();
    let by_wish = locate(&server, &asks).json();
    assert_eq!(by_name, by_wish);
    let list = by_wish["raw"].as_array().unwrap();
    assert_eq!(list.len(), 1, "of two cells one is known: {list:?}");
    assert_eq!(list[0]["omit"], false);
    let cell = json!({"radioType": "lte", "mobileCountryCode": 262, "mobileNetworkCode": 1,
                      "locationAreaCode": 70, "cellId": 1});
    assert_eq!(list[0]["cellTower"], cell);
    assert!((list[0]["location"]["lat"].as_f64().unwrap() - 52.52).abs() < 0.01);
    assert!((list[0]["location"]["lng"].as_f64().unwrap() - 13.40).abs() < 0.01);
    assert!(list[0]["accuracy"].as_f64().unwrap() > 0.0);
}

#[test]
fn where_a_wifi_network_stands_is_told_to_nobody() {
    let data = Data::new();
    let server = taught(&data);
    let mut asks = everything();
    asks["raw"] = true.into();
    let answer = ask_as(&server, MICROG, &asks);
    assert!(off_m(&answer, 52.52, 13.40) < 200.0, "the networks are known: {answer:?}");
    let text = answer.text();
    assert!(!text.contains("wifiAccessPoint") && !text.contains("macAddress"), "{text}");
    // Nor to who names nothing but one network.
    let one = json!({"considerIp": false, "raw": true, "wifiAccessPoints": [heard(1, -60)]});
    assert_eq!(ask_as(&server, MICROG, &one).status, 404);
}

#[test]
fn a_query_that_is_not_found_is_json_with_the_code_microg_reads() {
    let data = Data::new();
    let server = Server::start(&data);
    let answer = ask_as(&server, MICROG, &everything());
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &json!(404)));
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json"));
}
