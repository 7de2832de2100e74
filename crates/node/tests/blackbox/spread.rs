//! One batch on several threads: what comes back is in the order of what was asked, and so is what a limit costs.

use crate::support::client::{dechunked, post};
use crate::support::reports::{query, walk};
use crate::support::taught::teach;
use crate::support::{Data, Server, cairn, said};
use serde_json::Value;

/// Queries of the batch: many more than go into one turn.
const N: usize = 3_000;
/// Requests that the key allows.
const LIMIT: usize = 1_234;

/// A batch in which every third query is from nowhere, each with its number for a name.
fn batch() -> Vec<u8> {
    let body = |n: usize| {
        let wifi: &[u64] = if n.is_multiple_of(3) { &[101, 102] } else { &[1, 2, 3] };
        String::from_utf8(query(wifi)).unwrap()
    };
    let line = |n: usize| format!("{{\"id\":{n},{}\n", body(n).strip_prefix('{').unwrap());
    (0..N).map(line).collect::<String>().into_bytes()
}

/// The code of each answer, when they come in order.
fn codes(server: &Server, key: &str) -> Vec<Option<u64>> {
    let answer = post(server.address(), &format!("/v1/geolocate/batch?key={key}"), &batch());
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = String::from_utf8(dechunked(&answer)).unwrap();
    let answers: Vec<Value> = body.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(answers.len(), N);
    let named = answers.iter().map(|answer| answer["id"].as_u64().unwrap());
    assert!(named.eq(0..N as u64), "out of order");
    answers.iter().map(|answer| answer["error"]["code"].as_u64()).collect()
}

#[test]
fn a_batch_on_four_threads_is_answered_in_its_order_and_a_limit_costs_its_last_queries() {
    let data = Data::new();
    let dir = data.path().to_str().unwrap().to_owned();
    let (name, most) = ("bulk", LIMIT.to_string());
    let flags = ["keys", "add", "--data", &dir, "--name", name, "--requests-per-day", &most];
    let secret = said(&cairn(&flags));
    let server = Server::start_under(&data, "[lanes]\nbulk_threads = 4", &[]);
    teach(&server, &walk(52.52, 13.40, 1, 0));
    let place = |n: usize| n.is_multiple_of(3).then_some(404);
    assert!(codes(&server, "").into_iter().eq((0..N).map(place)));
    let within = |n: usize| if n < LIMIT { place(n) } else { Some(403) };
    assert!(codes(&server, secret.trim()).into_iter().eq((0..N).map(within)));
    server.stop();
}
