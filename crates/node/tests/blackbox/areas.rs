//! The area of a cell nobody has reported, seen from outside.

use crate::support::taught::{cells, covers, drive, locate, lte, off_m, teach};
use crate::support::{Data, Server, wait_for};
use serde_json::{Value, json};

/// The area the tests are about.
const AREA: u32 = 70;

/// Where its cells were heard: six places, some 3 km around Berlin's middle.
const PLACES: [(f64, f64); 6] = [
    (52.52, 13.36),
    (52.52, 13.44),
    (52.50, 13.38),
    (52.54, 13.42),
    (52.51, 13.40),
    (52.53, 13.40),
];

/// A server that knows the six cells.
fn taught(data: &Data) -> Server {
    let server = Server::start(data);
    let known = PLACES.iter().zip(1_u64..);
    let items: Vec<Value> =
        known.flat_map(|((lat, lng), cell)| drive(*lat, *lng, &[lte(262, AREA, cell)])).collect();
    teach(&server, &items);
    server
}

#[test]
fn a_cell_nobody_reported_is_somewhere_in_its_area_and_the_answer_says_so() {
    let data = Data::new();
    let server = taught(&data);
    let answer = locate(&server, &cells(&[lte(262, AREA, 999)]));
    assert_eq!(answer.json()["fallback"], "lacf", "{answer:?}");
    assert!(off_m(&answer, 52.52, 13.40) < 3e3, "{answer:?}");
    for (lat, lng) in PLACES {
        assert!(covers(&answer, lat, lng), "{answer:?}");
    }
    // Learned from the area itself: not the 50 km that the peers state at least.
    let r95_m = answer.json()["accuracy"].as_f64().unwrap();
    assert!(r95_m < 2e4, "{r95_m}");
}

#[test]
fn an_entry_without_a_cell_serves_as_its_area_and_a_known_cell_is_no_fallback() {
    let data = Data::new();
    let server = taught(&data);
    let mut entry = lte(262, AREA, 1);
    let known = locate(&server, &cells(&[entry.clone()]));
    assert_eq!(known.json().get("fallback"), None, "{known:?}");
    assert!(off_m(&known, 52.52, 13.36) < 1e3, "{known:?}");
    for absent in [Value::Null, json!(0), json!(2_147_483_647_u32)] {
        entry["cellId"] = absent;
        let answer = locate(&server, &cells(&[entry.clone()]));
        assert_eq!(answer.json()["fallback"], "lacf", "{entry}");
    }
}

#[test]
fn a_query_that_forbids_the_area_and_one_of_another_area_are_not_found() {
    let data = Data::new();
    let server = taught(&data);
    let mut body = cells(&[lte(262, AREA, 999)]);
    body["fallbacks"] = json!({"lacf": false});
    assert_eq!(locate(&server, &body).status, 404);
    body["fallbacks"] = json!({"lacf": true, "ipf": false});
    assert_eq!(locate(&server, &body).json()["fallback"], "lacf");
    assert_eq!(locate(&server, &cells(&[lte(262, AREA + 1, 1)])).status, 404);
    let mut gsm = lte(262, AREA, 999);
    gsm["radioType"] = json!("gsm");
    assert_eq!(locate(&server, &cells(&[gsm])).status, 404, "the same numbers, another radio");
}

/// A cell of a site of its own, with a unit.
fn sector(site: u64, unit: u64) -> Value {
    let mut cell = lte(262, AREA, site << 8);
    cell["primaryScramblingCode"] = json!(unit);
    cell
}

#[test]
fn a_cell_nobody_reported_is_in_the_sector_of_one_that_has_its_unit() {
    let data = Data::new();
    let server = Server::start(&data);
    let known = PLACES.iter().zip(1_u64..);
    let items: Vec<Value> =
        known.flat_map(|((lat, lng), n)| drive(*lat, *lng, &[sector(n, 10 * n)])).collect();
    teach(&server, &items);
    let accuracy_m = |unit| {
        let answer = locate(&server, &cells(&[sector(999, unit)]));
        answer.json()["accuracy"].as_f64().unwrap()
    };
    // What cells share a unit is sealed with a base, when no report came for a second.
    wait_for("sectors", || accuracy_m(10) < 1_300.0);
    for ((lat, lng), n) in PLACES.iter().zip(1_u64..) {
        let answer = locate(&server, &cells(&[sector(999, 10 * n)]));
        assert_eq!(answer.json()["fallback"], "lacf", "{answer:?}");
        assert!(off_m(&answer, *lat, *lng) < 500.0, "{answer:?}");
        assert!(accuracy_m(10 * n) < 1_300.0, "{answer:?}");
    }
    assert!(accuracy_m(11) > 2_000.0, "no such unit");
}
