//! Tests of the binary protocol: the same query, the same answer and the same report as in JSON.

use super::*;
use crate::errors::{NoAnswer, PublicError};
use crate::geolocate::{self, Height, LocateAnswer};
use crate::geosubmit::{self, Version};
use crate::proto::reader::{Message, Value};
use crate::proto::writer::Writer;
use cairn_ground::{Floor, LatLng, Radii, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, json};

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const SOURCES: [&str; 7] = ["", "gps", "fused", "manual", "query", "survey", "else"];
const RADIOS: [&str; 6] = ["", "gsm", "wcdma", "lte", "nr", "tetra"];

/// An entry whose numbers are in range, at its ends, and beyond; both forms are written from it.
#[derive(Debug, Clone)]
struct Entry {
    list: usize,
    numbers: [Option<i64>; 7],
    radio: usize,
    ssid: Option<&'static str>,
    /// Distance and error of a two-sided range, m.
    range: Option<(Option<f64>, Option<f64>)>,
}

fn entry() -> impl Strategy<Value = Entry> {
    let numbers = prop::array::uniform7(prop::option::weighted(
        0.8,
        prop_oneof![
            -150_i64..600,
            0_i64..70_000,
            Just(2_147_483_647),
            Just(2_437),
            0..1_i64 << 37,
            -4_000_000..4_000_000_i64
        ],
    ));
    let ssid = prop::option::of(prop::sample::select(vec!["", "home", "x_nomap"]));
    let number = || prop::option::weighted(0.8, -20.0..900.0_f64);
    let range = prop::option::of((number(), number()));
    (0..3_usize, numbers, 0..6_usize, ssid, range)
        .prop_map(|(list, numbers, radio, ssid, range)| Entry { list, numbers, radio, ssid, range })
}

/// Names of the JSON, and numbers of the message, of what both hold.
const RADIO_FIELDS: [(&str, u32, bool); 4] =
    [("signalStrength", 2, true), ("age", 3, true), ("frequency", 4, false), ("channel", 5, false)];
const CELL_FIELDS: [(&str, u32, bool); 8] = [
    ("mobileCountryCode", 2, false),
    ("mobileNetworkCode", 3, false),
    ("locationAreaCode", 4, false),
    ("cellId", 5, false),
    ("signalStrength", 6, true),
    ("age", 7, true),
    ("primaryScramblingCode", 8, false),
    ("timingAdvance", 9, false),
];

impl Entry {
    fn write(&self, object: &mut Map<String, serde_json::Value>, message: &mut Writer) {
        let fields: &[_] =
            if self.list == 2 { &CELL_FIELDS } else { &RADIO_FIELDS[..4 - 2 * self.list] };
        if self.list == 2 {
            object.insert("radioType".to_owned(), RADIOS[self.radio].into());
            message.uint(1, if self.radio == 5 { 77 } else { self.radio as u64 });
        } else {
            let address = 0x0200_5e00_0000 + self.numbers[6].unwrap_or(0).unsigned_abs();
            object.insert(
                "macAddress".to_owned(),
                cairn_ground::Bssid::from_u48(address).to_string().into(),
            );
            message.fixed64(1, address);
        }
        if let Some(ssid) = self.ssid.filter(|_| self.list == 0) {
            object.insert("ssid".to_owned(), ssid.into());
            writer::push_text(message, 6, ssid);
        }
        if let Some((distance_m, sigma_m)) = self.range.filter(|_| self.list != 2) {
            let mut range = json!({"type": "TWO_SIDED"});
            message.message(7, |message| {
                for (name, number, value) in [("distance", 1, distance_m), ("accuracy", 2, sigma_m)]
                {
                    let Some(value) = value else { continue };
                    range[name] = value.into();
                    message.double(number, value);
                }
            });
            object.insert("estimatedDistance".to_owned(), range);
        }
        for ((name, number, is_signed), value) in fields.iter().zip(self.numbers.iter().cycle()) {
            let value = if *name == "mobileCountryCode" {
                value.map(|n| if n % 3 == 0 { n } else { 262 })
            } else {
                *value
            };
            let Some(value) = value.filter(|value| *is_signed || *value >= 0) else { continue };
            object.insert((*name).to_owned(), value.into());
            if *is_signed {
                message.signed(*number, value);
            } else {
                message.stated(*number, value.unsigned_abs());
            }
        }
    }
}

