//! The description against the code: its paths, its samples.

use super::super::route::{API, OPS};
use super::super::site;
use super::*;
use cairn_ground::Timestamp;
use cairn_wire::geosubmit::Version;
use std::collections::BTreeSet;

fn described() -> serde_json::Value {
    serde_json::to_value(document()).unwrap()
}

#[test]
fn every_path_of_programs_is_described_and_no_other() {
    let is_page = |path: &str| !path.contains(['.', '_']) && !path.starts_with("/downloads");
    let is_picture =
        |path: &str| [".txt", ".ico", ".png", ".js"].iter().any(|ending| path.ends_with(ending));
    let programs = site::names().filter(|path| !is_page(path) && !is_picture(path));
    let routes: BTreeSet<_> = API.into_iter().chain(OPS).chain(programs).collect();
    let document = described();
    let paths: BTreeSet<_> =
        document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(routes, paths);
}

#[test]
fn the_samples_are_read_without_a_refusal() {
    let body = samples::query().to_string();
    let query = cairn_wire::geolocate::decode(body.as_bytes()).unwrap();
    assert_eq!((query.observations.len(), query.refusals.total()), (4, 0));
    let track = cairn_wire::track::decode(samples::track().to_string().as_bytes()).unwrap();
    assert_eq!((track.scans.len(), track.refusals.total()), (2, 0));
    let now = Timestamp::from_ms(1_700_000_000_000);
    let all = [
        (Version::V0, samples::submission_v0()),
        (Version::V1, samples::submission_v1()),
        (Version::V2, samples::submission()),
    ];
    for (version, sample) in all {
        let body = sample.to_string();
        let decoded = cairn_wire::geosubmit::decode(body.as_bytes(), version, now).unwrap();
        assert_eq!((decoded.reports.len(), decoded.refusals.total()), (1, 0), "{version:?}");
    }
}

#[test]
fn it_says_which_format_it_is_and_refers_to_nothing_that_is_not_there() {
    let document = described();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let text = document.to_string();
    let references = text.split("\"$ref\":\"#").skip(1);
    let mut n = 0;
    for reference in references {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
        n += 1;
    }
    assert!(n > 50, "{n}");
}

#[test]
fn every_operation_and_member_is_explained() {
    let document = described();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let members = schema["properties"].as_object().into_iter().flatten();
        for (member, value) in members {
            assert!(value["description"].is_string(), "{name}.{member}: {value}");
        }
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    }
}
