//! The main job, seen from outside: reports in, answers out, nothing lost and nothing learned twice.

use crate::support::client::{get, post, request};
use crate::support::reports::{heard, query, report, submission, walk};
use crate::support::{Data, Server, cairn, said, wait_for};
use cairn_node::clock::Clock;
use serde_json::json;
use std::time::Duration;

/// Where the tests' reports are.
const LAT: f64 = 51.5;
/// Where the tests' reports are.
const LNG: f64 = -0.12;

/// True when the transmitters `first` and `first + 1`… place a phone near (`lat`, `LNG`).
fn is_near(server: &Server, first: u64, lat: f64) -> bool {
    let ask = query(&[first, first + 1, first + 2, first + 3]);
    let answer = post(server.address(), "/v1/geolocate", &ask);
    let found = answer.json();
    answer.status == 200 && (found["location"]["lat"].as_f64().unwrap() - lat).abs() < 1e-3
}

fn submit(server: &Server, items: &[serde_json::Value]) {
    let answer = post(server.address(), "/v2/geosubmit", &submission(items));
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
}

#[test]
fn a_report_changes_the_answer_within_two_seconds() {
    let data = Data::new();
    let server = Server::start(&data);
    assert_eq!(post(server.address(), "/v1/geolocate", &query(&[1, 2])).status, 404);
    submit(&server, &walk(LAT, LNG, 1, 0));
    let took = wait_for("the first answer", || is_near(&server, 1, LAT));
    assert!(took < Duration::from_secs(2), "{took:?}");
    // The same once a base is there, which is sealed when no data has come for a second.
    wait_for("a base", || server.metric("snapshot_overlays") == 0.0);
    submit(&server, &walk(LAT + 0.1, LNG, 100, 1));
    let took = wait_for("a fresh answer", || is_near(&server, 100, LAT + 0.1));
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(is_near(&server, 1, LAT), "what was known stays known");
    server.stop();
}

#[test]
fn an_answer_states_its_radii_and_accuracy_is_the_largest() {
    let data = Data::new();
    let server = Server::start(&data);
    submit(&server, &walk(LAT, LNG, 1, 0));
    wait_for("an answer", || is_near(&server, 1, LAT));
    let plain = post(server.address(), "/v1/geolocate", &query(&[1, 2, 3])).json();
    assert_eq!(plain.get("uncertainty"), None, "the peers' clients get the peers' answer");
    let mut ask: serde_json::Value = serde_json::from_slice(&query(&[1, 2, 3])).unwrap();
    ask["uncertainty"] = true.into();
    let answer = post(server.address(), "/v1/geolocate", ask.to_string().as_bytes()).json();
    let radius = |name: &str| answer["uncertainty"][name].as_f64().unwrap();
    assert!(radius("r50") <= radius("r68") && radius("r68") <= radius("r90"));
    assert_eq!(answer["accuracy"], answer["uncertainty"]["r95"]);
}

#[test]
fn a_lone_transmitter_gets_no_answer() {
    let data = Data::new();
    let server = Server::start(&data);
    submit(&server, &walk(LAT, LNG, 1, 0));
    wait_for("an answer", || is_near(&server, 1, LAT));
    let answer = post(server.address(), "/v1/geolocate", &query(&[1]));
    assert_eq!(answer.status, 404);
    let details = &answer.json()["details"];
    assert_eq!((&details["refusal"], &details["needed"]), (&json!("too_few_known"), &json!(2)));
}

#[test]
fn a_retry_is_acknowledged_and_counted_once() {
    let data = Data::new();
    let server = Server::start(&data);
    for _ in 0..3 {
        submit(&server, &walk(LAT, LNG, 1, 0));
    }
    let total = |name: &str| server.metric(name);
    assert!((total("wire_reports_accepted_total") - 12.0).abs() < 0.5);
    assert!((total("journal_appends_total") - 1.0).abs() < 0.5);
    assert!((total("journal_duplicates_total") - 2.0).abs() < 0.5);
}