/// The lists of the JSON, and the messages, of some entries.
fn lists(entries: &[Entry], first: u32, message: &mut Writer) -> serde_json::Value {
    let mut root = json!({});
    for entry in entries {
        let mut object = Map::new();
        message.message(first + u32::try_from(entry.list).unwrap(), |message| {
            entry.write(&mut object, message);
        });
        let list = ["wifiAccessPoints", "bluetoothBeacons", "cellTowers"][entry.list];
        if root.get(list).is_none() {
            root[list] = json!([]);
        }
        root[list].as_array_mut().unwrap().push(object.into());
    }
    root
}

proptest! {
    #[test]
    fn a_query_is_the_same_in_json_and_as_a_message(
        entries in prop::collection::vec(entry(), 0..12),
        truths in prop::array::uniform4(prop::option::of(any::<bool>())),
        has_section in any::<bool>(),
        radio in 0..6_usize,
    ) {
        let mut message = Writer::default();
        let mut root = lists(&entries, 1, &mut message);
        root["radioType"] = RADIOS[radio].into();
        message.uint(4, if radio == 5 { 9 } else { radio as u64 });
        let [consider_ip, uncertainty, ip, area] = truths;
        if let Some(truth) = consider_ip { root["considerIp"] = truth.into(); message.stated(5, truth.into()); }
        if let Some(truth) = uncertainty { root["uncertainty"] = truth.into(); message.stated(7, truth.into()); }
        if has_section {
            let mut section = json!({});
            message.message(6, |message| {
                if let Some(truth) = ip { section["ipf"] = truth.into(); message.stated(1, truth.into()); }
                if let Some(truth) = area { section["lacf"] = truth.into(); message.stated(2, truth.into()); }
            });
            root["fallbacks"] = section;
        }
        let by_json = geolocate::decode(root.to_string().as_bytes()).unwrap();
        let by_message = decode_query(&message.into_bytes()).unwrap().request;
        prop_assert_eq!(by_json.clone(), by_message);
        let again = decode_query(&encode_query(&by_json.observations, "n")).unwrap();
        prop_assert_eq!((again.request.observations, again.id), (by_json.observations, "n".to_owned()));
    }

    #[test]
    fn a_submission_is_the_same_in_json_and_as_a_message(
        reports in prop::collection::vec((prop::collection::vec(entry(), 0..4), prop::array::uniform8(prop::option::of(-200.0..1_500.0_f64)), 0..7_u64), 1..4),
    ) {
        const NAMES: [&str; 8] = ["latitude", "longitude", "accuracy", "altitude", "altitudeAccuracy", "age", "pressure", "speed"];
        let mut message = Writer::default();
        let mut items = Vec::new();
        for (entries, numbers, source) in &reports {
            let mut item = json!({});
            message.message(1, |message| {
                item = lists(entries, 3, message);
                let word = SOURCES[usize::try_from(*source).unwrap()];
                let mut position = json!({"source": word});
                message.message(2, |message| {
                    for ((name, number), value) in NAMES.iter().zip([1, 2, 3, 11, 5, 6, 7, 8]).zip(numbers) {
                        let Some(value) = *value else { continue };
                        if number == 6 {
                            #[expect(clippy::cast_possible_truncation, reason = "four digits")]
                            message.signed(6, value as i64);
                            position[*name] = value.trunc().into();
                        } else {
                            message.double(number, value);
                            position[*name] = value.into();
                        }
                    }
                    message.uint(10, *source);
                });
                item["position"] = position;
                item["timestamp"] = 1_760_000_000_000_i64.into();
                message.stated(1, 1_760_000_000_000);
            });
            items.push(item);
        }
        let by_json = geosubmit::decode(json!({"items": items}).to_string().as_bytes(), Version::V2, NOW).unwrap();
        let by_message = decode_submission(&message.into_bytes(), NOW).unwrap();
        prop_assert_eq!(&by_json, &by_message);
        let again = decode_submission(&encode_submission(&by_json.reports), NOW);
        if !by_json.reports.is_empty() {
            prop_assert_eq!(again.unwrap().reports, by_json.reports);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _refused_or_not = (decode_query(&bytes), decode_submission(&bytes, NOW));
    }
}

/// The numbers of a message, by the path of their fields.
fn numbers(bytes: &[u8]) -> Vec<(String, f64)> {
    fn walk(message: Message<'_>, path: &str, out: &mut Vec<(String, f64)>) {
        message
            .each(|number, value| {
                let path = format!("{path}.{number}");
                match value {
                    Value::Fixed64(bits) => out.push((path, f64::from_bits(bits))),
                    Value::Varint(n) => out.push((path, f64::from(u32::try_from(n).unwrap()))),
                    Value::Bytes(inner) => walk(inner, &path, out),
                    Value::Fixed32 => {}
                }
                Ok(())
            })
            .unwrap();
    }
    let mut out = Vec::new();
    walk(Message::root(bytes), "", &mut out);
    out
}

#[test]
fn a_place_has_the_numbers_of_the_json_with_its_decimals() {
    let place = LatLng::new(51.123_456_78, -0.1).unwrap();
    let answer = LocateAnswer {
        height: Some(Height { hae_m: 42.06, r68_m: 1.0, r95_m: 2.0 }),
        floor: Some((Floor::new(-1).unwrap(), 0.756)),
        fallback: Some("lacf"),
        ..LocateAnswer::at(place, Radii::rising([1.04, 2.06, 3.0, 4.0]))
    };
    let want = [
        (".1.1", 51.123_456_8),
        (".1.2", -0.1),
        (".1.3", 4.0),
        (".1.4.1", 1.0),
        (".1.4.2", 2.1),
        (".1.4.3", 3.0),
        (".1.4.4", 4.0),
        (".1.5.1", 1.0),
        (".1.5.2", 0.76),
        (".1.6.1", 42.1),
        (".1.6.2", 2.0),
        (".1.7", 2.0),
    ];
    let mut want: Vec<_> = want.into_iter().map(|(path, n)| (path.to_owned(), n)).collect();
    assert_eq!(numbers(&encode_answer(Ok(&answer), "")), want);
    let flagged = LocateAnswer { extrapolated: true, ..answer };
    want.insert(7, (".1.4.5".to_owned(), 1.0));
    assert_eq!(numbers(&encode_answer(Ok(&flagged), "")), want);
}

#[test]
fn a_refusal_has_its_reason_and_its_numbers() {
    let too_few = NoAnswer::TooFewKnown { known: 1, needed: 2 };
    let cases = [
        (
            PublicError::NotFound { details: Some(too_few) },
            vec![(".1", 5.0), (".2", 404.0), (".4", 1.0), (".5", 2.0)],
        ),
        (PublicError::TooLarge { bytes_max: 9 }, vec![(".1", 7.0), (".2", 413.0), (".8", 9.0)]),
        (
            PublicError::TooManyRequests { retry_after_s: 3 },
            vec![(".1", 8.0), (".2", 429.0), (".7", 3.0)],
        ),
        (PublicError::TimedOut, vec![(".1", 10.0), (".2", 408.0)]),
    ];
    for (error, want) in cases {
        let bytes = encode_ended(&error);
        let mut got = Vec::new();
        Message::root(&bytes)
            .each(|_, value| {
                value.message().unwrap().each(|number, value| {
                    got.extend(
                        value
                            .uint()
                            .map(|n| (format!(".{number}"), f64::from(u32::try_from(n).unwrap()))),
                    );
                    Ok(())
                })
            })
            .unwrap();
        assert_eq!(got, want.into_iter().map(|(path, n)| (path.to_owned(), n)).collect::<Vec<_>>());
    }
}

#[test]
fn what_is_broken_is_named_with_its_byte_and_a_stranger_s_field_is_skipped() {
    let whole = encode_query(
        &[cairn_report::Observation::of(cairn_ground::TransmitterId::Wifi(
            cairn_ground::Bssid::from_u48(7),
        ))],
        "me",
    );
    for n in 1..whole.len() {
        // A cut between two fields is a shorter message; every other is noticed.
        let cut = decode_query(&whole[..n]).map_err(|error| error.to_string());
        assert!(
            cut.is_ok() || cut.unwrap_err().contains("no protobuf message at byte"),
            "cut after {n}"
        );
    }
    let group = decode_query(&[0x0a, 2, 0x0b, 0x0c]).unwrap_err().to_string();
    assert!(group.contains("at byte 3"), "inside an entry: {group}");
    let mut more = whole.clone();
    more.extend([0x9a, 0x06, 2, b'h', b'i', 0x0a, 0]);
    let read = decode_query(&more).unwrap();
    assert_eq!(
        (read.id.as_str(), read.request.observations.len(), read.request.refusals.total()),
        ("me", 1, 1)
    );
    assert!(decode_query(b"").unwrap().request.observations.is_empty());
    assert!(decode_submission(b"", NOW).is_err());
}

#[test]
fn a_message_of_many_tiny_entries_keeps_only_what_a_query_may_hold() {
    let mut message = Writer::default();
    for n in 1..=10_000 {
        message.message(1, |entry| entry.fixed64(1, n * 16));
    }
    let request = decode_query(&message.into_bytes()).unwrap().request;
    let max = cairn_report::limits::OBSERVATIONS_PER_REPORT_MAX;
    assert_eq!((request.observations.len(), request.refusals.total()), (max, 10_000 - max as u64));
}
