//! Requests good and bad, and the bytes of answers.

use super::*;
use crate::geolocate::LocateAnswer;
use cairn_ground::{Floor, LatLng, Radii};
use serde_json::{Value, json};

fn read(body: &Value) -> TrackRequest {
    decode(body.to_string().as_bytes()).unwrap()
}

fn refused(body: &Value) -> String {
    decode(body.to_string().as_bytes()).unwrap_err().to_string()
}

fn networks() -> Value {
    json!([{"macAddress": "a8:20:66:00:00:01", "signalStrength": -50, "age": 700},
           {"macAddress": "a8:20:66:00:01:01"}, {"macAddress": 7}])
}

#[test]
fn scans_are_read_as_queries_are_and_keep_their_order() {
    let request = read(&json!({"scans": [
        {"timestamp": 1_700_000_002_000_i64, "wifiAccessPoints": networks(), "pressure": 1_001.5},
        {"timestamp": "1700000000000", "bluetoothBeacons": networks(), "pressure": 3},
    ], "uncertainty": true, "lag": 20}));
    let [Ok(first), Ok(second)] = request.scans.as_slice() else { panic!("{request:?}") };
    assert_eq!((first.observations.len(), second.observations.len()), (2, 2));
    assert_eq!((first.at.ms(), second.at.ms()), (1_700_000_002_000, 1_700_000_000_000));
    assert_eq!((first.pressure_hpa, second.pressure_hpa), (Some(1_001.5), None));
    assert_eq!((request.wants_uncertainty, request.lag_s), (true, Some(20.0)));
    assert_eq!(request.refusals.total(), 3, "two addresses and a pressure");
}

#[test]
fn items_of_a_submission_are_scans_and_where_they_say_they_are_is_not_looked_at() {
    let item = |lat: f64| {
        json!({"items": [{"timestamp": 1_700_000_000_000_i64, "wifiAccessPoints": networks(),
               "position": {"latitude": lat, "longitude": 9.0, "accuracy": 3.0, "floor": 2}}]})
    };
    let request = read(&item(1.0));
    assert_eq!(request, read(&item(2.0)));
    assert_eq!(request.scans[0].as_ref().unwrap().observations.len(), 2);
}

#[test]
fn a_broken_scan_costs_itself() {
    let request = read(&json!({"scans": [
        7, {"timestamp": 1000}, {"wifiAccessPoints": networks()}, {"timestamp": -4},
    ]}));
    let refusals: Vec<_> = request.scans.iter().map(|scan| scan.as_ref().err().copied()).collect();
    let (malformed, no_time) = (Some(ScanRefusal::Malformed), Some(ScanRefusal::NoTime));
    assert_eq!(refusals, [malformed, None, no_time, no_time]);
}

#[test]
fn scans_without_any_time_are_two_seconds_apart_unless_something_else_has_times() {
    let untimed = json!([{"wifiAccessPoints": networks()}, {}, {}]);
    let request = read(&json!({"scans": untimed}));
    let at: Vec<_> = request.scans.iter().map(|scan| scan.as_ref().unwrap().at.ms()).collect();
    assert_eq!(at, [0, 2_000, 4_000]);
    for else_ in [
        json!({"scans": untimed, "session": "a"}),
        json!({"scans": untimed, "steps": [{"timestamp": 1}]}),
        json!({"scans": [{"timestamp": []}, {"timestamp": "soon"}]}),
    ] {
        let scans = read(&else_).scans;
        assert!(scans.iter().all(|scan| *scan == Err(ScanRefusal::NoTime)), "{scans:?}");
    }
}

#[test]
fn what_is_no_track_is_refused_by_name() {
    assert!(refused(&json!({})).contains("\"scans\""));
    assert!(refused(&json!({"scans": 3})).contains("not a list"));
    assert!(refused(&json!({"scans": [], "session": 7})).contains("\"session\""));
    assert!(refused(&json!({"scans": [], "session": "ü".repeat(129)})).contains("128"));
    assert!(read(&json!({"scans": [], "session": "ü".repeat(128)})).session.is_some());
}

#[test]
fn one_more_than_a_list_may_hold_is_refused_and_the_most_is_read() {
    let scans = |n: usize| json!({"scans": vec![json!({"timestamp": 5}); n]});
    assert_eq!(read(&scans(TRACK_SCANS_MAX)).scans.len(), TRACK_SCANS_MAX);
    assert!(refused(&scans(TRACK_SCANS_MAX + 1)).contains("more than 1000"));
    let steps = |n: usize| json!({"scans": [], "steps": vec![json!({"timestamp": 5}); n]});
    assert_eq!(read(&steps(TRACK_STEPS_MAX)).steps.unwrap().len(), TRACK_STEPS_MAX);
    assert!(refused(&steps(TRACK_STEPS_MAX + 1)).contains("\"steps\""));
}

