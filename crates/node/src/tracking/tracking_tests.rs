//! Requests without a map: what is told when nothing is known.

use super::*;
use cairn_answer::{Floors, Method};
use cairn_ground::{Floor, LatLng, Radii};
use cairn_wire::track::decode;

fn told(walk: &mut Walk, body: &str) -> Told {
    walk.go_on(&SnapshotSet::default(), &decode(body.as_bytes()).unwrap())
}

fn reasons(told: &Told) -> Vec<&'static str> {
    told.places.iter().map(|place| place.found.unwrap_err().name()).collect()
}

#[test]
fn every_scan_has_an_entry_and_a_reason() {
    let body = r#"{"scans": [{"timestamp": 5}, 7, {}, {"timestamp": 4, "wifiAccessPoints":
        [{"macAddress": "a8:20:66:00:00:01"}, {"macAddress": "a8:20:66:00:01:01"}]}]}"#;
    let told = told(&mut Walk::default(), body);
    let want = ["nothing_heard", "malformed", "no_timestamp", "too_few_known"];
    assert_eq!(reasons(&told), want);
    assert_eq!(told.places[3].at, Some(Timestamp::from_ms(4)));
    assert!(told.revised.is_empty());
}

#[test]
fn sensors_without_scans_and_scans_at_any_time_do_no_harm() {
    let mut walk = Walk::default();
    let body = r#"{"session": "a", "scans": [], "steps": [{"timestamp": 9999999999999}],
        "imu": [{"timestamp": 0, "acceleration": [0, 0, 9.8]}]}"#;
    assert!(told(&mut walk, body).places.is_empty());
    let body = r#"{"session": "a", "scans": [{"timestamp": 9999999999999}, {"timestamp": 0}],
        "steps": [], "pressures": [{"timestamp": 0, "pressure": 1000}]}"#;
    assert_eq!(told(&mut walk, body).places.len(), 2);
    walk.settle(0, 1);
    assert_eq!(told(&mut walk, body).places.len(), 2);
}

#[test]
fn an_empty_list_of_steps_says_something_only_of_a_phone_that_counts_them() {
    let known = |bodies: &[&str]| {
        let mut walk = Walk::default();
        for body in bodies {
            told(&mut walk, body);
        }
        format!("{:?}", walk.tracker)
    };
    let silent = r#"{"scans": [{"timestamp": 5000}, {"timestamp": 7000}]}"#;
    let none = r#"{"scans": [{"timestamp": 5000}, {"timestamp": 7000}], "steps": []}"#;
    let one = r#"{"scans": [{"timestamp": 1000}], "steps": [{"timestamp": 900}]}"#;
    assert_eq!(known(&[none]), known(&[silent]));
    assert_ne!(known(&[one, none]), known(&[one, silent]));
}

#[test]
fn readings_of_the_barometer_speak_for_the_scans_they_are_near_to() {
    let body = r#"{"scans": [{"timestamp": 1}], "pressures": [{"timestamp": 1000, "pressure": 990},
        {"timestamp": 2000, "pressure": 992}, {"timestamp": 6000, "pressure": 1000}]}"#;
    let request = decode(body.as_bytes()).unwrap();
    let at = |ms| pressure_at(&request, Timestamp::from_ms(ms));
    assert_eq!((at(1_500), at(-1_000), at(4_000)), (Some(991.0), Some(990.0), Some(996.0)));
    assert_eq!((at(8_001), at(-1_001)), (None, None));
}

#[test]
fn a_step_points_clockwise_from_north() {
    let step = TrackStep { at: Timestamp::from_ms(0), length_m: None, heading_deg: Some(90.0) };
    let [east, north] = stride(&step).way.unwrap();
    assert!((east - 1.0).abs() < 1e-9 && north.abs() < 1e-9);
}

#[test]
fn a_track_hears_of_every_floor_that_a_scan_may_be_on() {
    let floors = [(2, 0.6), (3, 0.4)].map(|(level, share)| (Floor::new(level).unwrap(), share));
    let found = Found {
        place: LatLng::new(51.5, -0.1).unwrap(),
        radii: Radii::rising([10.0, 15.0, 25.0, 30.0]),
        extrapolated: true,
        floors: Floors::of(floors),
        height: None,
        method: Method::Venue,
        n_known: 9,
        n_used: 9,
    };
    assert!(sight(&found).extrapolated, "and that its radii are");
    let told: Vec<Floor> = sight(&found).floors.into_iter().map(|(floor, _)| floor).collect();
    assert_eq!(told, floors.map(|(floor, _)| floor));
}
