//! Tests of the payload's columns.

use super::*;
use cairn_ground::{Bssid, TransmitterId};
use proptest::prelude::*;

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

fn bytes_of(number: u128) -> Payload {
    let mut payload = [0; PAYLOAD_BYTES];
    payload.copy_from_slice(&number.to_le_bytes()[..PAYLOAD_BYTES]);
    payload
}

/// Any payload, made canonical for a Wi-Fi key.
fn canonical() -> impl Strategy<Value = Payload> {
    (any::<u128>(), 0..3 * FLOORS).prop_map(|(random, standing)| {
        let cleared = |number: u128, column: Column| number & !column.at((1 << column.1) - 1);
        let (long, flatness) = (SIGMA_LONG.of(random), FLATNESS.of(random));
        let flatness = flatness.min(long);
        let direction = if flatness == 0 { 0 } else { DIRECTION.of(random) };
        let columns = [FLATNESS, DIRECTION, CELL_KIND, STANDING];
        let number = columns.into_iter().fold(random, cleared);
        bytes_of(number | FLATNESS.at(flatness) | DIRECTION.at(direction) | STANDING.at(standing))
    })
}

#[test]
fn the_columns_fill_the_payload_without_a_gap() {
    let columns = [
        OBSERVATIONS_CLASS,
        VOICES_CLASS,
        STANDING,
        DAY,
        CELL_KIND,
        REFERENCE,
        REACH,
        FLATNESS,
        DIRECTION,
        SIGMA_LONG,
        LNG,
        LAT,
    ];
    let end = columns.into_iter().fold(0, |end, column| {
        assert_eq!(column.0, end);
        end + column.1
    });
    assert_eq!(end as usize, 8 * PAYLOAD_BYTES);
    const { assert!(3 * FLOORS <= 1 << STANDING.1) };
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
        dbm in proptest::option::of(-300.0_f32..300.0), day in any::<u16>(),
    ) {
        let en_m2 = correlation * (ee * nn).sqrt();
        let record = TransmitterRecord {
            place: LatLng::new(lat, lng).unwrap(),
            covariance: Covariance { ee_m2: ee, en_m2, nn_m2: nn },
            reach_m,
            reference_dbm: dbm,
            last_day: Day::new(day),
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
    assert!((is.0 / was.0 - 1.0).abs() < 0.0465 && (is.1 / was.1 - 1.0).abs() < 0.0465);
    assert!((is.2 - was.2).abs() < 0.0491);
    assert!((back.reach_m / 80.0 - 1.0).abs() < 0.0465);
    assert_eq!(back.reference_dbm, Some(-38.0));
    assert_eq!((back.voices, back.observations), (4, 64));
    assert_eq!((back.floor, back.last_day), (original.floor, original.last_day));
    assert_eq!((back.kind, back.mobility), (original.kind, original.mobility));
}

#[test]
fn every_kind_and_floor_comes_back_and_what_lies_beyond_a_column_is_cut() {
    for kind in TransmitterKind::ALL {
        let tag = if kind.is_cell() { 2 } else { kind as u64 };
        let key = TransmitterKey::from_number(tag << 54 | 7).unwrap();
        let payload = encode(&TransmitterRecord { key, kind, ..record() }).unwrap();
        assert_eq!(check(key, &payload), Ok(()));
        assert_eq!(decode(key, &payload).map(|back| back.kind), Some(kind));
    }
    for floor in (-20..=120).map(|level| Floor::new(level).ok()).chain([None]) {
        let payload = encode(&TransmitterRecord { floor, ..record() }).unwrap();
        assert_eq!(decode(record().key, &payload).map(|back| back.floor), Some(floor));
    }
    let far = TransmitterRecord { reference_dbm: Some(99.0), last_day: Day::new(0), ..record() };
    let back = decode(far.key, &encode(&far).unwrap()).unwrap();
    assert_eq!((back.reference_dbm, back.last_day), (Some(36.0), Day::new(DAY_MIN)));
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
    let good = number(&encode(&record()).unwrap());
    assert_eq!(check(wifi(7), &bytes_of(good | CELL_KIND.at(1))), Err("kind and key disagree"));
}

#[test]
fn codes_that_nobody_writes_are_refused() {
    let good = number(&encode(&record()).unwrap());
    let with = |column: Column, value: u32| {
        let cleared = good & !column.at((1 << column.1) - 1);
        check(record().key, &bytes_of(cleared | column.at(value)))
    };
    assert_eq!(with(STANDING, 3 * FLOORS), Err("unknown mobility"));
    assert_eq!(with(SIGMA_LONG, 0), Err("ellipse is not canonical"));
    assert_eq!(with(FLATNESS, 0), Err("ellipse is not canonical"), "a circle with a direction");
}
