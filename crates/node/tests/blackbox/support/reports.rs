//! Bodies that phones would send.

use serde_json::{Value, json};

/// A day in October 2025, ms since the epoch.
pub(crate) const WHEN_MS: i64 = 1_760_000_000_000;

/// The address of the `n`-th transmitter; every second one sits in another box.
pub(crate) fn address(n: u64) -> String {
    let octets = (0x0200_5e00_0000_u64 + n * 0x10).to_be_bytes();
    octets[2..].iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":")
}

/// One Wi-Fi reading.
pub(crate) fn heard(n: u64, dbm: i32) -> Value {
    json!({"macAddress": address(n), "signalStrength": dbm, "age": 0})
}

/// One report of Wi-Fi readings at a place.
pub(crate) fn report(lat: f64, lng: f64, wifi: &[Value]) -> Value {
    json!({
        "timestamp": WHEN_MS,
        "position": {"latitude": lat, "longitude": lng, "accuracy": 8.0, "source": "gps"},
        "wifiAccessPoints": wifi,
    })
}

/// A submission.
pub(crate) fn submission(items: &[Value]) -> Vec<u8> {
    json!({ "items": items }).to_string().into_bytes()
}

/// A query for Wi-Fi transmitters.
pub(crate) fn query(wifi: &[u64]) -> Vec<u8> {
    let wifi: Vec<Value> = wifi.iter().map(|n| heard(*n, -60)).collect();
    json!({"considerIp": false, "wifiAccessPoints": wifi}).to_string().into_bytes()
}

/// A walk of 12 reports around a place that hears the transmitters `first..first + 4` well enough to
/// be asked for afterwards; the same `seed` makes the same walk.
pub(crate) fn walk(lat: f64, lng: f64, first: u64, seed: i64) -> Vec<Value> {
    (0..12_i32)
        .map(|step| {
            let turn = f64::from(step) * 0.5;
            let (north, east) = (turn.sin() * 2e-4, turn.cos() * 3e-4);
            let wifi: Vec<Value> = (0..4).map(|n| heard(first + n, -55 - step % 7)).collect();
            let mut item = report(lat + north, lng + east, &wifi);
            item["timestamp"] = json!(WHEN_MS + seed * 100_000 + i64::from(step) * 5_000);
            item
        })
        .collect()
}
