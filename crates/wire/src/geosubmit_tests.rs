//! A submission is kept item by item: what is broken costs itself.

use super::*;
use cairn_ground::{
    AgeMs, Bssid, CellId, CellRadio, Dbm, Floor, LatLng, Meters, TransmitterId, is_known_mcc,
};
use cairn_report::{Fix, FixSource, Observation};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const GOOD: &str = r#"{"timestamp": 1600000000000,
    "position": {"latitude": 51.5, "longitude": -0.1, "accuracy": 8.0, "source": "gps"},
    "wifiAccessPoints": [{"macAddress": "a8:20:66:00:00:01", "signalStrength": -60}]}"#;

fn items(items: &[&str]) -> Decoded {
    let body = format!("{{\"items\": [{}]}}", items.join(","));
    decode(body.as_bytes(), Version::V2, NOW).unwrap()
}

fn only(reason: Reason) -> Refusals {
    let mut refusals = Refusals::default();
    refusals.add(reason);
    refusals
}

#[test]
fn a_real_item_is_read_field_by_field() {
    let body = include_bytes!("../tests/data/neostumbler_item.json");
    let decoded = decode(body, Version::V2, NOW).unwrap();
    assert_eq!((decoded.n_items, decoded.refusals.total()), (1, 0));
    let report = &decoded.reports[0];
    let fix = report.fix();
    assert_eq!(report.timestamp().ms(), 1_600_000_000_123);
    assert_eq!(fix.place, LatLng::new(51.5, -0.1).unwrap());
    assert_eq!(fix.r68, Meters::new(3.79).ok());
    assert_eq!((fix.age.get(), fix.source), (1_234, FixSource::Gnss));
    assert_eq!((fix.height_hae_m, fix.pressure_hpa), (Some(25.5), Some(1_008.1)));
    assert_eq!((fix.speed_m_s, fix.floor), (Some(1.2), Floor::new(2).ok()));
    let heard: Vec<_> = report.observations().iter().map(|o| o.transmitter.to_string()).collect();
    assert_eq!(
        heard,
        ["wifi-a8:20:66:00:21:f7", "ble-c4:be:84:00:22:1c", "nr-262-1-70000-68719476735"]
    );
    assert_eq!(report.observations()[0].age.get(), 2_100);
    assert_eq!(report.observations()[0].frequency_mhz, Some(2_437));
}

