//! Servers that were taught something, and what phones ask of them.

use super::client::{Answer, post, request};
use super::reports::{WHEN_MS, submission};
use super::{Server, wait_for};
use cairn_ground::{Geodesic, LatLng};
use serde_json::{Value, json};
use std::path::PathBuf;

/// An address that MaxMind's test database places in London.
pub(crate) const LONDONER: &str = "81.2.69.192";

/// The settings of a server that guesses from addresses and believes a proxy on this machine; `None`
/// where the checkout has no test database beside it.
pub(crate) fn with_addresses() -> Option<String> {
    let database = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/geoip/GeoIP2-City-Test.mmdb");
    if !database.exists() {
        println!("skipped: no ../shared");
        return None;
    }
    let proxies = "trusted_proxies = [\"127.0.0.0/8\", \"::1/128\"]";
    Some(format!("{proxies}\n[geoip]\ndatabase = {:?}", database.to_str().unwrap()))
}

/// Submits items and waits until they are in what is served.
pub(crate) fn teach(server: &Server, items: &[Value]) {
    let answer = post(server.address(), "/v2/geosubmit", &submission(items));
    assert_eq!(answer.status, 200, "{answer:?}");
    settle(server);
}

/// Waits until all that was submitted is in what is served.
pub(crate) fn settle(server: &Server) {
    let is_zero = |name: &str| server.metric(name) < 0.5;
    wait_for("learning", || is_zero("radiomap_lag_bytes") && is_zero("snapshot_publish_age_ms"));
}

/// Asks a route as a phone behind a proxy that says where it is.
pub(crate) fn ask_from(server: &Server, address: &str, path: &str, body: &Value) -> Answer {
    let headers = [("X-Forwarded-For", address), ("Content-Type", "application/json")];
    request(server.address(), "POST", path, &headers, body.to_string().as_bytes()).unwrap()
}

/// Asks where a phone is that hears this.
pub(crate) fn locate(server: &Server, body: &Value) -> Answer {
    post(server.address(), "/v1/geolocate", body.to_string().as_bytes())
}

/// A cell of an LTE network.
pub(crate) fn lte(mcc: u16, area: u32, cell: u64) -> Value {
    json!({"radioType": "lte", "mobileCountryCode": mcc, "mobileNetworkCode": 1,
           "locationAreaCode": area, "cellId": cell, "signalStrength": -90})
}

/// A query that names these cells and lets nothing but the radio answer.
pub(crate) fn cells(cells: &[Value]) -> Value {
    json!({"considerIp": false, "cellTowers": cells})
}

/// A drive of 12 reports around a place that hears these cells.
pub(crate) fn drive(lat: f64, lng: f64, cells: &[Value]) -> Vec<Value> {
    (0..12_i32)
        .map(|step| {
            let turn = f64::from(step) * 0.5;
            let (north, east) = (turn.sin() * 2e-3, turn.cos() * 3e-3);
            json!({
                "timestamp": WHEN_MS + i64::from(step) * 5_000,
                "position": {"latitude": lat + north, "longitude": lng + east, "accuracy": 8.0},
                "cellTowers": cells,
            })
        })
        .collect()
}

/// Metres between the place of an answer and another.
pub(crate) fn off_m(answer: &Answer, lat: f64, lng: f64) -> f64 {
    let place = &answer.json()["location"];
    let degrees = |name: &str| place[name].as_f64().unwrap();
    let found = LatLng::new(degrees("lat"), degrees("lng")).unwrap();
    Geodesic.distance_m(found, LatLng::new(lat, lng).unwrap())
}

/// Whether the circle of an answer holds a place.
pub(crate) fn covers(answer: &Answer, lat: f64, lng: f64) -> bool {
    off_m(answer, lat, lng) <= answer.json()["accuracy"].as_f64().unwrap()
}
