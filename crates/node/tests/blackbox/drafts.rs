//! A building is served by a draft of its model first: a service that stops then has sealed what it knows.

use crate::support::client::request;
use crate::support::reports::{WHEN_MS, heard, submission};
use crate::support::{Data, Server, cairn, wait_for};
use serde_json::{Value, json};

/// Scans of each walk on each floor: enough of them all for a draft.
const SCANS: u32 = 90;

/// What is heard at a place on a floor: eight networks a floor, 14 dB a ceiling.
fn hearing(x_m: f64, y_m: f64, floor: u32) -> Vec<Value> {
    let networks = (0..3_u32).flat_map(|of| (0..8_u32).map(move |n| (of, n)));
    let readings = networks.map(|(of, n)| {
        let (east_m, north_m) = (f64::from(n % 4) * 20.0 + 5.0, f64::from(n / 4) * 30.0 + 8.0);
        let away_m = (east_m - x_m).hypot(north_m - y_m).max(1.0);
        let ceilings = f64::from(of.abs_diff(floor));
        #[expect(clippy::cast_possible_truncation, reason = "a power")]
        let dbm = 28.0_f64.mul_add(-away_m.log10(), 14.0_f64.mul_add(-ceilings, -36.0)) as i32;
        (u64::from(of * 8 + n + 1), dbm)
    });
    readings.filter(|(_, dbm)| *dbm > -92).map(|(n, dbm)| heard(n * 7, dbm)).collect()
}

/// A walk through one floor of a building of 80 m by 50 m.
fn walk(floor: u32, person: u32) -> Vec<Value> {
    let scan = |n: u32| {
        let (x_m, y_m) = (f64::from((n * 7 + person * 3) % 80), f64::from((n * 3 + person) % 50));
        json!({
            "timestamp": WHEN_MS + i64::from(n) * 3_000 + i64::from(floor * 10 + person) * 1_000_000,
            "position": {"latitude": 50.11 + y_m / 110_574.0, "longitude": 8.68 + x_m / 71_400.0,
                "accuracy": 3.0, "floor": floor, "source": "survey"},
            "wifiAccessPoints": hearing(x_m, y_m, floor),
        })
    };
    (0..SCANS).map(scan).collect()
}

fn teach(server: &Server) {
    for (floor, person) in (0..3).flat_map(|floor| (0..3).map(move |person| (floor, person))) {
        let name = person.to_string();
        let headers = [("X-Nickname", name.as_str()), ("Content-Type", "application/json")];
        let body = submission(&walk(floor, person));
        let answer = request(server.address(), "POST", "/v2/geosubmit", &headers, &body);
        assert_eq!(answer.unwrap().status, 200);
    }
}

/// What `rebuild --check` says of a folder whose base must be equal, in all.
fn checked(data: &Data) -> String {
    let output = cairn(&["rebuild", "--data", data.path().to_str().unwrap(), "--check"]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success() && all.contains("equal to"), "{all}");
    all
}

#[test]
fn a_service_that_stops_on_a_draft_is_rebuilt_to_the_same_bytes_and_goes_on_to_the_whole() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server);
    server.stop();
    assert!(checked(&data).contains("drafts of buildings"));
    let server = Server::start(&data);
    assert!(server.metric("snapshot_draft") > 0.5, "a draft serves from the first request on");
    wait_for("the whole model", || server.metric("snapshot_draft") < 0.5);
    server.stop();
    assert!(!checked(&data).contains("drafts of buildings"));
}
