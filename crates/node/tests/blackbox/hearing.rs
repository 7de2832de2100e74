//! Cells by how they are heard, by their site, by their unit, and without a network, seen from outside.

use crate::support::reports::WHEN_MS;
use crate::support::taught::{cells, locate, lte, off_m, teach};
use crate::support::{Data, Server, wait_for};
use serde_json::{Value, json};

/// Metres along the street, as degrees of latitude.
const METRE_DEG: f64 = 1.0 / 111_195.0;

/// A street of a kilometre northward from (52.5, 13.4): strong and near in the south, weak in the north.
fn street(cell: &Value) -> Vec<Value> {
    (0..40_i32)
        .map(|step| {
            let north_m = f64::from(step) * 25.0;
            let mut heard = cell.clone();
            heard["signalStrength"] = json!(-70 - step);
            heard["timingAdvance"] = json!(step / 5);
            json!({
                "timestamp": WHEN_MS + i64::from(step) * 20_000,
                "position": {"latitude": north_m.mul_add(METRE_DEG, 52.5), "longitude": 13.4, "accuracy": 8.0},
                "cellTowers": [heard],
            })
        })
        .collect()
}

fn with(cell: &Value, members: &[(&str, Value)]) -> Value {
    let mut cell = cell.clone();
    for (name, value) in members {
        cell[*name] = value.clone();
    }
    cell
}

#[test]
fn a_cell_answers_where_it_is_heard_so_and_an_unreported_one_of_its_site_nearby() {
    let data = Data::new();
    let server = Server::start(&data);
    let cell = lte(262, 70, 0x1_2301);
    teach(&server, &street(&cell));
    let off = |cell: Value, north_m: f64| {
        off_m(&locate(&server, &cells(&[cell])), north_m.mul_add(METRE_DEG, 52.5), 13.4)
    };
    assert!(off(with(&cell, &[("signalStrength", json!(-72))]), 60.0) < 120.0);
    assert!(off(with(&cell, &[("signalStrength", json!(-107))]), 930.0) < 120.0);
    let silent = with(&cell, &[("signalStrength", Value::Null), ("timingAdvance", json!(4))]);
    assert!(off(silent, 550.0) < 120.0);
    let mut body = cells(&[with(&cell, &[("cellId", json!(0x1_2302))])]);
    let site = locate(&server, &body);
    assert_eq!(site.json()["fallback"], "lacf", "{site:?}");
    assert!(
        site.json()["accuracy"].as_f64().unwrap() < 5_000.0,
        "narrower than its area: {site:?}"
    );
    body["fallbacks"] = json!({"lacf": false});
    assert_eq!(locate(&server, &body).status, 404);
}

#[test]
fn a_cell_without_a_network_is_found_without_one_only() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut cell = lte(262, 70, 0x1_2301);
    cell.as_object_mut().unwrap().remove("mobileNetworkCode");
    teach(&server, &street(&cell));
    assert!(off_m(&locate(&server, &cells(&[cell])), 52.504, 13.4) < 600.0);
    assert_eq!(locate(&server, &cells(&[lte(262, 70, 0x1_2301)])).status, 404);
}

#[test]
fn a_neighbor_that_states_its_unit_alone_pulls_the_answer_its_way() {
    let data = Data::new();
    let server = Server::start(&data);
    let serving = lte(262, 70, 0x1_2301);
    let beside = with(&lte(262, 70, 0x4_5601), &[("physicalCellId", json!(269))]);
    let mut items = street(&serving);
    let north = street(&beside).into_iter().enumerate().map(|(step, mut item)| {
        item["timestamp"] = json!(WHEN_MS + 5_000_000 + i64::try_from(step).unwrap() * 20_000);
        item["position"]["latitude"] =
            json!(item["position"]["latitude"].as_f64().unwrap() + 0.009);
        item
    });
    items.extend(north);
    teach(&server, &items);
    let plain = with(&serving, &[("signalStrength", Value::Null)]);
    let neighbor =
        |unit: u16| json!({"radioType": "lte", "physicalCellId": unit, "signalStrength": -80});
    let lat = |scan: &[Value]| locate(&server, &cells(scan)).json()["location"]["lat"].as_f64();
    let alone = lat(std::slice::from_ref(&plain)).unwrap();
    // What a unit names is sealed with a base, when no report came for a second.
    let beside = || lat(&[plain.clone(), neighbor(269)]).unwrap();
    wait_for("the unit", || beside() > 150.0_f64.mul_add(METRE_DEG, alone));
    assert_eq!(lat(&[plain.clone(), neighbor(270)]), Some(alone), "nobody's unit");
    assert_eq!(locate(&server, &cells(&[neighbor(269)])).status, 404, "a unit alone is nobody");
}
