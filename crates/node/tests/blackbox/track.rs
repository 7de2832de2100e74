//! Tracks over HTTP and on the command line: whole walks, sessions, bad input.

use crate::support::client::{Answer, post, request};
use crate::support::reports::{WHEN_MS, heard, walk};
use crate::support::taught::{settle, teach};
use crate::support::{Data, Server, cairn, cairn_reading, said};
use serde_json::{Value, json};

/// A server that knows four networks around a place.
fn taught(data: &Data) -> Server {
    let server = Server::start(data);
    teach(&server, &[walk(51.5, -0.12, 1, 0), walk(51.5, -0.12, 1, 1)].concat());
    settle(&server);
    server
}

fn track(server: &Server, body: &Value) -> Answer {
    post(server.address(), "/v1/track", body.to_string().as_bytes())
}

/// A scan that hears the four networks, or only one that nobody knows.
fn scan(n: i64, is_known: bool) -> Value {
    let wifi: Vec<Value> = if is_known {
        (1..=4).map(|network| heard(network, -58)).collect()
    } else {
        vec![heard(99, -70)]
    };
    json!({"timestamp": WHEN_MS + 2_000 * n, "wifiAccessPoints": wifi})
}

fn lat(place: &Value) -> f64 {
    place["location"]["lat"].as_f64().unwrap_or_else(|| panic!("{place}"))
}

#[test]
fn every_scan_of_a_walk_gets_an_entry_and_neighbours_help_out() {
    let data = Data::new();
    let server = taught(&data);
    let scans = json!([scan(2, true), scan(0, true), scan(1, false), scan(900, false), 7]);
    let answer = track(&server, &json!({"scans": scans, "uncertainty": true}));
    assert_eq!(answer.status, 200, "{answer:?}");
    let positions = answer.json()["positions"].as_array().unwrap().clone();
    assert_eq!(positions.len(), 5);
    for place in &positions[..3] {
        assert!((lat(place) - 51.5).abs() < 1e-3, "{place}");
        assert_eq!(place["uncertainty"]["r95"], place["accuracy"]);
    }
    assert_eq!(positions[0]["timestamp"], WHEN_MS + 4_000);
    assert_eq!(
        (&positions[3]["location"], &positions[3]["refusal"]),
        (&Value::Null, &json!("too_few_known"))
    );
    assert_eq!(positions[4], json!({"timestamp": null, "location": null, "refusal": "malformed"}));
    assert!(answer.json().get("session").is_none());
    let n_placed = server.metric("node_track_scans_total{outcome=\"placed\"}");
    assert!((n_placed - 3.0).abs() < 0.1, "{n_placed}");
}

#[test]
fn items_of_a_submission_are_answered_as_scans() {
    let data = Data::new();
    let server = taught(&data);
    let answer = track(&server, &json!({"items": walk(10.0, 10.0, 1, 5)}));
    let positions = answer.json()["positions"].as_array().unwrap().clone();
    assert_eq!(positions.len(), 12);
    assert!(positions.iter().all(|place| (lat(place) - 51.5).abs() < 1e-3), "{positions:?}");
}

