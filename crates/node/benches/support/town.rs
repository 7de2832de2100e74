//! A town that a service is taught: a grid of access points, and who stands at its crossings.

use crate::support::Client;
use cairn_node::clock::Clock;
use cairn_node::server::RunningServer;
use serde_json::{Value, json};
use std::time::Duration;

/// Access points of the town: a grid of this side, 25 m apart.
pub(crate) const SIDE: u64 = 60;

/// Submits a walk along every street of the town and waits until it is learned.
pub(crate) fn teach(server: &RunningServer) -> anyhow::Result<()> {
    let mut client = Client::to(server.address())?;
    for row in 0..SIDE {
        let items: Vec<Value> = (0..SIDE).map(|column| report(column, row, 0)).collect();
        client.ask("/v2/geosubmit", json!({ "items": items }).to_string().as_bytes())?;
    }
    let learned = server.app().journal.as_ref().map_or(0, |it| it.committed().get());
    while server.app().learner.position() < learned || server.app().learner.base_records() == 0 {
        Clock::System.sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// What a phone at a crossing hears: the nine access points around it.
pub(crate) fn readings(column: u64, row: u64) -> Vec<Value> {
    let around = (0..9).map(|n| (column + n % 3, row + n / 3));
    around
        .map(|(x, y)| {
            let address = 0x0200_5e00_0000 + (y * (SIDE + 2) + x) * 16;
            let far = x.abs_diff(column + 1) + y.abs_diff(row + 1);
            json!({"macAddress": format!("{address:012x}"), "signalStrength": -50 - 12 * far.cast_signed()})
        })
        .collect()
}

/// A report at a crossing.
pub(crate) fn report(column: u64, row: u64, nth: u64) -> Value {
    let degrees = |n: u64, step: f64| f64::from(u32::try_from(n).unwrap_or(0)) * step;
    json!({
        "timestamp": 1_760_000_000_000_u64 + nth * 1_000,
        "position": {
            "latitude": 51.5 + degrees(row, 2.25e-4),
            "longitude": -0.12 + degrees(column, 3.6e-4),
            "accuracy": 8.0,
        },
        "wifiAccessPoints": readings(column, row),
    })
}

/// A query from the `n`-th crossing.
pub(crate) fn query(n: u64) -> Vec<u8> {
    let wifi = readings(n * 7 % SIDE, n * 13 % SIDE);
    json!({"considerIp": false, "wifiAccessPoints": wifi}).to_string().into_bytes()
}
