//! Voices that most boxes contradict, seen from outside: they move nothing, not even after a crash.

use crate::support::client::request;
use crate::support::reports::{WHEN_MS, heard, report, submission};
use crate::support::taught::{cells, locate, lte, off_m, settle};
use crate::support::{Data, Server, cairn, said, wait_for};
use serde_json::{Value, json};

/// A street.
const HOME: (f64, f64) = (52.52, 13.40);
/// Half a kilometre north of it.
const AWAY: (f64, f64) = (52.5245, 13.40);

fn cell() -> Value {
    lte(262, 70, 1)
}

/// Somebody walks past ten boxes 14 m apart, hears each loudly and one cell all the time, and reports it.
fn walks(server: &Server, nickname: &str, (lat, lng): (f64, f64), seed: i32) {
    let step = |n: i32| {
        let here = u64::from(n.unsigned_abs());
        let at = (f64::from(seed).mul_add(1e-5, lat), f64::from(n).mul_add(2e-4, lng));
        let mut item = report(at.0, at.1, &[heard(here, -50), heard(here + 1, -60)]);
        item["timestamp"] = json!(WHEN_MS + i64::from(seed) * 600_000 + i64::from(n) * 10_000);
        item["cellTowers"] = json!([cell()]);
        item
    };
    let items: Vec<Value> = (0..10).map(step).collect();
    let headers = [("X-Nickname", nickname), ("Content-Type", "application/json")];
    let sent = request(server.address(), "POST", "/v2/geosubmit", &headers, &submission(&items));
    assert_eq!(sent.unwrap().status, 200);
}

fn place(server: &Server) -> (f64, f64) {
    let answer = locate(server, &cells(&[cell()])).json();
    let degrees = |name: &str| answer["location"][name].as_f64().unwrap();
    (degrees("lat"), degrees("lng"))
}

fn off_by_m(server: &Server, (lat, lng): (f64, f64)) -> f64 {
    off_m(&locate(server, &cells(&[cell()])), lat, lng)
}

fn n_discredited(server: &Server) -> f64 {
    server.metric("radiomap_discredited_voices")
}

#[test]
fn a_cell_stays_where_the_honest_heard_it_whatever_those_say_whom_boxes_contradict() {
    let data = Data::new();
    let mut server = Server::start(&data);
    for (nickname, seed) in ["ada", "bo", "cy", "di", "ed", "flo"].iter().zip(0..) {
        walks(&server, nickname, HOME, seed);
    }
    settle(&server);
    wait_for("a base", || server.metric("snapshot_overlays") < 0.5);
    let before = place(&server);
    assert!(n_discredited(&server) < 0.5 && off_by_m(&server, HOME) < 150.0, "{before:?}");
    for (nickname, seed) in ["mal", "ned"].iter().zip(6..) {
        walks(&server, nickname, AWAY, seed);
    }
    wait_for("a base that asks two no more", || (n_discredited(&server) - 2.0).abs() < 0.5);
    assert!(off_by_m(&server, before) < 1.0, "{:?}", place(&server));

    server.kill();
    server = Server::start(&data);
    wait_for("the same two after a crash", || (n_discredited(&server) - 2.0).abs() < 0.5);
    assert!(off_by_m(&server, before) < 1.0, "{:?}", place(&server));
    walks(&server, "gus", HOME, 8);
    settle(&server);
    assert!(off_by_m(&server, before) < 15.0, "an honest voice more: {:?}", place(&server));
    server.stop();
    let dir = data.path().to_str().unwrap();
    let told = said(&cairn(&["rebuild", "--data", dir, "--check"]));
    assert!(told.contains("equal to"), "learned again from the journal: {told}");
    let told = said(&cairn(&["inspect", "lte-262-1-70-1", "--data", dir]));
    assert!(told.contains("2 voices not asked: most boxes they name contradict them"), "{told}");
    let told = said(&cairn(&["undo", "--data", dir, "--discredited"]));
    let rows: Vec<Vec<&str>> =
        told.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
    let [[voice, against, agreed], [_, _, _]] = [&rows[0][..], &rows[1][..]] else {
        panic!("two voices: {told}")
    };
    assert!(rows.len() == 2 && *against == "11" && *agreed == "0", "eleven boxes each: {told}");
    let told = said(&cairn(&["undo", "--data", dir, "--voice", voice, "--dry-run"]));
    assert!(told.contains("would take out 10 pieces of evidence"), "{told}");
}