#[test]
fn each_broken_item_has_its_reason_and_costs_no_neighbour() {
    let table = [
        ("5", Reason::ReportMalformed),
        ("null", Reason::ReportMalformed),
        ("[]", Reason::ReportMalformed),
        (
            r#"{"wifiAccessPoints": [{"macAddress": "a82066000001"}]}"#,
            Reason::ReportWithoutPosition,
        ),
        (r#"{"position": null}"#, Reason::ReportWithoutPosition),
        (r#"{"position": {"accuracy": 16.0}}"#, Reason::ReportWithoutPosition),
        (r#"{"position": 5}"#, Reason::ReportPlaceImpossible),
        (r#"{"position": {"latitude": 91, "longitude": 0}}"#, Reason::ReportPlaceImpossible),
        (r#"{"position": {"latitude": "x", "longitude": 0}}"#, Reason::ReportPlaceImpossible),
        (r#"{"position": {"latitude": NaN, "longitude": 0}}"#, Reason::ReportPlaceImpossible),
        (r#"{"position": {"latitude": 1e400, "longitude": 0}}"#, Reason::ReportPlaceImpossible),
        (r#"{"position": {"latitude": 1, "longitude": 0}}"#, Reason::ReportWithoutTransmitters),
    ];
    let alone = items(&[GOOD, GOOD]);
    for (bad, reason) in table {
        let decoded = items(&[GOOD, bad, GOOD]);
        assert_eq!(decoded.reports, alone.reports, "{bad}");
        assert_eq!(decoded.refusals, only(reason), "{bad}");
        assert_eq!(decoded.n_items, 3);
    }
}

#[test]
fn each_broken_entry_has_its_reason_and_costs_no_neighbour() {
    let table = [
        ("5", Reason::EntryMalformed),
        (r#"{"macAddress": 10}"#, Reason::EntryMalformed),
        (r#"{"macAddress": null}"#, Reason::EntryIdentityImpossible),
        (r#"{"macAddress": "zz"}"#, Reason::EntryIdentityImpossible),
        (r#"{"macAddress": "a82066000002", "ssid": ""}"#, Reason::EntryHidden),
        (r#"{"macAddress": "a82066000002", "ssid": "x_NOMAP"}"#, Reason::EntryOptedOut),
    ];
    for (bad, reason) in table {
        let with = GOOD.replace("[{", &format!("[{bad}, {{"));
        let decoded = items(&[&with]);
        assert_eq!(decoded.reports, items(&[GOOD]).reports, "{bad}");
        assert_eq!(decoded.refusals, only(reason), "{bad}");
    }
    let all_hidden = GOOD.replace("\"signalStrength\": -60", "\"ssid\": \"\"");
    let decoded = items(&[&all_hidden]);
    assert_eq!(decoded.refusals.count(Reason::ReportWithoutTransmitters), 1);
    assert_eq!(decoded.refusals.count(Reason::EntryHidden), 1);
}

#[test]
fn null_lists_are_missing_and_other_lists_are_refused_once() {
    let with = GOOD.replace("\"timestamp\"", "\"cellTowers\": null, \"timestamp\"");
    assert_eq!(items(&[&with]), items(&[GOOD]));
    let with = GOOD.replace("\"timestamp\"", "\"cellTowers\": \"none\", \"timestamp\"");
    assert_eq!(items(&[&with]).refusals, only(Reason::EntryMalformed));
}

#[test]
fn a_body_that_is_no_submission_says_what_and_where() {
    let refused = |body: &[u8]| decode(body, Version::V2, NOW).unwrap_err().to_string();
    assert!(refused(b"{\"items\": [}").contains("line 1 column 12 (byte 11)"));
    assert!(refused(b"").contains("empty"));
    assert!(refused(b"[1]").contains("not a JSON object"));
    assert!(refused(b"{}").contains("no \"items\""));
    assert!(refused(b"{\"items\": null}").contains("no \"items\""));
    assert!(refused(b"{\"items\": {}}").contains("not a list"));
    assert!(refused(b"{\"items\": []} x").contains("byte 14"));
    assert!(refused(b"{\"items\": [\"\xff\"]}").contains("byte 12 is not UTF-8"));
    assert!(refused(b"\xef\xbb\xbf{\"items\": []}").contains("byte 0"));
    let deep =
        format!("{{\"items\": [{{\"wifiAccessPoints\": {}", "[{\"position\":".repeat(99_999));
    assert!(decode(deep.as_bytes(), Version::V2, NOW).is_err());
    assert_eq!(decode(b" {\"items\": []} ", Version::V2, NOW).unwrap(), Decoded::default());
}

#[test]
fn items_past_the_limit_are_refused_by_name_and_the_rest_kept() {
    for (n, excess) in [(REPORTS_PER_BATCH_MAX, 0), (REPORTS_PER_BATCH_MAX + 2, 2)] {
        let decoded = items(&vec![GOOD; n]);
        assert_eq!(decoded.reports.len(), REPORTS_PER_BATCH_MAX);
        assert_eq!(decoded.refusals.count(Reason::ReportOverLimit), excess);
        assert_eq!(decoded.n_items, n);
    }
}

#[test]
fn a_time_that_cannot_be_is_now() {
    for (time, want, refused) in [
        ("1600000000000", 1_600_000_000_000, 0),
        ("\"1600000000000\"", 1_600_000_000_000, 0),
        ("1000000000000", NOW.ms(), 1),
        ("10000000000000", NOW.ms(), 1),
        ("\"soon\"", NOW.ms(), 1),
        ("null", NOW.ms(), 0),
    ] {
        let decoded = items(&[&GOOD.replace("1600000000000", time)]);
        assert_eq!(decoded.reports[0].timestamp().ms(), want, "{time}");
        assert_eq!(decoded.refusals.total(), refused, "{time}");
    }
}

#[test]
fn values_out_of_range_are_dropped_and_the_fix_stays() {
    let odd = r#""accuracy": -1, "altitude": 1e9, "age": 4000000, "pressure": 99, "speed": 301,
        "floor": 1.5, "source": 7"#;
    let decoded = items(&[&GOOD.replace("\"accuracy\": 8.0, \"source\": \"gps\"", odd)]);
    let place = LatLng::new(51.5, -0.1).unwrap();
    assert_eq!(*decoded.reports[0].fix(), Fix::at(place));
    assert_eq!(decoded.refusals.count(Reason::ValueOther), 6);
    assert_eq!(decoded.refusals.count(Reason::ValueAge), 1);
    let zero = items(&[&GOOD.replace("8.0", "0")]);
    assert_eq!((zero.reports[0].fix().r68, zero.refusals.total()), (None, 0));
}

#[test]
fn a_key_written_twice_counts_once() {
    let twice = r#"{"items": 5, "items": [], "items": [{}]}"#;
    let decoded = decode(twice.as_bytes(), Version::V2, NOW).unwrap();
    assert_eq!((decoded.n_items, decoded.refusals.total()), (1, 1));
}

fn transmitter() -> impl Strategy<Value = TransmitterId> {
    let address = (1_u64..0xffff_ffff_ffff).prop_map(Bssid::from_u48);
    let address = address.prop_filter("usable", |address| address.is_usable());
    let radio = prop_oneof![Just(CellRadio::Wcdma), Just(CellRadio::Lte), Just(CellRadio::Nr)];
    let mcc = (200_u16..=999).prop_filter("assigned", |mcc| is_known_mcc(*mcc));
    let cell = (radio, mcc, 0_u32..=1_050, 1_u32..=65_533, 1_u64..=0x0fff_ffff);
    prop_oneof![
        address.clone().prop_map(TransmitterId::Wifi),
        address.prop_map(TransmitterId::Ble),
        cell.prop_map(|(radio, mcc, mnc, area, cell)| {
            TransmitterId::Cell(match mnc {
                0..1_000 => CellId::new(radio, mcc.into(), mnc, area, cell).unwrap(),
                _ => CellId::of_unknown_network(radio, mcc.into(), area, cell).unwrap(),
            })
        }),
    ]
}

fn observation() -> impl Strategy<Value = Observation> {
    let power = proptest::option::of(-100.0_f32..=-43.0);
    let mhz = proptest::option::of(2_400_u16..=7_125);
    let hints = (proptest::option::of(0_u16..=503), proptest::option::of(0_u16..=1_282));
    let all = (transmitter(), power, -3_600_000_i64..=3_600_000, mhz, hints);
    all.prop_map(|(id, power, age, mhz, (unit, steps))| {
        let radio = match id {
            TransmitterId::Cell(cell) => Some(cell.radio()),
            TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
        };
        Observation {
            unit: unit.filter(|_| radio.is_some()),
            timing_advance: steps.filter(|_| radio.is_some_and(|r| r != CellRadio::Wcdma)),
            transmitter: id,
            power: power.map(|dbm| Dbm::new(dbm).unwrap()),
            age: AgeMs::new(age).unwrap(),
            frequency_mhz: mhz.filter(|_| matches!(id, TransmitterId::Wifi(_))),
        }
    })
}

pub(crate) fn report() -> impl Strategy<Value = Report> {
    use proptest::option::of;
    let place = (-90.0_f64..=90.0, -180.0_f64..=180.0);
    let values =
        (of(0.001_f64..1e6), of(0.0_f32..=300.0), of(-9e3_f32..=9e4), of(100.0_f32..=1.2e3));
    let height_r68 = of(0.1_f32..=1e4);
    let source = (0_u8..5).prop_map(|n| FixSource::from_number(n).unwrap());
    let rest = (of(-20_i32..=120), source, -3_600_000_i64..=3_600_000, height_r68);
    let heard = proptest::collection::vec(observation(), 1..9);
    (1_000_000_000_001_i64..10_000_000_000_000, place, values, rest, heard).prop_map(
        |(
            ms,
            (lat, lng),
            (r68, speed, height, pressure),
            (floor, source, age, height_r68_m),
            heard,
        )| {
            let fix = Fix {
                r68: r68.map(|m| Meters::new(m).unwrap()),
                age: AgeMs::new(age).unwrap(),
                speed_m_s: speed,
                height_hae_m: height,
                height_r68_m,
                pressure_hpa: pressure,
                floor: floor.map(|level| Floor::new(level).unwrap()),
                source,
                ..Fix::at(LatLng::new(lat, lng).unwrap())
            };
            Report::new(Timestamp::from_ms(ms), fix, heard).unwrap()
        },
    )
}

/// Broken items of every kind.
fn broken() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "null",
        "true",
        "[[]]",
        "{}",
        "1e999",
        "\"\\ud800\"",
        "{\"items\": [1]}",
        "{\"position\": {\"latitude\": -Infinity}, \"cellTowers\": [{}, 1, NaN]}",
    ])
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded_to_the_same_bits(
        reports in proptest::collection::vec(report(), 0..5),
    ) {
        let decoded = decode(&encode(&reports), Version::V2, NOW).unwrap();
        prop_assert_eq!(decoded.refusals.total(), 0);
        prop_assert_eq!(decoded.reports, reports);
    }

    #[test]
    fn a_broken_neighbour_changes_nothing(
        reports in proptest::collection::vec(report(), 1..4), bad in broken(), at in 0_usize..4,
    ) {
        // invariant: W2
        let mut texts: Vec<String> = reports
            .iter()
            .map(|report| {
                let body = String::from_utf8(encode(std::slice::from_ref(report))).unwrap();
                let item = body.strip_prefix("{\"items\":[").and_then(|s| s.strip_suffix("]}"));
                item.unwrap().to_owned()
            })
            .collect();
        texts.insert(at.min(texts.len()), bad.to_owned());
        let body = format!("{{\"items\":[{}]}}", texts.join(","));
        let decoded = decode(body.as_bytes(), Version::V2, NOW).unwrap();
        prop_assert_eq!(&decoded.reports, &reports);
        prop_assert_eq!(decoded.n_items, reports.len() + 1);
    }

    #[test]
    fn no_bytes_panic_and_items_are_conserved(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        // invariant: W1, E2
        let heads: [&[u8]; 4] = [
            b"",
            b"{\"items\":[{\"position\":{\"latitude\":1,",
            b"{\"items\":[{\"latitude\":1,",
            b"{\"items\":[{\"lat\":1,\"time\":",
        ];
        for (version, head) in Version::ALL.into_iter().flat_map(|v| heads.map(|head| (v, head))) {
            drop(decode(&[head, &bytes].concat(), version, NOW));
        }
    }
}
