//! The recorded requests of real clients, sent as they are written: each gets what it reads.
//!
//! The table is `crates/wire/tests/data/clients`, whose rows `crates/wire/tests/clients.rs` explains.

use crate::support::client::{Answer, connect, read_answer, request};
use crate::support::reports::WHEN_MS;
use crate::support::taught::{LONDONER, teach, with_addresses};
use crate::support::{Data, Server, cairn, said};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write as _;

/// Where phones are, and the country code of cells that are there.
const PLACES: [(f64, f64, u64); 2] = [(51.5, -0.1, 234), (52.52, 13.4, 262)];

/// What a client reads of a position. Source: peers.md §2.9.
const READ_BY_ALL: [&str; 3] = ["/location/lat", "/location/lng", "/accuracy"];

/// The rows of the table, each with the client it is of.
fn rows() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../wire/tests/data/clients");
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let client = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let table: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        rows.extend(table.into_iter().map(|row| (client.clone(), row)));
    }
    assert!(rows.len() >= 15, "{}", rows.len());
    rows
}

fn is_query(row: &Value) -> bool {
    row["path"].as_str().unwrap().starts_with("/v1/geolocate")
}

/// A walk that hears all that the row's query names, in the country of its cells.
fn taught_for(row: &Value) -> Vec<Value> {
    let cells = row["body"]["cellTowers"].as_array().cloned().unwrap_or_default();
    let is_at = |mcc: u64| cells.iter().any(|cell| cell["mobileCountryCode"] == mcc);
    let (lat, lng, _) = *PLACES.iter().rev().find(|place| is_at(place.2)).unwrap_or(&PLACES[0]);
    (0..12_i32)
        .map(|step| {
            let turn = f64::from(step) * 0.5;
            let (north, east) = (turn.sin() * 2e-4, turn.cos() * 3e-4);
            let mut item = json!({
                "timestamp": WHEN_MS + i64::from(step) * 5_000,
                "position": {"latitude": lat + north, "longitude": lng + east, "accuracy": 8.0},
            });
            for list in ["wifiAccessPoints", "cellTowers"] {
                let mut entries = row["body"][list].clone();
                for entry in entries.as_array_mut().into_iter().flatten() {
                    entry.as_object_mut().unwrap().remove("age");
                    entry["signalStrength"] = json!(-60 - step % 5);
                }
                item[list] = entries;
            }
            item
        })
        .collect()
}

/// Sends a row as its client does: NeoStumbler's gzip comes in chunks, a body of `null` is none.
fn send(server: &Server, row: &Value) -> Answer {
    let headers = row["headers"].as_object().unwrap();
    let mut headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    headers.push(("X-Forwarded-For", LONDONER));
    let (method, path) = (row["method"].as_str().unwrap(), row["path"].as_str().unwrap());
    let body = if row["body"].is_null() { String::new() } else { row["body"].to_string() };
    if row["gzip"] != true {
        return request(server.address(), method, path, &headers, body.as_bytes()).unwrap();
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(body.as_bytes()).unwrap();
    send_chunked(server, method, path, &headers, &gzip.finish().unwrap())
}

fn send_chunked(
    server: &Server,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut stream = connect(server.address()).unwrap();
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    for (name, value) in headers {
        bytes.extend([name, ": ", value, "\r\n"]);
    }
    bytes.push_str("Transfer-Encoding: chunked\r\n\r\n");
    let mut bytes = bytes.into_bytes();
    for chunk in body.chunks(100) {
        write!(bytes, "{:x}\r\n", chunk.len()).unwrap();
        bytes.extend([chunk, b"\r\n"].concat());
    }
    bytes.extend(b"0\r\n\r\n");
    stream.write_all(&bytes).unwrap();
    read_answer(stream).unwrap()
}

/// A server with the keys that the clients were given, which queries need.
fn with_keys(data: &Data, settings: &str) -> Server {
    let dir = data.path().to_str().unwrap();
    for key in ["test", "geoclue"] {
        said(&cairn(&["keys", "add", "--data", dir, "--name", "of clients", "--key", key]));
    }
    Server::start_under(data, &format!("{settings}\n[access]\nkeys_required = true"), &[])
}

/// Checks that a position holds what the client reads, and nothing that it trips over.
fn assert_read(client: &str, row: &Value, answer: &Answer) {
    let body = answer.json();
    for place in READ_BY_ALL {
        assert!(body.pointer(place).is_some_and(Value::is_number), "{client} {place}: {body}");
    }
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json"));
    assert_eq!(body.get("error"), None, "GeoClue takes it for a failure");
    assert_eq!(
        body.get("raw").is_some(),
        client == "microg" && row["body"]["radioType"].is_string()
    );
    let by_radio = row["expect"]["had_networks"] == true;
    assert_eq!(body.get("fallback"), None, "{client}: {body}");
    let r95_m = body["accuracy"].as_f64().unwrap();
    assert_eq!(r95_m < 5e3, by_radio, "{client}: {body}");
}

#[test]
fn a_position_holds_what_each_client_reads_of_it() {
    let settings = with_addresses();
    let data = Data::new();
    let server = with_keys(&data, settings.as_deref().unwrap_or(""));
    let queries: Vec<_> = rows().into_iter().filter(|(_, row)| is_query(row)).collect();
    let known = queries.iter().filter(|(_, row)| row["expect"]["had_networks"] == true);
    let items: Vec<Value> = known.flat_map(|(_, row)| taught_for(row)).collect();
    teach(&server, &items);
    for (client, row) in &queries {
        let answer = send(&server, row);
        let by_radio = row["expect"]["had_networks"] == true;
        let by_address = row["expect"]["fallback_ip"] == true && settings.is_some();
        let name = format!("{client}, {}: {answer:?}", row["name"]);
        if by_radio || by_address {
            assert_eq!(answer.status, 200, "{name}");
            assert_read(client, row, &answer);
        } else {
            assert_eq!(
                (answer.status, &answer.json()["error"]["code"]),
                (404, &json!(404)),
                "{name}"
            );
        }
    }
}

#[test]
fn what_nobody_knows_is_told_each_client_in_the_peers_shape() {
    let data = Data::new();
    let server = with_keys(&data, "");
    for (client, row) in rows().iter().filter(|(_, row)| is_query(row)) {
        let answer = send(&server, row);
        assert_eq!(answer.status, 404, "{client}, {}", row["name"]);
        assert_eq!(answer.json()["error"]["code"], 404);
        assert_eq!(answer.json().get("location"), None);
    }
}

#[test]
fn submissions_are_acknowledged_as_each_client_waits_for_and_counted_as_the_table_says() {
    let data = Data::new();
    let server = with_keys(&data, "");
    let mut n_reports = 0.0;
    for (client, row) in rows().iter().filter(|(_, row)| !is_query(row)) {
        let answer = send(&server, row);
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (200, "{}"),
            "{client}, {}",
            row["name"]
        );
        n_reports += row["expect"]["reports"].as_f64().unwrap();
        let accepted = server.metric("wire_reports_accepted_total");
        assert!((accepted - n_reports).abs() < 0.5, "{client}, {}: {accepted}", row["name"]);
    }
    assert!(n_reports > 5.0);
}
