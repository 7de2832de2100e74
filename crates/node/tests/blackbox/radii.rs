//! Radii seen from outside: phones that lie still elsewhere take none away, and what was never measured says so.

use crate::support::client::{get, request};
use crate::support::reports::{WHEN_MS, heard, report, submission};
use crate::support::taught::{covers, locate};
use crate::support::{Data, Server, cairn, said, wait_for};
use serde_json::{Value, json};

/// A street that runs east; another town, 80 km north.
const STREET: (f64, f64) = (52.52, 13.40);
/// See [`STREET`].
const TOWN: (f64, f64) = (53.24, 13.40);
/// Degrees of a metre there, north and east.
const METRE: (f64, f64) = (9.0e-6, 1.48e-5);
/// Boxes along the street, 20 m apart, on both sides in turn.
const N_BOXES: u32 = 20;

/// A number from −`most` to `most` that looks random.
fn noise(most: f64, seed: u32) -> f64 {
    let mixed = seed.wrapping_mul(2_654_435_761) ^ (seed.wrapping_mul(40_503) << 7);
    let share = f64::from(mixed.wrapping_mul(2_246_822_519) >> 8) / f64::from(1_u32 << 23);
    most * (share - 1.0)
}

fn at(from: (f64, f64), north_m: f64, east_m: f64) -> (f64, f64) {
    (north_m.mul_add(METRE.0, from.0), east_m.mul_add(METRE.1, from.1))
}

/// The `n`-th stop of a walk along the street: metres north and east.
fn stop(walk: u32, n: u32) -> (f64, f64) {
    let side = if walk.is_multiple_of(2) { 5.0 } else { -5.0 };
    (side, 17.0f64.mul_add(f64::from(n), f64::from(walk * 7 % 17)) + 20.0)
}

