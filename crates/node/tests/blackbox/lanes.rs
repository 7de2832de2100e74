//! Lanes: who asks much does not keep out who asks for help.

use crate::support::client::{Answer, connect, get, post, read_answer, request};
use crate::support::reports::{WHEN_MS, heard, query, report, submission, walk};
use crate::support::taught::teach;
use crate::support::{CAIRN, Data, Server, cairn, said, wait_for};
use cairn_node::clock::Clock;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Adds a key of a lane; its secret.
fn key(data: &Data, lane: &str) -> String {
    let dir = data.path().to_str().unwrap();
    said(&cairn(&["keys", "add", "--data", dir, "--name", lane, "--lane", lane])).trim().to_owned()
}

/// A submission that takes long to decode and is small on the way.
fn heavy() -> Vec<u8> {
    let items: Vec<Value> = (0..1_000_i64)
        .map(|n| {
            let mut item = report(51.5, -0.12, &[heard(1, -60), heard(2, -61)]);
            item["timestamp"] = json!(WHEN_MS + n * 1_000);
            item["note"] = json!(" ".repeat(10_000));
            item
        })
        .collect();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&submission(&items)).unwrap();
    gzip.finish().unwrap()
}

fn ask(address: &str, key: &str) -> Answer {
    post(address, &format!("/v1/geolocate?key={key}"), &query(&[1, 2, 3, 4]))
}

#[test]
fn with_the_bulk_lane_full_bulk_is_sent_away_and_an_emergency_is_answered() {
    let data = Data::new();
    let help = key(&data, "emergency");
    let lanes = "[lanes]\nbulk_places_max = 1\nbulk_threads = 1\nbulk_wait_ms_max = 100";
    let server = Server::start_under(&data, lanes, &[]);
    teach(&server, &walk(51.5, -0.12, 1, 0));
    let (body, full, n_asked) = (heavy(), AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !full.load(Ordering::Relaxed) || n_asked.load(Ordering::Relaxed) < 20 {
                    let headers = [("Content-Encoding", "gzip")];
                    let answer =
                        request(server.address(), "POST", "/v2/geosubmit", &headers, &body)
                            .unwrap();
                    assert!([200, 503].contains(&answer.status), "{answer:?}");
                    if answer.status == 503 {
                        assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
                        assert_eq!(
                            answer.json()["error"]["errors"][0]["reason"],
                            "serviceUnavailable"
                        );
                        full.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
        wait_for("the lane is full", || full.load(Ordering::Relaxed));
        for _ in 0..20 {
            assert_eq!(ask(server.address(), &help).status, 200);
            assert_eq!(ask(server.address(), "").status, 200, "nor does bulk keep queries out");
            n_asked.fetch_add(1, Ordering::Relaxed);
        }
    });
    let shed = |lane: &str| {
        let reasons = ["full", "deadline", "late", "yield"];
        let of = |reason: &&str| {
            server.metric(&format!("node_lane_shed_total{{lane=\"{lane}\",reason=\"{reason}\"}}"))
        };
        reasons.iter().map(of).sum::<f64>()
    };
    assert!(shed("bulk") > 0.5 && shed("emergency") < 0.5);
    assert!(server.metric("node_lane_seconds_count{lane=\"emergency\"}") > 19.5);
    // Nothing is held once all are answered.
    wait_for("the lane is empty", || server.metric("node_lane_inside{lane=\"bulk\"}") < 0.5);
    assert_eq!(
        post(server.address(), "/v2/geosubmit", &submission(&walk(48.1, 11.5, 9, 1))).status,
        200
    );
}

#[test]
fn keys_are_listed_with_their_lanes() {
    let data = Data::new();
    key(&data, "emergency");
    key(&data, "bulk");
    let dir = data.path().to_str().unwrap();
    said(&cairn(&["keys", "add", "--data", dir, "--name", "plain"]));
    let list: Value =
        serde_json::from_str(said(&cairn(&["keys", "list", "--data", dir, "--json"])).trim())
            .unwrap();
    let lanes: Vec<_> = list.as_array().unwrap().iter().map(|key| key["lane"].clone()).collect();
    assert_eq!(lanes, [json!("emergency"), json!("bulk"), Value::Null]);
    let shown = said(&cairn(&["keys", "list", "--data", dir]));
    assert!(shown.contains("lane") && shown.contains("emergency"), "{shown}");
}

#[test]
fn the_emergency_address_answers_those_with_such_a_key_and_probes_and_nobody_else() {
    let data = Data::new();
    let help = key(&data, "emergency");
    let plain = key(&data, "interactive");
    let mut command = Command::new(CAIRN);
    command.args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--listen-emergency",
        "127.0.0.1:0",
        "--data",
    ]);
    command.arg(data.path()).arg("--config").arg(data.settings("connections_max = 2"));
    let server = Server::spawn(command);
    wait_for("the log says where", || server.log().contains("serving emergencies"));
    let log = server.log();
    let line = log.lines().find(|line| line.contains("serving emergencies")).unwrap();
    let address = line.rsplit("address=").next().unwrap().trim();
    teach(&server, &walk(51.5, -0.12, 1, 0));
    assert_eq!(ask(address, &help).status, 200);
    assert_eq!(ask(address, &plain).status, 400);
    assert_eq!(ask(address, "").status, 400);
    assert_eq!(post(address, &format!("/v2/geosubmit?key={help}"), b"{\"items\":[]}").status, 400);
    assert_eq!((get(address, "/healthz").status, get(address, "/readyz").status), (200, 200));
    assert_eq!(get(address, "/metrics").status, 400);
    // All ordinary connections are busy: help has its own.
    let head = b"POST /v2/geosubmit HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{";
    let mut busy: Vec<_> = (0..2).map(|_| connect(server.address()).unwrap()).collect();
    for stream in &mut busy {
        stream.write_all(head).unwrap();
    }
    wait_for("nobody else comes in", || {
        read_answer(connect(server.address()).unwrap()).is_ok_and(|answer| answer.status == 503)
    });
    assert_eq!(ask(address, &help).status, 200);
}

#[test]
fn a_key_s_own_quota_is_429_in_every_lane() {
    let data = Data::new();
    let dir = data.path().to_str().unwrap().to_owned();
    let args = [
        "keys",
        "add",
        "--data",
        &dir,
        "--name",
        "few",
        "--lane",
        "emergency",
        "--requests-per-second",
        "1",
    ];
    let few = said(&cairn(&args)).trim().to_owned();
    let server = Server::start(&data);
    let statuses: Vec<_> = (0..5).map(|_| ask(server.address(), &few).status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[test]
fn a_machine_that_stood_still_sends_nobody_away() {
    let data = Data::new();
    let server = Server::start(&data);
    for nth in 0..3_i64 {
        server.signal("STOP");
        let mut item = report(51.5, -0.12, &[heard(1, -60), heard(2, -61)]);
        item["timestamp"] = json!(WHEN_MS + nth * 60_000);
        let report = submission(&[item]);
        let (reported, asked) = thread::scope(|scope| {
            let reports = scope.spawn(|| post(server.address(), "/v2/geosubmit", &report));
            let asks = scope.spawn(|| ask(server.address(), "test"));
            Clock::System.sleep(Duration::from_millis(2_500));
            server.signal("CONT");
            (reports.join().unwrap().status, asks.join().unwrap().status)
        });
        assert!(reported == 200 && asked != 503, "round {nth}: {reported}, {asked}");
        // It goes on for a moment.
        Clock::System.sleep(Duration::from_millis(200));
    }
    server.stop();
}
