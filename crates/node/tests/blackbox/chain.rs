//! Other location services, seen from outside: another Cairn answers what this one does not know.

use crate::support::client::post;
use crate::support::reports::{query, walk};
use crate::support::taught::{cells, drive, locate, lte, off_m, teach};
use crate::support::{Data, Server, cairn, said};
use serde_json::{Value, json};

/// A server that asks another.
fn asking(data: &Data, other: &str, more: &str) -> Server {
    let settings = format!(
        "connections_max = 100\n[external]\n{more}\n[[external.providers]]\nname = \"other\"\n\
         schema = \"ichnaea\"\nurl = \"http://{other}/v1/geolocate\"\nkey = \"our-key\"\n\
         requests_per_second = 100.0"
    );
    Server::start_under(data, &settings, &[])
}

fn asks(server: &Server, networks: &[u64]) -> crate::support::client::Answer {
    post(server.address(), "/v1/geolocate", &query(networks))
}

fn count(server: &Server, outcome: &str) -> f64 {
    server.metric(&format!("node_external_asks_total{{provider=\"other\",outcome=\"{outcome}\"}}"))
}

#[test]
fn what_this_server_does_not_know_another_answers_once_and_it_is_remembered() {
    let (here, there) = (Data::new(), Data::new());
    let other = Server::start(&there);
    teach(&other, &walk(51.5, -0.12, 1, 0));
    let server = asking(&here, other.address(), "");
    let first = asks(&server, &[1, 2, 3, 4]);
    assert!(off_m(&first, 51.5, -0.12) < 100.0, "{first:?}");
    let truth = asks(&other, &[1, 2, 3, 4]).json();
    assert_eq!(first.json()["accuracy"], truth["accuracy"]);
    assert_eq!(asks(&server, &[1, 2, 3, 4]).json(), first.json());
    assert!((count(&server, "found") - 1.0).abs() < 0.5);
    assert!((server.metric("node_external_cached_total") - 1.0).abs() < 0.5);
    let nobody = asks(&server, &[0x900, 0x901]);
    assert_eq!(nobody.status, 404);
    assert!((count(&server, "nothing") - 1.0).abs() < 0.5);
    assert!(!server.stop().contains("our-key"));
}

#[test]
fn what_this_server_knows_it_answers_itself() {
    let (here, there) = (Data::new(), Data::new());
    let other = Server::start(&there);
    teach(&other, &walk(52.52, 13.40, 1, 0));
    let server = asking(&here, other.address(), "");
    teach(&server, &walk(51.5, -0.12, 1, 0));
    let answer = asks(&server, &[1, 2, 3, 4]);
    assert!(off_m(&answer, 51.5, -0.12) < 100.0, "{answer:?}");
    assert!(other.metric("node_requests_total{route=\"/v1/geolocate\",status=\"200\"}") < 0.5);
    // One network alone is never sent to anybody.
    assert_eq!(asks(&server, &[1]).status, 404);
    assert!(other.metric("node_requests_total{route=\"/v1/geolocate\",status=\"404\"}") < 0.5);
}

#[test]
fn an_area_known_to_another_is_a_fallback_here_too() {
    let (here, there) = (Data::new(), Data::new());
    let other = Server::start(&there);
    let known: Vec<Value> = (1..=3).map(|cell| lte(262, 70, cell)).collect();
    teach(&other, &drive(52.52, 13.40, &known));
    let server = asking(&here, other.address(), "");
    let answer = locate(&server, &cells(&[lte(262, 70, 999)]));
    assert_eq!(answer.json()["fallback"], "lacf", "{answer:?}");
    let mut body = cells(&[lte(262, 70, 998)]);
    body["fallbacks"] = json!({"lacf": false});
    assert_eq!(locate(&server, &body).status, 404);
}

#[test]
fn a_service_that_requires_keys_is_told_ours_and_not_who_asks() {
    let (here, there) = (Data::new(), Data::new());
    let dir = there.path().to_str().unwrap().to_owned();
    said(&cairn(&["keys", "add", "--data", &dir, "--name", "us", "--key", "our-key"]));
    let other = Server::start_under(&there, "[access]\nkeys_required = true", &[]);
    teach(&other, &walk(51.5, -0.12, 1, 0));
    let server = asking(&here, other.address(), "");
    assert_eq!(asks(&server, &[1, 2, 3, 4]).status, 200);
    assert!(!other.stop().contains("our-key"));
}

#[test]
fn a_service_that_is_gone_costs_its_answer_and_is_left_alone_after_some_failures() {
    let (here, there) = (Data::new(), Data::new());
    let other = Server::start(&there);
    let address = other.address().to_owned();
    other.stop();
    let mut server = asking(&here, &address, "breaker_failures = 2");
    server.expect("other");
    for first in [0x10, 0x20, 0x30, 0x40] {
        assert_eq!(asks(&server, &[first, first + 1]).status, 404);
    }
    assert!((count(&server, "failed") - 2.0).abs() < 0.5);
    assert!((count(&server, "open") - 2.0).abs() < 0.5);
    assert!(server.metric("node_external_breaker_open{provider=\"other\"}") > 0.5);
}
