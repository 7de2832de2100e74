//! What we write prost reads, and what prost writes we read, to the same values.

#![expect(clippy::unwrap_used, reason = "a test that cannot read has failed")]

mod messages;
mod query;

use cairn_ground::{
    AgeMs, Bssid, CellId, CellRadio, Dbm, LatLng, Meters, Radii, RttRange, Timestamp, TransmitterId,
};
use cairn_report::{Fix, Observation, Report};
use cairn_wire::errors::{NoAnswer, PublicError};
use cairn_wire::geolocate::LocateAnswer;
use cairn_wire::proto;
use messages::{LocateBatchResponse, LocateResponse, SubmitRequest, SubmitResponse};
use proptest::prelude::*;
use prost::Message as _;
use query::LocateRequest;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

/// A transmitter heard, as any client may have heard it.
fn observation() -> impl Strategy<Value = Observation> {
    let wifi = (1..1_u64 << 40).prop_map(|n| TransmitterId::Wifi(Bssid::from_u48(n)));
    let ble = (1..1_u64 << 40).prop_map(|n| TransmitterId::Ble(Bssid::from_u48(n)));
    let cell = (1..60_000_u32, 1..1_u64 << 28, prop::option::of(0..999_u32)).prop_map(
        |(area, cell, mnc)| {
            let radio = CellRadio::Lte;
            TransmitterId::Cell(match mnc {
                Some(mnc) => CellId::new(radio, 262, mnc, area, cell).unwrap(),
                None => CellId::of_unknown_network(radio, 262, area, cell).unwrap(),
            })
        },
    );
    let id = prop_oneof![wifi, ble, cell];
    let range = prop::option::of((0.0..800.0_f64, 0.0..30.0_f64));
    (id, prop::option::of(-90..-50_i16), -3_600_000..=3_600_000_i64, range).prop_map(
        |(id, dbm, age_ms, range)| Observation {
            power: dbm.and_then(|dbm| Dbm::new(f32::from(dbm)).ok()),
            age: AgeMs::new(age_ms).unwrap(),
            timing_advance: range
                .filter(|_| !id.kind().is_cell())
                .and_then(|(m, sigma_m)| {
                    RttRange::new(Meters::new(m).ok()?, Meters::new(sigma_m).ok())
                })
                .map(RttRange::code),
            ..Observation::of(id)
        },
    )
}

/// Some of them, each transmitter once and in order.
fn report() -> impl Strategy<Value = Report> {
    let place = (-90.0..=90.0_f64, -179.0..=179.0_f64);
    let others = (
        prop::option::of(0.5..1_000.0_f64),
        prop::option::of(-100.0..3_000.0_f32),
        -600_000..600_000_i64,
    );
    (place, others, prop::collection::vec(observation(), 1..20)).prop_map(
        |((lat, lng), (r68_m, height, age_ms), heard)| {
            let fix = Fix {
                r68: r68_m.and_then(|m| Meters::new(m).ok()),
                height_hae_m: height,
                age: AgeMs::new(age_ms).unwrap(),
                ..Fix::at(LatLng::new(lat, lng).unwrap())
            };
            Report::new(Timestamp::from_ms(1_760_000_000_123), fix, heard).unwrap()
        },
    )
}

proptest! {
    #[test]
    fn a_query_survives_prost(report in report(), id in "[a-zé]{0,20}") {
        let heard = report.observations();
        let ours = proto::encode_query(heard, &id);
        let theirs = LocateRequest::decode(&ours[..]).unwrap();
        prop_assert_eq!(theirs.wifi.len() + theirs.bluetooth.len() + theirs.cells.len(), heard.len());
        prop_assert_eq!((&theirs.id, theirs.consider_ip, theirs.uncertainty), (&id, Some(false), true));
        let again = proto::decode_query(&theirs.encode_to_vec()).unwrap();
        prop_assert_eq!((&again.request.observations[..], &again.id), (heard, &id));
        prop_assert_eq!(again.request.refusals.total(), 0);
    }

    #[test]
    fn a_submission_survives_prost(reports in prop::collection::vec(report(), 1..5)) {
        let ours = proto::encode_submission(&reports);
        let theirs = SubmitRequest::decode(&ours[..]).unwrap();
        let decoded = proto::decode_submission(&theirs.encode_to_vec(), NOW).unwrap();
        prop_assert_eq!((decoded.reports, decoded.refusals.total()), (reports, 0));
    }

    #[test]
    fn whatever_prost_can_read_we_can_read_too(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        // Not the other way round: a text that is not UTF-8, or a field of another wire type, costs us itself.
        if LocateRequest::decode(&bytes[..]).is_ok_and(|it| it.id.chars().count() <= 128) {
            let ours = proto::decode_query(&bytes);
            prop_assert!(ours.is_ok() || has_group(&bytes), "{ours:?}");
        }
    }

    #[test]
    fn a_place_is_read_by_prost(lat in -90.0..90.0_f64, lng in -180.0..180.0_f64, r95_m in 0.0..1e6_f64) {
        let place = LatLng::new(lat, lng).unwrap();
        let answer = LocateAnswer { fallback: Some("ipf"), ..LocateAnswer::at(place, Radii::rising([r95_m; 4])) };
        let theirs = LocateResponse::decode(&proto::encode_answer(Ok(&answer), "x")[..]).unwrap();
        let told = theirs.place.unwrap();
        prop_assert!((told.lat_deg - lat).abs() < 6e-8 && (told.lng_deg - lng).abs() < 6e-8);
        prop_assert!((told.r95_m - r95_m).abs() < 0.051);
        prop_assert_eq!((told.fallback, theirs.error, theirs.id.as_str()), (1, None, "x"));
    }
}

#[test]
fn tiny_entries_would_take_thirty_times_their_bytes_as_structs() {
    // Why messages are read by hand (docs/decisions): of these, ours keeps 512.
    let sent = [0x0a, 0].repeat(100_000);
    let theirs = LocateRequest::decode(&sent[..]).unwrap();
    let held = theirs.wifi.capacity() * size_of_val(&theirs.wifi[0]);
    assert!(held > 30 * sent.len(), "{held} bytes of {}", sent.len());
    let ours = proto::decode_query(&sent).unwrap().request;
    assert_eq!((ours.observations.capacity(), ours.refusals.total()), (0, 100_000));
}

/// Groups are refused by us and skipped by prost.
fn has_group(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| matches!(byte & 7, 3 | 4))
}

#[test]
fn refusals_and_the_ends_of_batches_are_read_by_prost() {
    let details = Some(NoAnswer::TooFewKnown { known: 1, needed: 2 });
    let refused = proto::encode_answer(Err(&PublicError::NotFound { details }), "");
    let mut batch = Vec::new();
    proto::push_answer(&mut batch, &refused);
    proto::push_answer(&mut batch, &refused);
    batch.extend(proto::encode_ended(&PublicError::TimedOut));
    let batch = LocateBatchResponse::decode(&batch[..]).unwrap();
    let error = batch.answers[1].error.as_ref().unwrap();
    assert_eq!((error.reason, error.code, error.known, error.needed), (5, 404, 1, 2));
    assert_eq!(batch.ended.map(|why| (why.reason, why.code)), Some((10, 408)));
    let taken = SubmitResponse::decode(&proto::encode_taken(3, 0)[..]).unwrap();
    assert_eq!((taken.kept, taken.refused), (3, 0));
}
