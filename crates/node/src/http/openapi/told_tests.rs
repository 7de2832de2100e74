//! What `wire` writes has no member that is not described, and lacks none that is promised.

use super::super::told_errors::ErrorAnswer;
use super::*;
use cairn_ground::{Floor, LatLng, Radii, TransmitterId};
use cairn_wire::errors::{Details, NoAnswer, PublicError};
use cairn_wire::geolocate::{self, Height, RawNetwork as Raw};

fn is_described<T: serde::de::DeserializeOwned>(body: &[u8]) {
    let read = serde_json::from_slice::<T>(body).map(|_| ());
    assert!(read.is_ok(), "{read:?}: {}", String::from_utf8_lossy(body));
}

#[test]
fn the_fullest_and_the_shortest_answer_are_described() {
    let place = LatLng::new(51.5, -0.125).unwrap();
    let short = geolocate::LocateAnswer::at(place, Radii::rising([8.0, 11.0, 16.0, 20.0]));
    is_described::<LocateAnswer>(&geolocate::encode_answer(&short));
    let full = geolocate::LocateAnswer {
        with_uncertainty: true,
        extrapolated: true,
        height: Some(Height { hae_m: 40.0, r68_m: 2.0, r95_m: 4.0 }),
        floor: Some((Floor::new(2).unwrap(), 0.5)),
        fallback: Some("lacf"),
        ..short
    };
    let cell = cairn_ground::CellId::new(cairn_ground::CellRadio::Lte, 262, 1, 42, 7).unwrap();
    let address = cairn_ground::Bssid::parse("00259ccf1cac").unwrap();
    let ids =
        [TransmitterId::Cell(cell), TransmitterId::Wifi(address), TransmitterId::Ble(address)];
    let raw = ids.map(|id| {
        let omit = !matches!(id, TransmitterId::Cell(_));
        Raw { id, place: Some((place, 9.0)), omit, timestamp_ms: Some(1) }
    });
    let body = geolocate::encode_answer_with_raw(&full, &raw);
    let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(value["raw"].as_array().map(Vec::len), Some(3));
    is_described::<LocateAnswer>(&body);
}

#[test]
fn both_shapes_of_a_country_are_described() {
    is_described::<CountryAnswer>(&geolocate::encode_country("GB", "United Kingdom", None));
    is_described::<CountryAnswer>(&geolocate::encode_country("GB", "United Kingdom", Some("ipf")));
}

#[test]
fn every_error_is_described() {
    let details = [
        Details::Absent,
        Details::Decode("no JSON".to_owned()),
        Details::Validation { field: "items", message: "Required".to_owned() },
    ];
    let unread = details.map(|details| PublicError::ParseError { details });
    let why = [
        NoAnswer::NothingHeard,
        NoAnswer::TooFewKnown { known: 1, needed: 2 },
        NoAnswer::Inconsistent { groups: 2 },
    ];
    let lost = why.map(|why| PublicError::NotFound { details: Some(why) });
    let rest = [
        PublicError::KeyInvalid,
        PublicError::DailyLimitExceeded,
        PublicError::TooLarge { bytes_max: 1 },
        PublicError::TooManyRequests { retry_after_s: 1 },
        PublicError::ServiceUnavailable { retry_after_s: 1 },
    ];
    for error in unread.into_iter().chain(lost).chain(rest) {
        is_described::<ErrorAnswer>(&error.body());
    }
}
