//! Heights, seen from outside: those of who reported there, in answers and on tracks, after a rebuild too.

use crate::support::client::post;
use crate::support::reports::{query, walk};
use crate::support::taught::teach;
use crate::support::{Data, Server, cairn, said, wait_for};
use serde_json::{Value, json};

/// A walk whose reports state heights, a metre from one without: the same reports would be the same evidence.
fn high_walk(first: u64, altitude_m: f64) -> Vec<Value> {
    let mut items = walk(51.500_01, -0.12, first, 1);
    for (item, step) in items.iter_mut().zip(0..) {
        item["position"]["altitude"] = json!(altitude_m + f64::from(step % 3));
        item["position"]["altitudeAccuracy"] = json!(3.0);
    }
    items
}

fn location(server: &Server) -> Value {
    post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).json()["location"].clone()
}

#[test]
fn an_answer_is_as_high_as_those_who_reported_from_there() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server, &walk(51.5, -0.12, 1, 0));
    wait_for("a base", || server.metric("snapshot_overlays") < 0.5);
    assert_eq!(location(&server).as_object().unwrap().len(), 2, "nobody stated a height");
    teach(&server, &high_walk(1, 73.0));
    wait_for("a height", || location(&server)["altitude"].is_number());
    let told = location(&server);
    let (altitude, half) = (&told["altitude"], &told["verticalAccuracy"]);
    assert!((altitude.as_f64().unwrap() - 74.0).abs() <= 1.0, "{told}");
    // One receiver may be off by 10 m (one standard deviation) all along, and two walks leave the place unsure.
    assert!((19.0..25.0).contains(&half.as_f64().unwrap()), "{told}");
    let scans = json!({"scans": [{"wifiAccessPoints": [], "timestamp": 0},
        serde_json::from_slice::<Value>(&query(&[1, 2, 3, 4])).map(|mut scan| { scan["timestamp"] = json!(9_000); scan }).unwrap()]});
    let track = post(server.address(), "/v1/track", scans.to_string().as_bytes()).json();
    assert_eq!(track["positions"][1]["location"]["altitude"], *altitude, "{track}");
    server.stop();
    let newest = &data.sealed(".snapshot")[0];
    let told = said(&cairn(&["inspect", newest.to_str().unwrap()]));
    assert!(told.lines().any(|line| line.starts_with("heights") && line.ends_with(" 1")), "{told}");
    let told = said(&cairn(&["rebuild", "--data", data.path().to_str().unwrap(), "--check"]));
    assert!(told.contains("equal to"), "{told}");
}

#[test]
fn heights_above_the_sea_are_not_taken_for_heights_above_the_ellipsoid() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut items = high_walk(1, 73.0);
    for item in &mut items {
        item["position"].as_object_mut().unwrap().remove("source");
    }
    teach(&server, &items);
    wait_for("a base", || server.metric("snapshot_overlays") < 0.5);
    assert_eq!(location(&server).as_object().unwrap().len(), 2, "{}", location(&server));
}
