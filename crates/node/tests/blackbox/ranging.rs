//! Distances measured by round-trip time, seen from outside: taught, asked with, and there after a crash.

use crate::support::reports::{WHEN_MS, address, report};
use crate::support::taught::{locate, off_m, teach};
use crate::support::{Data, Server, cairn, said, wait_for};
use serde_json::{Value, json};

/// Metres, as degrees of latitude, and of longitude at [`MIDDLE`].
const METRE_DEG: (f64, f64) = (1.0 / 111_195.0, 1.0 / 68_500.0);
/// The middle of a courtyard.
const MIDDLE: (f64, f64) = (52.0, 13.4);
/// Where its four boxes hang, metres east and north of the middle.
const BOXES: [(f64, f64); 4] = [(-20.0, -15.0), (20.0, -15.0), (18.0, 20.0), (-22.0, 17.0)];

fn degrees((east_m, north_m): (f64, f64)) -> (f64, f64) {
    (north_m.mul_add(METRE_DEG.0, MIDDLE.0), east_m.mul_add(METRE_DEG.1, MIDDLE.1))
}

/// What a phone hears there: all boxes alike, and how far each is where that is asked for.
fn heard(at: (f64, f64), sides: Option<&str>) -> Vec<Value> {
    let one = |(n, (east_m, north_m)): (u64, (f64, f64))| {
        let mut entry = json!({"macAddress": address(n), "signalStrength": -60, "age": 0});
        if let Some(sides) = sides {
            let distance_m = (east_m - at.0).hypot(north_m - at.1);
            entry["estimatedDistance"] =
                json!({"distance": distance_m, "accuracy": 0.5, "type": sides});
        }
        entry
    };
    (1..).zip(BOXES).map(one).collect()
}

fn query(at: (f64, f64), sides: Option<&str>) -> Value {
    json!({"considerIp": false, "wifiAccessPoints": heard(at, sides)})
}

#[test]
fn distances_put_a_phone_within_metres_also_after_a_crash_and_one_sided_ones_say_nothing() {
    let data = Data::new();
    let mut server = Server::start(&data);
    // Once around the courtyard, nowhere near a box that would be louder there.
    let reports = (0..40_i32).map(|step| {
        let turn = f64::from(step) * 0.157;
        let at = (12.0 * turn.cos(), 10.0 * turn.sin());
        let (lat, lng) = degrees(at);
        let mut item = report(lat, lng, &heard(at, Some("TWO_SIDED")));
        item["timestamp"] = json!(WHEN_MS + i64::from(step) * 5_000);
        item["position"]["accuracy"] = json!(2.0);
        item
    });
    teach(&server, &reports.collect::<Vec<_>>());
    let at = (9.0, -6.0);
    let truth = degrees(at);
    let off = |server: &Server, sides| off_m(&locate(server, &query(at, sides)), truth.0, truth.1);
    let plain = locate(&server, &query(at, None)).body;
    assert!(off(&server, None) > 8.0, "powers alike tell the middle");
    assert!(
        off(&server, Some("TWO_SIDED")) < 2.5,
        "{:?}",
        locate(&server, &query(at, Some("TWO_SIDED")))
    );
    for silent in ["ONE_SIDED", "else"] {
        assert_eq!(locate(&server, &query(at, Some(silent))).body, plain, "{silent}");
    }
    let alone = json!({"considerIp": false, "wifiAccessPoints": [heard(at, Some("TWO_SIDED"))[0]]});
    assert_eq!(locate(&server, &alone).status, 404, "a distance to one box is no answer");

    let measured = locate(&server, &query(at, Some("TWO_SIDED"))).body;
    server.kill();
    server = Server::start(&data);
    wait_for("the same answer after a crash", || {
        locate(&server, &query(at, Some("TWO_SIDED"))).body == measured
    });
    server.stop();
    let dir = data.path().to_str().unwrap();
    let told = said(&cairn(&["inspect", &address(1), "--data", dir, "--json"]));
    let explained: Value = serde_json::from_str(&told).unwrap();
    assert!(explained["voices"][0][0]["range_m"].as_f64().is_some_and(|m| m > 5.0), "{told}");
    let told = said(&cairn(&["rebuild", "--data", dir, "--check"]));
    assert!(told.contains("equal to"), "learned again from archive and journal: {told}");
}
