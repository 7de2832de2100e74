//! Which country, seen from outside: the radio's place, the codes of cells, the address.

use crate::support::client::{Answer, get};
use crate::support::reports::{query, walk};
use crate::support::taught::{LONDONER, ask_from, cells, locate, lte, teach, with_addresses};
use crate::support::{Data, Server};
use serde_json::{Value, json};

/// Somewhere else than the test database knows.
const NOWHERE: &str = "192.0.2.7";

/// The status, and what is said of the country.
fn told(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json())
}

fn is(code: &str, name: &str) -> (u16, Value) {
    (200, json!({"country_code": code, "country_name": name}))
}

fn is_refused(answer: &Answer) {
    assert_eq!(answer.status, 404, "{answer:?}");
    assert_eq!(answer.json()["error"]["errors"][0]["reason"], "notFound");
}

fn ask(server: &Server, address: &str, body: &Value) -> Answer {
    ask_from(server, address, "/v1/country", body)
}

#[test]
fn a_place_found_by_wifi_decides_whatever_cells_say() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server, &walk(48.85, 2.35, 1, 0));
    let mut body: Value = serde_json::from_slice(&query(&[1, 2, 3, 4])).unwrap();
    assert_eq!(told(&ask(&server, NOWHERE, &body)), is("FR", "France"));
    body["cellTowers"] = json!([lte(262, 7, 8), lte(262, 7, 9)]);
    assert_eq!(told(&ask(&server, NOWHERE, &body)), is("FR", "France"));
    body["wifiAccessPoints"] = json!([]);
    assert_eq!(told(&ask(&server, NOWHERE, &body)), is("DE", "Germany"));
}

#[test]
fn the_code_of_a_cell_nobody_has_reported_names_its_country() {
    let data = Data::new();
    let server = Server::start(&data);
    let unknown = cells(&[lte(262, 7, 8)]);
    assert_eq!(locate(&server, &unknown).status, 404);
    assert_eq!(told(&ask(&server, NOWHERE, &unknown)), is("DE", "Germany"));
    let majority = cells(&[lte(262, 7, 8), lte(228, 7, 8), lte(228, 7, 9)]);
    assert_eq!(told(&ask(&server, NOWHERE, &majority)), is("CH", "Switzerland"));
}

#[test]
fn a_code_that_countries_share_names_the_one_it_is_assigned_to() {
    let data = Data::new();
    let server = Server::start(&data);
    for (mcc, code) in [(310, "US"), (234, "GB"), (208, "FR"), (425, "IL")] {
        let answer = ask(&server, NOWHERE, &cells(&[lte(mcc, 7, 8)]));
        assert_eq!(answer.json()["country_code"], code, "{mcc}");
    }
}

#[test]
fn what_says_nothing_of_a_country_is_not_found() {
    let data = Data::new();
    let server = Server::start(&data);
    is_refused(&get(server.address(), "/v1/country"));
    is_refused(&ask(&server, NOWHERE, &json!({})));
    // International networks, and a code that is nobody's.
    is_refused(&ask(&server, NOWHERE, &cells(&[lte(901, 7, 8)])));
    is_refused(&ask(&server, NOWHERE, &cells(&[lte(999, 7, 8)])));
    is_refused(&ask(&server, NOWHERE, &serde_json::from_slice(&query(&[1, 2])).unwrap()));
}

#[test]
fn an_address_decides_where_the_radio_does_not() {
    let Some(settings) = with_addresses() else { return };
    let data = Data::new();
    let server = Server::start_under(&data, &settings, &[]);
    let britain = is("GB", "United Kingdom");
    assert_eq!(told(&ask(&server, LONDONER, &json!({}))), britain, "no networks, no fallback");
    // A record of the database that has a country and no place.
    assert_eq!(told(&ask(&server, "2001:218::1", &json!({}))), is("JP", "Japan"));
    let mut two: Value = serde_json::from_slice(&query(&[1, 2])).unwrap();
    is_refused(&ask(&server, LONDONER, &two));
    two["considerIp"] = true.into();
    let by_address = json!({"country_code": "GB", "country_name": "United Kingdom",
                            "fallback": "ipf"});
    assert_eq!(told(&ask(&server, LONDONER, &two)), (200, by_address.clone()));
    let shared = json!({"cellTowers": [lte(310, 7, 8)]});
    assert_eq!(told(&ask(&server, LONDONER, &shared)), (200, by_address), "a sixth against 0.9");
    let german = json!({"cellTowers": [lte(262, 7, 8)]});
    assert_eq!(told(&ask(&server, LONDONER, &german)), is("DE", "Germany"));
}
