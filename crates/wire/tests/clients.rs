//! The requests real clients send are kept, entry by entry, as the table in `tests/data/clients` says.
//!
//! A row: name, method, path, headers, whether the body travels as gzip, the body as JSON (`null` for none),
//! and what is expected of it: the status, how many reports, observations and areas are kept, what is
//! refused by which name, and of a query what it lets answer.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken table is a failed test")]

use cairn_ground::Timestamp;
use cairn_report::Refusals;
use cairn_wire::capped::{Coding, inflate};
use cairn_wire::geosubmit::Version;
use cairn_wire::limits::BODY_BYTES_MAX;
use cairn_wire::{geolocate, geosubmit};
use serde_json::{Map, Value, json};
use std::io::Write as _;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

/// Every file of the table.
const FILES: [(&str, &str); 6] = [
    ("firefox", include_str!("data/clients/firefox.json")),
    ("chromium", include_str!("data/clients/chromium.json")),
    ("geoclue", include_str!("data/clients/geoclue.json")),
    ("microg", include_str!("data/clients/microg.json")),
    ("neostumbler", include_str!("data/clients/neostumbler.json")),
    ("towercollector", include_str!("data/clients/towercollector.json")),
];

#[test]
fn what_real_clients_send_is_kept_as_the_table_says() {
    for (file, text) in FILES {
        let rows: Vec<Value> = serde_json::from_str(text).unwrap();
        assert!(!rows.is_empty());
        for row in &rows {
            let got = kept(row, &body(row));
            let expect = row["expect"].as_object().unwrap();
            for (field, want) in expect.iter().filter(|(field, _)| *field != "status") {
                assert_eq!(got.get(field), Some(want), "{file}, {}: {field}", row["name"]);
            }
            assert_eq!(expect["status"], 200, "a table of what is accepted");
        }
    }
}

/// The body as it travels, and back.
fn body(row: &Value) -> Vec<u8> {
    let plain = if row["body"].is_null() { Vec::new() } else { row["body"].to_string().into() };
    if row["gzip"] != true {
        return plain;
    }
    assert_eq!(row["headers"]["Content-Encoding"], "gzip");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    inflate(&gzip.finish().unwrap(), Coding::Gzip, BODY_BYTES_MAX).unwrap()
}

/// What a decoder keeps, in the words of the table.
fn kept(row: &Value, body: &[u8]) -> Map<String, Value> {
    let path = row["path"].as_str().unwrap();
    let got = match path.split('?').next().unwrap() {
        "/v1/geolocate" => {
            let query = geolocate::decode(body).unwrap();
            json!({
                "observations": query.observations.len(),
                "areas": query.areas.len(),
                "had_networks": query.had_networks,
                "fallback_ip": query.fallback_ip,
                "fallback_area": query.fallback_area,
                "refused": names(&query.refusals),
            })
        }
        "/v2/geosubmit" => {
            let decoded = geosubmit::decode(body, Version::V2, NOW).unwrap();
            let n: usize = decoded.reports.iter().map(|report| report.observations().len()).sum();
            json!({
                "reports": decoded.reports.len(),
                "observations": n,
                "refused": names(&decoded.refusals),
            })
        }
        other => panic!("a path of no decoder: {other}"),
    };
    got.as_object().unwrap().clone()
}

fn names(refusals: &Refusals) -> Value {
    refusals.iter().map(|(reason, n)| (reason.name().to_owned(), Value::from(n))).collect()
}
