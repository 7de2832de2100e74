//! What is sent: reports around a few hundred places, and queries there. The same bytes each time.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Places of the map.
pub(super) const PLACES: u64 = 200;
/// Transmitters of a place.
const PER_PLACE: u64 = 20;
/// Submissions of the flood.
const SUBMISSIONS: u64 = 6_000;
/// An instant in October 2025, milliseconds since 1970.
const WHEN_MS: u64 = 1_760_000_000_000;

/// Writes `teach.jsonl`, `queries.jsonl` and `reports.jsonl`: a body a line.
pub(super) fn write(folder: &Path) -> Result<()> {
    let teach: Vec<Value> = (0..PLACES).map(|place| submission(place, 0, 12, PER_PLACE)).collect();
    let queries: Vec<Value> = (0..PLACES * 4).map(|n| query(n % PLACES)).collect();
    let reports: Vec<Value> =
        (0..SUBMISSIONS).map(|n| submission(n % PLACES, 1 + n / PLACES, 3, 10)).collect();
    for (name, bodies) in [("teach", teach), ("queries", queries), ("reports", reports)] {
        let mut text = String::new();
        for body in bodies {
            writeln!(text, "{body}")?;
        }
        let path = folder.join(format!("{name}.jsonl"));
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// A walk around a place.
fn submission(place: u64, turn: u64, n_reports: u64, n_heard: u64) -> Value {
    let items: Vec<Value> = (0..n_reports)
        .map(|step| {
            let (lat, lng) = near(place, step);
            json!({
                "timestamp": WHEN_MS + (turn * 12 + step) * 5_000,
                "position": {"latitude": lat, "longitude": lng, "accuracy": 8.0, "source": "gps"},
                "wifiAccessPoints": heard(place, n_heard, step),
            })
        })
        .collect();
    json!({ "items": items })
}

fn query(place: u64) -> Value {
    json!({"considerIp": false, "wifiAccessPoints": heard(place, PER_PLACE, 0)})
}

fn heard(place: u64, n_heard: u64, step: u64) -> Vec<Value> {
    let one = |n: u64| {
        let octets = (0x0200_5e00_0000_u64 + (place * PER_PLACE + n) * 0x10).to_be_bytes();
        let address: Vec<String> = octets[2..].iter().map(|octet| format!("{octet:02x}")).collect();
        json!({"macAddress": address.join(":"), "signalStrength": -55 - i64::try_from((n + step) % 20).unwrap_or(0)})
    };
    (0..n_heard).map(one).collect()
}

/// A point some 20 m around a place; places are a kilometre apart.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn near(place: u64, step: u64) -> (f64, f64) {
    let (row, column, turn) = ((place / 20) as f64, (place % 20) as f64, step as f64 * 0.5);
    let lat = row.mul_add(0.01, 51.0);
    let lng = column.mul_add(0.015, -0.3);
    (turn.sin().mul_add(2e-4, lat), turn.cos().mul_add(3e-4, lng))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_asks_for_what_was_taught_and_places_share_nothing() {
        let addresses = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|it| it["macAddress"].to_string()).collect()
        };
        let taught = submission(3, 0, 12, PER_PLACE);
        let asked = query(3);
        assert_eq!(
            addresses(&asked["wifiAccessPoints"]),
            addresses(&taught["items"][0]["wifiAccessPoints"])
        );
        let other = addresses(&query(4)["wifiAccessPoints"]);
        assert!(addresses(&asked["wifiAccessPoints"]).iter().all(|it| !other.contains(it)));
    }
}
