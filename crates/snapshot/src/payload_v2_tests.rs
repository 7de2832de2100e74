//! Tests of the columns as versions 1 and 2 had them; what they wrote is written here.

use super::*;
use crate::scale::{class_of, coordinate_code, direction_code};
use cairn_ground::{Bssid, TransmitterId};
use proptest::prelude::*;

/// The payload of a record; `None` when a number is not finite or the kind is not the key's.
fn encode(record: &TransmitterRecord) -> Option<Payload> {
    let Covariance { ee_m2, en_m2, nn_m2 } = record.covariance;
    let is_finite = [ee_m2, en_m2, nn_m2, record.reach_m].iter().all(|n| n.is_finite());
    let is_reference_finite = record.reference_dbm.is_none_or(f32::is_finite);
    if !(is_finite && is_reference_finite && kind_agrees(record.key, record.kind)) {
        return None;
    }
    let mut payload = [0; PAYLOAD_BYTES];
    let lat = u64::from(coordinate_code(record.place.lat_deg(), 90.0));
    let lng = u64::from(coordinate_code(record.place.lng_deg(), 180.0));
    payload[..7].copy_from_slice(&(lat << 28 | lng).to_le_bytes()[..7]);
    let [long, short, direction] = ellipse_codes(&record.covariance);
    payload[SIGMA_LONG] = long;
    payload[SIGMA_SHORT] = short;
    payload[DIRECTION] = direction;
    payload[REACH] = REACH_M.encode(record.reach_m);
    payload[REFERENCE] = reference_code(record.reference_dbm).cast_unsigned();
    payload[KIND] = record.kind as u8 | (record.mobility as u8) << 3;
    payload[KIND + 1..COUNTS].copy_from_slice(&record.last_day.get().to_le_bytes());
    payload[COUNTS] =
        class_of(&VOICES, record.voices) | class_of(&OBSERVATIONS, record.observations) << 4;
    payload[FLOOR] = record.floor.map_or(NONE, Floor::get).cast_unsigned();
    Some(payload)
}

fn reference_code(reference_dbm: Option<f32>) -> i8 {
    let Some(dbm) = reference_dbm else { return NONE };
    #[expect(clippy::cast_possible_truncation, reason = "clamped to i8 on the same line")]
    let code = dbm.round().clamp(-127.0, 127.0) as i8;
    code
}

/// Codes of the long axis, the short axis and the direction; a circle has direction 0.
fn ellipse_codes(covariance: &Covariance) -> [u8; 3] {
    let (long_m, short_m, angle_rad) = covariance.axes();
    let (long, short) = (SIGMA_M.encode(long_m), SIGMA_M.encode(short_m));
    [long, short, if long == short { 0 } else { direction_code(angle_rad, 256) }]
}

fn wifi(n: u64) -> TransmitterKey {
    TransmitterId::Wifi(Bssid::from_u48(n)).key()
}

fn record() -> TransmitterRecord {
    TransmitterRecord {
        key: wifi(0xa820_66ff_014d),
        kind: TransmitterKind::Wifi,
        place: LatLng::new(51.5, -0.12).unwrap(),
        covariance: Covariance { ee_m2: 100.0, en_m2: 30.0, nn_m2: 64.0 },
        reach_m: 80.0,
        reference_dbm: Some(-38.4),
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        voices: 5,
        observations: 100,
        floor: Some(Floor::new(-2).unwrap()),
    }
}

fn canonical() -> impl Strategy<Value = Payload> {
    (any::<[u8; 16]>(), 0_u8..3, -21_i8..=120).prop_map(|(random, mobility, floor)| {
        let mut payload = [0; PAYLOAD_BYTES];
        payload[..16].copy_from_slice(&random);
        let (a, b) = (random[SIGMA_LONG], random[SIGMA_SHORT]);
        payload[SIGMA_LONG] = a.max(b);
        payload[SIGMA_SHORT] = a.min(b);
        payload[DIRECTION] = if a == b { 0 } else { random[DIRECTION] };
        payload[KIND] = mobility << 3;
        payload[FLOOR] = if floor < -20 { NONE } else { floor }.cast_unsigned();
        payload
    })
}

