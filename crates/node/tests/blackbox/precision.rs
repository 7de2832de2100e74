//! How sure an answer is: told at all levels only to who asks, or where a floor is known.

use crate::support::client::post;
use crate::support::reports::{query, walk};
use crate::support::taught::{locate, teach};
use crate::support::{Data, Server};
use serde_json::Value;

fn keys(answer: &Value) -> Vec<&str> {
    answer.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn clients_of_the_peers_get_their_two_members_and_who_asks_gets_the_radii() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server, &walk(51.5, -0.12, 1, 0));
    let mut body: Value = serde_json::from_slice(&query(&[1, 2, 3, 4])).unwrap();
    for no in [Value::Null, false.into(), 0.into(), "false".into()] {
        body["uncertainty"] = no;
        assert_eq!(keys(&locate(&server, &body).json()), ["accuracy", "location"]);
    }
    body["uncertainty"] = true.into();
    let answer = locate(&server, &body).json();
    assert_eq!(keys(&answer), ["accuracy", "location", "uncertainty"]);
    // One walk is no measure of anything.
    assert_eq!(keys(&answer["uncertainty"]), ["extrapolated", "r50", "r68", "r90", "r95"]);
    assert_eq!(answer["uncertainty"]["extrapolated"], true);
}

#[test]
fn an_answer_with_a_floor_carries_the_radii_unasked() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut items = walk(51.5, -0.12, 1, 0);
    for item in &mut items {
        item["position"]["floor"] = 3.into();
        item["position"]["source"] = "survey".into();
    }
    teach(&server, &items);
    let answer = post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).json();
    assert_eq!(answer["floor"]["level"], 3, "{answer}");
    assert!(answer["floor"]["confidence"].as_f64().unwrap() > 0.5);
    assert_eq!(answer["uncertainty"]["r95"], answer["accuracy"]);
}
