//! Bodies to try: read by `wire` without a refusal, which a test checks.

use serde_json::{Value, json};

/// A query of two networks and a cell.
pub(super) fn query() -> Value {
    json!({
        "wifiAccessPoints": [
            {"macAddress": "00:25:9c:cf:1c:ac", "signalStrength": -43, "age": 0},
            {"macAddress": "88:dc:96:34:0f:21", "signalStrength": -55, "frequency": 2437},
        ],
        "bluetoothBeacons": [{"macAddress": "c4:ac:59:12:34:56", "signalStrength": -85}],
        "cellTowers": [{
            "radioType": "lte", "mobileCountryCode": 234, "mobileNetworkCode": 10,
            "locationAreaCode": 5126, "cellId": 21_532_831, "signalStrength": -90,
        }],
        "considerIp": false,
        "uncertainty": true,
    })
}

/// Two scans of a walk, with steps between them.
pub(super) fn track() -> Value {
    let scan = |s: i64, dbm: [i32; 2]| {
        json!({"timestamp": 1_700_000_000_000_i64 + 1_000 * s, "wifiAccessPoints": [
            {"macAddress": "00:25:9c:cf:1c:ac", "signalStrength": dbm[0], "age": 300},
            {"macAddress": "88:dc:96:34:0f:21", "signalStrength": dbm[1], "age": 300},
        ]})
    };
    let step =
        |ms: i64| json!({"timestamp": 1_700_000_000_000_i64 + ms, "length": 0.7, "heading": 92.5});
    json!({
        "scans": [scan(0, [-43, -55]), scan(2, [-48, -51])],
        "steps": [step(400), step(1_000), step(1_600)],
        "uncertainty": true,
    })
}

/// What they are told.
pub(super) fn places() -> Value {
    json!({"positions": [
        {
            "timestamp": 1_700_000_000_000_i64, "location": {"lat": 51.503_399, "lng": -0.127_59},
            "accuracy": 12.5, "uncertainty": {"r50": 5.0, "r68": 6.7, "r90": 10.4, "r95": 12.5},
            "floor": {"level": 2, "confidence": 0.97},
        },
        {"timestamp": 1_700_000_002_000_i64, "location": null, "refusal": "too_few_known"},
    ]})
}

/// A place with everything.
pub(super) fn place() -> Value {
    json!({
        "location": {"lat": 51.503_399, "lng": -0.127_59},
        "accuracy": 32.5,
        "uncertainty": {"r50": 15.2, "r68": 19.6, "r90": 28.4, "r95": 32.5},
        "floor": {"level": 2, "confidence": 0.86},
    })
}

/// A country.
pub(super) fn country() -> Value {
    json!({"country_code": "GB", "country_name": "United Kingdom"})
}

/// A submission of version 2.
pub(super) fn submission() -> Value {
    json!({"items": [{
        "timestamp": 1_700_000_000_000_i64,
        "position": {
            "latitude": 51.503_399, "longitude": -0.127_59, "accuracy": 12.0, "altitude": 42.0,
            "age": 500, "speed": 1.2, "source": "gps",
        },
        "wifiAccessPoints": [
            {"macAddress": "00:25:9c:cf:1c:ac", "signalStrength": -43, "age": 100},
            {"macAddress": "88:dc:96:34:0f:21", "signalStrength": -55, "age": 100},
        ],
        "cellTowers": [{
            "radioType": "lte", "mobileCountryCode": 234, "mobileNetworkCode": 10,
            "locationAreaCode": 5126, "cellId": 21_532_831, "signalStrength": -90, "age": 200,
        }],
    }]})
}

/// A submission of version 1.
pub(super) fn submission_v1() -> Value {
    json!({"items": [{
        "timestamp": 1_700_000_000_000_i64,
        "latitude": 51.503_399, "longitude": -0.127_59, "accuracy": 12.0,
        "wifiAccessPoints": [{"macAddress": "00:25:9c:cf:1c:ac", "signalStrength": -43, "age": 100}],
    }]})
}

/// A submission of version 0.
pub(super) fn submission_v0() -> Value {
    json!({"items": [{
        "time": "2023-11-14T22:13:20Z",
        "lat": 51.503_399, "lon": -0.127_59, "accuracy": 12.0,
        "wifi": [{"key": "00:25:9c:cf:1c:ac", "signal": -43}],
        "cell": [{"radio": "lte", "mcc": 234, "mnc": 10, "lac": 5126, "cid": 21_532_831, "signal": -90}],
    }]})
}