proptest! {
    #[test]
    fn every_canonical_payload_encodes_to_itself(payload in canonical()) {
        let key = wifi(7);
        prop_assert_eq!(check(key, &payload), Ok(()));
        let record = decode(key, &payload).unwrap();
        prop_assert_eq!(encode(&record), Some(payload));
    }

    #[test]
    fn what_is_encoded_is_canonical(
        ee in 0.0_f64..1e9, nn in 0.0_f64..1e9, correlation in -1.0_f64..1.0,
        lat in -90.0_f64..=90.0, lng in -180.0_f64..=180.0, reach_m in 0.0_f64..1e7,
        dbm in proptest::option::of(-300.0_f32..300.0),
    ) {
        let en_m2 = correlation * (ee * nn).sqrt();
        let record = TransmitterRecord {
            place: LatLng::new(lat, lng).unwrap(),
            covariance: Covariance { ee_m2: ee, en_m2, nn_m2: nn },
            reach_m,
            reference_dbm: dbm,
            ..record()
        };
        let payload = encode(&record).unwrap();
        prop_assert_eq!(check(record.key, &payload), Ok(()));
        let back = decode(record.key, &payload).unwrap();
        prop_assert_eq!(encode(&back), Some(payload));
    }
}

#[test]
fn a_record_comes_back_within_the_stated_errors() {
    let original = record();
    let back = decode(original.key, &encode(&original).unwrap()).unwrap();
    assert!((back.place.lat_deg() - 51.5).abs() < 3.4e-7);
    assert!((back.place.lng_deg() + 0.12).abs() < 6.8e-7);
    let (was, is) = (original.covariance.axes(), back.covariance.axes());
    assert!((is.0 / was.0 - 1.0).abs() < 0.023 && (is.1 / was.1 - 1.0).abs() < 0.023);
    assert!((is.2 - was.2).abs() < 0.0062);
    assert!((back.reach_m / 80.0 - 1.0).abs() < 0.023);
    assert_eq!(back.reference_dbm, Some(-38.0));
    assert_eq!((back.voices, back.observations), (4, 64));
    assert_eq!((back.floor, back.last_day), (original.floor, original.last_day));
    assert_eq!((back.kind, back.mobility), (original.kind, original.mobility));
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    assert_eq!(encode(&TransmitterRecord { reach_m: f64::NAN, ..record() }), None);
    let covariance = Covariance::circular(f64::INFINITY);
    assert_eq!(encode(&TransmitterRecord { covariance, ..record() }), None);
    assert_eq!(encode(&TransmitterRecord { reference_dbm: Some(f32::NAN), ..record() }), None);
}

#[test]
fn a_kind_that_is_not_the_keys_is_refused() {
    assert_eq!(encode(&TransmitterRecord { kind: TransmitterKind::Lte, ..record() }), None);
    let payload = encode(&record()).unwrap();
    let ble = TransmitterId::Ble(Bssid::from_u48(7)).key();
    assert_eq!(check(ble, &payload), Err("kind and key disagree"));
}

#[test]
fn codes_that_nobody_writes_are_refused() {
    let good = encode(&record()).unwrap();
    let with = |at: usize, value: u8| {
        let mut payload = good;
        payload[at] = value;
        check(record().key, &payload)
    };
    assert_eq!(with(KIND, good[KIND] | 0x20), Err("reserved bits are set"));
    assert_eq!(with(KIND, 6), Err("unknown kind"));
    assert_eq!(with(KIND, 3 << 3), Err("unknown mobility"));
    assert_eq!(with(FLOOR, 121), Err("floor is out of range"));
    assert_eq!(with(SIGMA_SHORT, 255), Err("ellipse is not canonical"));
}
