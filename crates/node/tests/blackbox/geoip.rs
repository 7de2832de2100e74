//! Places from addresses, seen from outside.

use crate::support::client::{get, request};
use crate::support::reports::{query, walk};
use crate::support::taught::{LONDONER, ask_from, off_m, teach, with_addresses};
use crate::support::{Data, Server};
use serde_json::{Value, json};

/// Where the test database places [`LONDONER`].
const LONDON: (f64, f64) = (51.5142, -0.0931);

/// A query for networks nobody knows, which leaves all fallbacks as they are.
fn unknown() -> Value {
    let mut body: Value = serde_json::from_slice(&query(&[0x900, 0x901])).unwrap();
    body.as_object_mut().unwrap().remove("considerIp");
    body
}

#[test]
fn an_address_answers_a_query_that_names_nothing_and_says_so_where_networks_were_named() {
    let Some(settings) = with_addresses() else { return };
    let data = Data::new();
    let server = Server::start_under(&data, &settings, &[]);
    let plain = ask_from(&server, LONDONER, "/v1/geolocate", &json!({}));
    assert!(off_m(&plain, LONDON.0, LONDON.1) < 1.0, "{plain:?}");
    let body = plain.json();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["accuracy", "location"]);
    assert!(body["accuracy"].as_f64().unwrap() >= 5_000.0, "{body}");
    let named = ask_from(&server, LONDONER, "/v1/geolocate", &unknown());
    assert_eq!(named.json()["fallback"], "ipf");
    // A GET is a query that names nothing.
    let headers = [("X-Forwarded-For", LONDONER)];
    let got = request(server.address(), "GET", "/v1/geolocate", &headers, &[]).unwrap();
    assert_eq!(got.json(), body);
    assert!(server.metric("node_geoip_guesses_total{level=\"city\"}") > 2.5);
    assert!(!server.stop().contains(LONDONER));
}

#[test]
fn consider_ip_counts_only_where_fallbacks_say_nothing() {
    let Some(settings) = with_addresses() else { return };
    let data = Data::new();
    let server = Server::start_under(&data, &settings, &[]);
    for (wishes, status) in [
        (json!({"considerIp": false}), 404),
        (json!({"considerIp": true}), 200),
        (json!({"considerIp": "0"}), 404),
        (json!({"fallbacks": {"ipf": false}}), 404),
        (json!({"considerIp": true, "fallbacks": {"ipf": false}}), 404),
        (json!({"considerIp": false, "fallbacks": {}}), 200),
        (json!({"considerIp": false, "fallbacks": {"ipf": true}}), 200),
    ] {
        let mut body = unknown();
        body.as_object_mut().unwrap().extend(wishes.as_object().unwrap().clone());
        let answer = ask_from(&server, LONDONER, "/v1/geolocate", &body);
        assert_eq!(answer.status, status, "{wishes}");
    }
}

#[test]
fn what_a_phone_hears_is_never_overruled_by_a_far_address() {
    let Some(settings) = with_addresses() else { return };
    let data = Data::new();
    let server = Server::start_under(&data, &settings, &[]);
    // Heard on one day, by one phone: as weak as evidence gets.
    teach(&server, &walk(52.52, 13.40, 1, 0));
    let mut body: Value = serde_json::from_slice(&query(&[1, 2, 3, 4])).unwrap();
    body["considerIp"] = true.into();
    let answer = ask_from(&server, LONDONER, "/v1/geolocate", &body);
    assert!(off_m(&answer, 52.52, 13.40) < 200.0, "{answer:?}");
    assert_eq!(answer.json().get("fallback"), None);
}

#[test]
fn an_address_is_believed_from_a_proxy_alone_and_one_of_the_house_is_nowhere() {
    let Some(settings) = with_addresses() else { return };
    let data = Data::new();
    let server = Server::start_under(&data, &settings, &[]);
    assert_eq!(get(server.address(), "/v1/geolocate").status, 404, "the proxy itself");
    for (listed, status) in [
        ("10.1.2.3", 404),
        ("192.0.2.7", 404),
        ("rubbish", 404),
        ("192.0.2.7, 81.2.69.192, 127.0.0.1", 200),
    ] {
        let answer = ask_from(&server, listed, "/v1/geolocate", &json!({}));
        assert_eq!(answer.status, status, "{listed}");
    }
    server.stop();
    // The same request, where nobody said that this machine is a proxy.
    let (_, database) = settings.split_once('\n').unwrap();
    let server = Server::start_under(&data, database, &[]);
    assert_eq!(ask_from(&server, LONDONER, "/v1/geolocate", &json!({})).status, 404);
}