/// The boxes heard loudest there.
fn boxes((north_m, east_m): (f64, f64), seed: u32, n_heard: usize) -> Vec<Value> {
    let level = |n: u32| {
        let side = if n.is_multiple_of(2) { 12.0 } else { -12.0 };
        let along_m = 20.0 * f64::from(n);
        let loss_db = 28.0 * (north_m - side).hypot(east_m - along_m).max(1.0).log10();
        noise(5.0, seed * 97 + n) - 40.0 - loss_db
    };
    let mut all: Vec<(u32, f64)> = (0..N_BOXES).map(|n| (n, level(n))).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    let loudest = all[..n_heard].iter();
    loudest.map(|(n, dbm)| heard(u64::from(*n), whole(dbm.max(-95.0)))).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a level of a few tens of dBm")]
fn whole(dbm: f64) -> i32 {
    dbm as i32
}

/// Sends reports as one person's.
fn send(server: &Server, nickname: &str, items: &[Value]) {
    let headers = [("X-Nickname", nickname), ("Content-Type", "application/json")];
    let sent = request(server.address(), "POST", "/v2/geosubmit", &headers, &submission(items));
    assert_eq!(sent.unwrap().status, 200);
}

fn walk(server: &Server, walk: u32) {
    let item = |n: u32| {
        let seed = walk * 100 + n;
        let (north_m, east_m) = stop(walk, n);
        let (lat, lng) = at(STREET, north_m + noise(4.0, seed), east_m + noise(4.0, seed + 7_000));
        let mut item = report(lat, lng, &boxes((north_m, east_m), seed, 4));
        item["position"]["accuracy"] = json!(4.0);
        item["timestamp"] = json!(WHEN_MS + i64::from(walk) * 900_000 + i64::from(n) * 15_000);
        item
    };
    send(server, &format!("walker {walk}"), &(0..18).map(item).collect::<Vec<_>>());
}

/// A phone on a table, forty times.
fn lie_still(server: &Server, phone: u32) {
    let item = |n: u32| {
        let seed = 5_000 + phone * 100 + n;
        let (lat, lng) = at(TOWN, noise(1.0, seed), noise(1.0, seed + 9));
        let dbm = |n: u32| whole(noise(4.0, seed + n)) - 55;
        let mut item = report(lat, lng, &[heard(900, dbm(1)), heard(901, dbm(2))]);
        item["position"]["accuracy"] = json!(5.0);
        item["timestamp"] = json!(WHEN_MS + i64::from(phone) * 31_000 + i64::from(n) * 600_000);
        item
    };
    send(server, &format!("phone {phone}"), &(0..40).map(item).collect::<Vec<_>>());
}

fn base(server: &Server) {
    let position = |name: &str| server.metric(name);
    wait_for("a base of all that was sent", || {
        position("radiomap_lag_bytes") < 0.5
            && position("snapshot_position_bytes") >= position("journal_position_bytes")
            && position("snapshot_overlays") < 0.5
    });
}

/// Of people who taught nothing: how many of a hundred are inside R95, and the median of it.
fn inside(server: &Server) -> (usize, f64) {
    let mut radii_m = Vec::new();
    let is_inside = |n: &u32| {
        let here = stop(40 + n % 7, n % 18);
        let body = json!({"considerIp": false, "wifiAccessPoints": boxes(here, 9_000 + n, 2)});
        let answer = locate(server, &body);
        let (lat, lng) = at(STREET, here.0, here.1);
        radii_m.push(answer.json()["accuracy"].as_f64().unwrap());
        covers(&answer, lat, lng)
    };
    let n_inside = (0..100).filter(is_inside).count();
    radii_m.sort_by(f64::total_cmp);
    (n_inside, radii_m[50])
}

#[test]
fn four_phones_that_lie_still_in_another_town_take_no_radius_from_a_street() {
    let data = Data::new();
    let server = Server::start(&data);
    (0..8).for_each(|n| walk(&server, n));
    base(&server);
    let (before, before_m) = inside(&server);
    assert!(before >= 90, "{before} of 100 inside R95, a median of {before_m} m");
    (0..4).for_each(|n| lie_still(&server, n));
    base(&server);
    let (after, after_m) = inside(&server);
    assert!(after >= 90, "{before} of 100 inside {before_m} m, then {after} inside {after_m} m");

    let shown = |what: &str| server.metric(&format!("snapshot_radius_{what}"));
    let of_two = ["samples", "voices"].map(|what| shown(&format!("{what}{{class=\"wifi_two\"}}")));
    assert!(of_two[0] > 100.0 && (3.5..4.5).contains(&of_two[1]), "{of_two:?}");
    let share = shown("inside_ratio{class=\"wifi_few\",radius=\"r95\"}");
    assert!((0.85..=1.0).contains(&share), "{share}");
    server.stop();
    let sealed = data.sealed("snapshot");
    let told = sealed.iter().map(|path| said(&cairn(&["inspect", path.to_str().unwrap()])));
    assert!(told.collect::<String>().contains("wifi, two boxes"));
}

#[test]
fn what_radii_were_never_measured_on_says_so_where_it_is_asked_for_only() {
    let data = Data::new();
    let server = Server::start(&data);
    // Two voices: nobody can tell which of them errs.
    (0..2).for_each(|n| walk(&server, n));
    base(&server);
    let mut body = json!({"considerIp": false, "wifiAccessPoints": boxes((5.0, 100.0), 1, 4)});
    let plain = locate(&server, &body).json();
    let keys: Vec<&String> = plain.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["accuracy", "location"], "the peers' shape is as it was");
    body["uncertainty"] = true.into();
    let asked = locate(&server, &body).json();
    assert_eq!(asked["uncertainty"]["extrapolated"], true, "{asked}");
    let text = get(server.address(), "/metrics").text();
    assert!(text.contains("answer_extrapolated_total 2"), "both are counted");
    (2..8).for_each(|n| walk(&server, n));
    base(&server);
    let asked = locate(&server, &body).json();
    assert_eq!(asked["uncertainty"].get("extrapolated"), None, "eight know enough: {asked}");
    server.stop();
}
