//! `cairn bench` against the real service, and against one that stalls.

use crate::support::client::post;
use crate::support::reports::{submission, walk};
use crate::support::{Data, Server, cairn, said, wait_for};
use cairn_node::clock::Clock;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

fn bench(url: &str, args: &[&str]) -> Value {
    let all: Vec<&str> = ["bench", url, "--json"].iter().chain(args).copied().collect();
    serde_json::from_str(said(&cairn(&all)).trim()).unwrap()
}

fn number(outcome: &Value, name: &str) -> f64 {
    outcome[name].as_f64().unwrap_or_else(|| panic!("{name} in {outcome}"))
}

#[test]
fn questions_drawn_from_a_map_are_answered_at_the_rate_asked_for() {
    let data = Data::new();
    let server = Server::start(&data);
    let sent = submission(&walk(51.5, -0.12, 1, 0));
    assert_eq!(post(server.address(), "/v2/geosubmit", &sent).status, 200);
    wait_for("a base", || {
        server.metric("snapshot_transmitters") > 3.0 && server.metric("snapshot_overlays") < 0.5
    });
    let url = format!("http://{}", server.address());
    let dir = data.path().to_str().unwrap();
    let args =
        ["--data", dir, "--networks", "4", "--rate", "100", "--seconds", "2", "--connections", "4"];
    let outcome = bench(&url, &args);
    assert!(number(&outcome, "found") > 100.0, "{outcome}");
    assert!((50.0..105.0).contains(&number(&outcome, "answered_per_s")), "{outcome}");
    assert!(number(&outcome, "lost") < 0.5 && number(&outcome, "other") < 0.5, "{outcome}");
    let closed =
        bench(&url, &["--data", dir, "--rate", "max", "--seconds", "1", "--connections", "2"]);
    assert!(number(&closed, "answered_per_s") > 0.0 && closed["asked_per_s"].is_null(), "{closed}");
    server.stop();
}

/// A service of the protocol on one connection that does nothing for `stall` once, after `n_before` answers.
fn stalling(listener: &TcpListener, n_before: usize, stall: Duration) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut buffer = [0; 4_096];
    for turn in 0.. {
        let Ok(n) = stream.read(&mut buffer) else { return };
        if n == 0 {
            return;
        }
        if turn == n_before {
            Clock::System.sleep(stall);
        }
        let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}

#[test]
fn a_stall_is_late_for_every_question_that_was_due_meanwhile() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let files = Data::new();
    let scans = files.path().join("scans.jsonl");
    std::fs::write(&scans, "{}\n").unwrap();
    let service = std::thread::spawn(move || stalling(&listener, 100, Duration::from_secs(1)));
    let args = [
        "--scans",
        scans.to_str().unwrap(),
        "--rate",
        "200",
        "--seconds",
        "3",
        "--connections",
        "1",
    ];
    let outcome = bench(&url, &args);
    service.join().unwrap();
    assert!(number(&outcome, "not_found") > 550.0, "{outcome}");
    // A third of the questions was due in the second of the stall: one in three is late, half of them by half of it.
    assert!(number(&outcome, "p90_ms") > 400.0, "{outcome}");
}

#[test]
fn a_service_that_is_not_there_is_said_so_with_the_exit_code() {
    let files = Data::new();
    let scans = files.path().join("scans.jsonl");
    std::fs::write(&scans, "{}\n").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let path = scans.to_str().unwrap();
    let output = cairn(&[
        "bench",
        &url,
        "--scans",
        path,
        "--rate",
        "20",
        "--seconds",
        "1",
        "--patience",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("lost"), "{text}");
}
