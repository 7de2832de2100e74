//! Tests of what a record says.

use super::*;
use crate::fallback::geoip::mmdb::{Value, mmdb};
use maxminddb::Reader;
use std::net::{IpAddr, Ipv4Addr};

/// What `record` is read as.
fn guess(record: &str) -> Option<IpGuess> {
    let json: serde_json::Value = serde_json::from_str(record).unwrap();
    let reader = Reader::from_source(mmdb(&[(10, Value::from(&json))])).unwrap();
    read(&reader.lookup(IpAddr::V4(Ipv4Addr::new(10, 1, 2, 3))).unwrap())
}

#[test]
fn a_stated_radius_becomes_one_that_holds_19_of_20() {
    let city = r#"{"city":{"names":{"en":"A"}},"country":{"iso_code":"GB"},
        "location":{"latitude":51.5,"longitude":-0.1,"accuracy_radius":20}}"#;
    let found = guess(city).unwrap();
    assert_eq!((found.level, found.country), (Level::City, Some(*b"GB")));
    assert_eq!(found.place, Some(LatLng::new(51.5, -0.1).unwrap()));
    assert!((found.r95_m - 32_876.0).abs() < 1.0, "{}", found.r95_m);
}

#[test]
fn no_city_is_exact_to_a_kilometre_and_none_is_a_country_wide() {
    let city = |km: u32| {
        let radius = format!("\"accuracy_radius\":{km}");
        let text = format!(
            r#"{{"city":{{"geoname_id":1}},"location":{{"latitude":1.5,"longitude":2,{radius}}}}}"#
        );
        guess(&text).unwrap().r95_m
    };
    for (stated_km, r95_m) in [(1, 5e3), (0, 50e3), (1_000, 68e3)] {
        assert!((city(stated_km) - r95_m).abs() < 1.0, "{stated_km} km");
    }
}

#[test]
fn a_record_without_a_place_answers_for_the_country_only() {
    let found = guess(r#"{"registered_country":{"iso_code":"se"}}"#).unwrap();
    assert_eq!((found.place, found.country), (None, Some(*b"SE")));
    let both = r#"{"country":{"iso_code":"NO"},"registered_country":{"iso_code":"SE"}}"#;
    assert_eq!(guess(both).unwrap().country, Some(*b"NO"));
}

#[test]
fn flat_records_and_numbers_as_text_are_read() {
    let flat = r#"{"city":"A","country_code":"FR","latitude":"48.8","longitude":2.3}"#;
    let found = guess(flat).unwrap();
    assert_eq!((found.level, found.country), (Level::City, Some(*b"FR")));
    assert_eq!(found.place, Some(LatLng::new(48.8, 2.3).unwrap()));
    assert_eq!(guess(r#"{"country":"FR","country_name":"France"}"#).unwrap().country, Some(*b"FR"));
}

#[test]
fn one_odd_field_costs_itself() {
    let odd = r#"{"city":7,"country":{"iso_code":"-"},"subdivisions":[{"iso_code":"X"}],
        "location":{"latitude":91,"longitude":0,"accuracy_radius":"far"}}"#;
    assert_eq!(guess(odd), None);
    let nowhere = r#"{"country":{"iso_code":"DE"},"location":{"latitude":0,"longitude":0}}"#;
    assert_eq!(guess(nowhere).unwrap().place, None);
}

#[test]
fn whoever_hides_behind_a_proxy_is_somewhere_in_a_country_at_best() {
    let hidden = r#"{"city":{"geoname_id":1},"location":{"latitude":1,"longitude":2},
        "traits":{"is_anonymous_proxy":true}}"#;
    let found = guess(hidden).unwrap();
    assert_eq!((found.level, found.r95_m.round()), (Level::Country, 1_000e3));
}