#[test]
fn a_session_goes_on_revises_and_is_nobody_else_s() {
    let data = Data::new();
    let server = taught(&data);
    let ask = |session: &str, scans: Value| {
        let answer = track(&server, &json!({"session": session, "lag": 10, "scans": scans}));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let first = ask("walk", json!([scan(0, true), scan(1, true)]));
    assert_eq!((&first["session"], &first["revised"]), (&json!("walk"), &json!([])));
    let second = ask("walk", json!([scan(2, true), scan(3, false)]));
    assert_eq!(second["positions"].as_array().unwrap().len(), 2);
    assert_eq!(second["revised"].as_array().unwrap().len(), 2);
    assert!((lat(&second["positions"][1]) - 51.5).abs() < 1e-3, "the session knows where it is");
    let other = ask("another", json!([scan(3, false)]));
    assert_eq!(other["positions"][0]["refusal"], "too_few_known");
    let later = ask("walk", json!([scan(20, true)]));
    assert_eq!(later["positions"].as_array().unwrap().len(), 1);
    let settled = ask("walk", json!([scan(1, true), scan(21, true)]));
    assert_eq!(settled["positions"][0]["refusal"], "too_late");
    assert_eq!(settled["revised"].as_array().unwrap().len(), 1);
    assert!((server.metric("node_track_sessions") - 2.0).abs() < 0.1);
}

#[test]
fn what_is_no_track_is_refused_in_the_peers_shape() {
    let data = Data::new();
    let server = Server::start(&data);
    for (body, field) in [
        (json!({}), "scans"),
        (json!({"scans": 3}), "scans"),
        (json!({"scans": [], "session": 3}), "session"),
        (json!({"scans": vec![json!({}); 1_001]}), "scans"),
    ] {
        let answer = track(&server, &body);
        assert_eq!(answer.status, 400, "{answer:?}");
        assert_eq!(answer.json()["error"]["errors"][0]["reason"], "parseError");
        assert!(answer.json()["details"]["validation"][field].is_string(), "{answer:?}");
    }
    assert_eq!(post(server.address(), "/v1/track", b"{\"scans\":[").status, 400);
    assert_eq!(post(server.address(), "/v1/track", b"").status, 400);
    let get = request(server.address(), "GET", "/v1/track", &[], &[]).unwrap();
    assert_eq!(get.status, 405);
}

#[test]
fn the_strangest_track_is_answered_in_bounded_time() {
    let data = Data::new();
    let server = taught(&data);
    let wifi: Vec<Value> = (1..2_000).map(|n| heard(n % 700, -127 + (n % 140) as i32)).collect();
    let crowded = json!({"timestamp": 1, "wifiAccessPoints": wifi, "pressure": -5});
    let same = json!({"timestamp": 9_999_999_999_999_i64, "wifiAccessPoints": [heard(1, 0), heard(1, -30)]});
    let mut scans = vec![crowded, same, json!({"timestamp": 0}), json!({"timestamp": "soon"})];
    scans.extend((0..900).map(|n| scan(-n % 7, n % 2 == 0)));
    let imu: Vec<Value> = (0..20_000)
        .map(|n| json!({"timestamp": WHEN_MS + n % 50, "acceleration": [n, 0, -n]}))
        .collect();
    let body = json!({"session": "s", "scans": scans, "imu": imu, "lag": 1e300,
        "pressures": [{"timestamp": 5, "pressure": 101.0}, {"timestamp": 6, "pressure": 1_199.0}]});
    for _ in 0..3 {
        let answer = track(&server, &body);
        assert_eq!(answer.status, 200, "{}", answer.head);
        assert_eq!(answer.json()["positions"].as_array().unwrap().len(), 904);
    }
}

#[test]
fn nothing_of_a_track_is_logged_or_written() {
    let data = Data::new();
    let server = Server::start_with(&data, &["--log-format", "json"]);
    let body = json!({"session": "my-secret-walk", "scans": [scan(0, true)],
        "steps": [{"timestamp": WHEN_MS, "length": 0.7421}]});
    assert_eq!(track(&server, &body).status, 200);
    let log = server.stop();
    assert!(!log.contains("secret-walk") && !log.contains("7421"), "{log}");
    for (path, bytes) in data.all_bytes() {
        let found = bytes.windows(11).any(|window| window == b"secret-walk");
        assert!(!found, "{}", path.display());
    }
}

#[test]
fn a_file_is_answered_without_a_server_in_three_formats() {
    let (files, data) = (Data::new(), Data::new());
    let dir = data.path().to_str().unwrap();
    let reports = files.path().join("walk.jsonl");
    let lines: Vec<String> = walk(51.5, -0.12, 1, 0).iter().map(Value::to_string).collect();
    let text = lines.join("\n");
    std::fs::write(&reports, &text).unwrap();
    said(&cairn(&["import", reports.to_str().unwrap(), "--data", dir]));
    let whole = said(&cairn_reading(&["track", "-", "--data", dir], &text));
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["positions"].as_array().unwrap().len(), 12);
    let body = json!({"scans": [scan(0, true), scan(1, false)]}).to_string();
    let csv = said(&cairn_reading(&["track", "-", "--data", dir, "--format", "csv"], &body));
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.starts_with("timestamp,lat,lng,r95_m"), "{csv}");
    let map = said(&cairn_reading(&["track", "-", "--data", dir, "--format", "geojson"], &body));
    let map: Value = serde_json::from_str(&map).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), 3, "two points and a line");
    let never = cairn_reading(&["track", "-", "--data", dir], "{\"scans\": 3}");
    assert_eq!(never.status.code(), Some(1));
}