#[test]
fn sensors_come_in_time_order_and_what_cannot_be_is_left_out() {
    let request = read(&json!({"scans": [{"timestamp": 1}],
        "steps": [{"timestamp": 9, "length": 0.7, "heading": 90}, {"timestamp": 4, "length": 99},
                  {"length": 1}, 3],
        "imu": [{"timestamp": 3, "acceleration": [0, 0, 9.8], "rotation": [0, 0, 0.6]},
                {"timestamp": 2, "acceleration": [0, 0, 9.8], "rotation": [0, 0, 3, 4]},
                {"timestamp": 2, "acceleration": [0, 9.8]}, {"timestamp": 2, "acceleration": [1, 2, "x"]}],
        "pressures": [{"timestamp": 2, "pressure": 1000}, {"timestamp": 1, "pressure": 5}]}));
    let steps = request.steps.unwrap();
    assert_eq!(steps.iter().map(|step| step.at.ms()).collect::<Vec<_>>(), [4, 9]);
    assert_eq!((steps[0].length_m, steps[1].heading_deg), (None, Some(90.0)));
    assert_eq!(request.imu.iter().map(|it| it.at.ms()).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(request.imu[0].rotation, None, "no unit quaternion");
    let w = request.imu[1].rotation.unwrap()[3];
    assert!((w - 0.8).abs() < 1e-12, "{w}");
    assert_eq!(request.pressures.len(), 1);
    assert_eq!(request.refusals.total(), 5);
}

#[test]
fn steps_that_are_none_at_all_are_not_told_and_an_empty_list_tells_that_nobody_walked() {
    let steps = |steps: Value| read(&json!({"scans": [{"timestamp": 1}], "steps": steps})).steps;
    for nothing in [json!(null), json!({}), json!("x"), json!(7), json!([null]), json!([{}, 3])] {
        assert_eq!(steps(nothing.clone()), None, "{nothing}");
    }
    assert_eq!(steps(json!([])), Some(vec![]));
    assert_eq!(steps(json!([null, {"timestamp": 1}, {"length": 1}])).unwrap().len(), 1);
}

#[test]
fn a_sensor_that_feels_no_gravity_does_not_work() {
    let felt = |vector: Value| {
        let sample = json!({"timestamp": 1, "acceleration": vector});
        read(&json!({"scans": [{"timestamp": 1}], "imu": [sample]}))
    };
    assert_eq!(felt(json!([0, 0, 0.01])).imu.len(), 1);
    let broken = felt(json!([0, -0.0, 0]));
    assert_eq!((broken.imu.len(), broken.refusals.total()), (0, 1));
}

#[test]
fn an_answer_has_an_entry_for_each_scan() {
    let place = LatLng::new(51.5, -0.125).unwrap();
    let radii = Radii::rising([2.0, 3.0, 5.0, 6.0]);
    let floor = Some((Floor::new(2).unwrap(), 0.9));
    let found = LocateAnswer { floor, ..LocateAnswer::at(place, radii) };
    let at = |ms| Some(Timestamp::from_ms(ms));
    let none = TrackPlace { at: None, found: Err(NoPlace::from(ScanRefusal::Malformed)) };
    let places = vec![TrackPlace { at: at(7), found: Ok(found) }, none];
    let answer = TrackAnswer { session: Some("a\"b"), places: places.clone(), revised: places };
    let body: Value = serde_json::from_slice(&encode_answer(&answer)).unwrap();
    let first = json!({"timestamp": 7, "location": {"lat": 51.5, "lng": -0.125}, "accuracy": 6.0,
        "uncertainty": {"r50": 2.0, "r68": 3.0, "r90": 5.0, "r95": 6.0},
        "floor": {"level": 2, "confidence": 0.9}});
    let second = json!({"timestamp": null, "location": null, "refusal": "malformed"});
    assert_eq!(body["positions"], json!([first, second]));
    assert_eq!((&body["revised"], &body["session"]), (&body["positions"], &json!("a\"b")));
    let bare = TrackAnswer { session: None, places: vec![], revised: vec![] };
    assert_eq!(encode_answer(&bare), b"{\"positions\":[]}");
}