#[test]
fn nothing_accepted_is_a_success_that_writes_nothing() {
    let data = Data::new();
    let server = Server::start(&data);
    submit(&server, &[]);
    submit(&server, &[json!({"timestamp": 0})]);
    assert!(server.metric("journal_appends_total") < 0.5);
}

#[test]
fn compressed_submissions_are_taken_in() {
    use std::io::Write as _;
    let data = Data::new();
    let server = Server::start(&data);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&submission(&walk(LAT, LNG, 1, 0))).unwrap();
    let headers = [("Content-Encoding", "gzip")];
    let body = gzip.finish().unwrap();
    let answer = request(server.address(), "POST", "/v2/geosubmit", &headers, &body).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    wait_for("an answer", || is_near(&server, 1, LAT));
}

#[test]
fn sigterm_loses_nothing_and_a_restart_learns_nothing_twice() {
    // invariant: N4
    let data = Data::new();
    let server = Server::start(&data);
    for round in 0..5 {
        submit(&server, &walk(LAT, LNG, 1 + 10 * u64::try_from(round).unwrap(), round));
    }
    let log = server.stop();
    assert!(log.contains("everything acknowledged is learned and sealed"), "{log}");
    let dir = data.path().to_str().unwrap();
    assert!(said(&cairn(&["rebuild", "--data", dir, "--check"])).contains("equal to"));
    let sealed = data.sealed(".snapshot");

    let server = Server::start(&data);
    assert!(is_near(&server, 41, LAT), "what was learned is served at once");
    assert_eq!(get(server.address(), "/readyz").status, 200);
    // Long enough for a learner that is behind to seal something.
    Clock::System.sleep(Duration::from_millis(1_500));
    server.stop();
    assert_eq!(data.sealed(".snapshot")[0], sealed[0], "nothing new was sealed");
}

#[test]
fn a_kill_between_overlay_and_base_loses_no_answer() {
    let data = Data::new();
    let server = Server::start(&data);
    submit(&server, &walk(LAT, LNG, 1, 0));
    wait_for("a base", || server.metric("snapshot_overlays") == 0.0 && is_near(&server, 1, LAT));
    submit(&server, &walk(LAT + 0.1, LNG, 100, 1));
    wait_for("a fresh answer", || is_near(&server, 100, LAT + 0.1));
    server.kill();
    let server = Server::start(&data);
    assert!(is_near(&server, 1, LAT) && is_near(&server, 100, LAT + 0.1));
    server.stop();
    let dir = data.path().to_str().unwrap();
    assert!(said(&cairn(&["rebuild", "--data", dir, "--check"])).contains("equal to"));
}

#[test]
fn a_rebuild_gives_the_same_bytes_with_one_two_and_three_threads() {
    let data = Data::new();
    let server = Server::start(&data);
    for round in 0..20 {
        let n = u64::try_from(round).unwrap();
        submit(
            &server,
            &walk(f64::from(round).mul_add(1e-4, LAT), LNG, 1 + n / 2, i64::from(round)),
        );
    }
    server.stop();
    let dir = data.path().to_str().unwrap();
    for threads in ["1", "2", "3"] {
        let told = said(&cairn(&["rebuild", "--data", dir, "--check", "--threads", threads]));
        assert!(told.contains("equal to"), "{threads}: {told}");
    }
}

#[test]
fn entries_of_one_report_do_not_cost_each_other() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut items = walk(LAT, LNG, 1, 0);
    items[0]["wifiAccessPoints"][0]["signalStrength"] = json!(30);
    items[1]["wifiAccessPoints"][1]["macAddress"] = json!("not an address");
    items[2] = json!("not an object");
    items.push(report(91.0, LNG, &[heard(1, -50)]));
    submit(&server, &items);
    wait_for("an answer", || is_near(&server, 1, LAT));
    let refused =
        |reason: &str| server.metric(&format!("wire_refusals_total{{reason=\"{reason}\"}}"));
    for reason in
        ["value_power", "entry_identity_impossible", "report_malformed", "report_place_impossible"]
    {
        assert!((refused(reason) - 1.0).abs() < 0.5, "{reason}: {}", refused(reason));
    }
}
