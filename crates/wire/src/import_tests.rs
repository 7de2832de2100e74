//! Files are kept row by row, and every refusal has its line.

use super::*;
use cairn_ground::TransmitterId;
use cairn_report::{FixSource, limits::OBSERVATIONS_PER_REPORT_MAX};
use proptest::prelude::*;
use std::io::{Cursor, Write as _};

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

#[derive(Debug, Default, PartialEq)]
struct Got {
    reports: Vec<(u64, Report)>,
    refused: Vec<(u64, Reason)>,
    tally: Tally,
}

#[expect(clippy::panic_in_result_fn, reason = "asserts E2 for every file of these tests")]
fn read(bytes: &[u8], name: &str) -> Result<Got, ImportError> {
    let mut got = Got::default();
    let mut sink = |line, what| match what {
        Ok(report) => got.reports.push((line, report)),
        Err(reason) => got.refused.push((line, reason)),
    };
    let tally = read_file(Cursor::new(bytes), name, NOW, &mut sink)?;
    let n_refused = got.refused.iter().filter(|(_, r)| *r < Reason::EntryMalformed).count() as u64;
    assert_eq!(tally.n_rows, tally.n_rows_kept + tally.n_rows_refused, "invariant: E2");
    assert_eq!(tally.n_reports, got.reports.len() as u64);
    assert!(n_refused <= tally.n_rows_refused);
    got.tally = tally;
    Ok(got)
}

fn heard(report: &Report) -> Vec<String> {
    report.observations().iter().map(|o| o.transmitter.to_string()).collect()
}

fn export(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn wigle_rows_of_one_second_and_place_are_one_report() {
    let got = read(include_bytes!("../tests/data/wigle-1.6.csv"), "x").unwrap();
    assert_eq!(got.reports.len(), 2);
    let (line, report) = &got.reports[0];
    let want = ["a8:20:66:00:00:01", "a8:20:66:00:00:02", "a8:20:66:00:00:08"];
    let want = want.map(|address| format!("wifi-{address}"));
    assert_eq!(heard(report), [&want[..], &["ble-c4:be:84:00:00:01".to_owned()]].concat());
    assert_eq!((*line, report.timestamp().ms()), (3, 1_682_944_496_000));
    assert_eq!(report.fix().r68.map(cairn_ground::Meters::get), Some(4.5));
    assert_eq!(report.fix().height_hae_m, Some(40.0));
    assert_eq!(report.observations()[1].frequency_mhz, Some(5_180));
    assert_eq!(heard(&got.reports[1].1), ["lte-262-1-1003-21", "nr-262-901-1003-22"]);
    let mut refused = got.refused.clone();
    refused.sort_unstable();
    let want = [
        (5, Reason::EntryHidden),
        (6, Reason::EntryOptedOut),
        (10, Reason::EntryIdentityImpossible),
        (11, Reason::ReportMalformed),
        (12, Reason::ReportMalformed),
        (13, Reason::ReportPlaceImpossible),
        (14, Reason::ValuePower),
    ];
    assert_eq!(refused, want);
    assert_eq!((got.tally.n_rows, got.tally.n_rows_kept), (12, 6));
}

#[test]
fn wigle_1_4_has_a_channel_for_a_frequency() {
    let got = read(include_bytes!("../tests/data/wigle-1.4.csv"), "x").unwrap();
    let observation = got.reports[0].1.observations()[0];
    assert_eq!((got.refused.len(), observation.frequency_mhz), (0, Some(2_462)));
}

#[test]
fn a_row_of_a_cell_table_is_a_report_by_itself() {
    let text = include_bytes!("../tests/data/cells.csv");
    let got = read(text, "x").unwrap();
    let lines: Vec<_> = got.reports.iter().map(|(line, report)| (*line, heard(report))).collect();
    assert_eq!(lines[0], (2, vec!["gsm-234-30-1001-21".to_owned()]));
    assert_eq!(lines[1], (3, vec!["wcdma-234-30-1002-22".to_owned()]));
    assert_eq!(lines[2], (8, vec!["nr-234-30-1003-68719476735".to_owned()]));
    let fix = got.reports[0].1.fix();
    assert_eq!((fix.place.lat_deg(), fix.place.lng_deg()), (51.5, -0.1));
    assert_eq!(
        (fix.source, fix.r68.map(cairn_ground::Meters::get)),
        (FixSource::Table, Some(1_200.0))
    );
    assert_eq!(got.reports[1].1.fix().r68, None);
    assert_eq!(got.reports[0].1.timestamp().ms(), 1_488_347_104_000);
    let want = [
        (4, Reason::EntryIdentityImpossible),
        (5, Reason::EntryIdentityImpossible),
        (6, Reason::ReportMalformed),
        (7, Reason::ReportPlaceImpossible),
    ];
    assert_eq!(got.refused, want);
    let start = text.iter().position(|b| *b == b'\n').unwrap() + 1;
    let plain = read(&text[start..], "x").unwrap();
    let same = |got: &Got| got.reports.iter().map(|(_, r)| r.clone()).collect::<Vec<_>>();
    assert_eq!(same(&plain), same(&got), "a file without its header reads the same");
}

#[test]
fn a_line_of_json_is_an_item_or_a_submission() {
    let got = read(include_bytes!("../tests/data/reports.jsonl"), "x").unwrap();
    let lines: Vec<_> = got.reports.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 4, 5]);
    let want = [
        (1, Reason::EntryMalformed),
        (3, Reason::ReportMalformed),
        (4, Reason::ReportWithoutPosition),
        (5, Reason::ValuePower),
    ];
    assert_eq!(got.refused, want);
    assert_eq!((got.tally.n_rows, got.tally.n_rows_kept), (5, 3));
}

#[test]
fn the_three_tables_of_an_export_are_joined() {
    let bytes = export(&[
        ("wifis.csv", include_bytes!("../tests/data/wifis.csv")),
        ("cells.csv", include_bytes!("../tests/data/cells_neostumbler.csv")),
        ("beacons.csv", include_bytes!("../tests/data/beacons.csv")),
        ("notes.txt", b"nothing of ours"),
    ]);
    let got = read(&bytes, "x").unwrap();
    assert_eq!(got.reports.len(), 2);
    let (line, report) = &got.reports[0];
    assert_eq!(*line, 2);
    let want = [
        "wifi-a8:20:66:00:00:01",
        "wifi-a8:20:66:00:00:03",
        "ble-c4:be:84:00:00:01",
        "lte-234-30-1003-21",
    ];
    assert_eq!(heard(report), want);
    assert_eq!(report.fix().age.get(), 1_000);
    let ages: Vec<_> = report.observations().iter().map(|o| o.age.get()).collect();
    assert_eq!(ages, [2_100, 2_100, 900, 500]);
    assert_eq!(report.observations()[3].power.map(cairn_ground::Dbm::get), Some(-95.0));
    assert_eq!(got.refused, [(3, Reason::EntryHidden), (4, Reason::ReportMalformed)]);
    assert!(matches!(read(&export(&[("a.txt", b"")]), "x"), Err(ImportError::ZipForeign)));
    let many: Vec<_> = (0..65).map(|n| format!("{n}.csv")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(matches!(read(&export(&many), "x"), Err(ImportError::ZipMembers { .. })));
}

#[test]
fn compression_changes_nothing() {
    let plain: &[u8] = include_bytes!("../tests/data/wigle-1.6.csv");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(plain).unwrap();
    let want = read(plain, "x").unwrap();
    assert_eq!(read(&gzip.finish().unwrap(), "x").unwrap(), want);
    assert_eq!(read(&zstd::encode_all(plain, 3).unwrap(), "x").unwrap(), want);
}

#[test]
fn a_broken_stream_ends_the_reading_and_keeps_what_came_before() {
    let plain = include_bytes!("../tests/data/cells.csv").repeat(500);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let bytes = gzip.finish().unwrap();
    let mut n_reports = 0;
    let mut sink = |_, what: Result<Report, Reason>| n_reports += u32::from(what.is_ok());
    let half = &bytes[..bytes.len() / 2];
    let ended = read_file(Cursor::new(half), "x", NOW, &mut sink);
    assert!(matches!(ended, Err(ImportError::Read { line: 100.., .. })), "{ended:?}");
    assert!(n_reports > 100);
}

#[test]
fn a_line_past_the_cap_costs_itself() {
    let row = "GSM,234,30,1001,21,,-0.1,51.5,1200,5,1,1459692342,1488347104,\n";
    let long = "x".repeat(crate::limits::CSV_LINE_BYTES_MAX + 1);
    let got = read(format!("{row}{long}\n{row}").as_bytes(), "x").unwrap();
    assert_eq!(got.refused, [(2, Reason::ReportMalformed)]);
    assert_eq!(got.reports.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn a_report_past_its_limit_refuses_the_excess_by_name() {
    let mut text = String::from("MAC,SSID,FirstSeen,CurrentLatitude,CurrentLongitude,Type\n");
    for n in 0..OBSERVATIONS_PER_REPORT_MAX + 2 {
        text.extend([format!("a820{n:08x},n,2023-05-01 12:34:56,51.5,-0.1,WIFI\n")]);
    }
    let got = read(text.as_bytes(), "x").unwrap();
    assert_eq!(got.reports[0].1.observations().len(), OBSERVATIONS_PER_REPORT_MAX);
    let over = (OBSERVATIONS_PER_REPORT_MAX as u64 + 2, Reason::EntryOverLimit);
    assert_eq!((got.refused.len(), got.refused[0]), (2, over));
}

#[test]
fn joining_in_bounded_memory_loses_nothing() {
    let mut got = Vec::new();
    let mut sink = |_, what: Result<Report, Reason>| got.push(what.unwrap());
    let mut out = Out { sink: &mut sink, tally: Tally::default(), now: NOW };
    let mut joiner = join::Joiner::new(10);
    for n in 0..25_u64 {
        let mut heard = crate::heard::Hearing::default();
        let address = crate::words::Address(Some(cairn_ground::Bssid::from_u48(n + 1)));
        heard.wifi(crate::field::Field::Value(crate::entry::RawRadio {
            address: crate::field::Field::Value(address),
            ..Default::default()
        }));
        let fix = cairn_report::Fix::at(cairn_ground::LatLng::new(1.0, 2.0).unwrap());
        joiner.take(n, join::Row { timestamp: NOW, fix, heard }, &mut out);
    }
    joiner.finish(&mut out);
    let sizes: Vec<_> = got.iter().map(|report: &Report| report.observations().len()).collect();
    assert_eq!(sizes, [10, 10, 5]);
}

#[test]
fn a_format_is_told_by_content_before_name() {
    let wigle = &include_bytes!("../tests/data/wigle-1.4.csv")[..];
    assert_eq!(sniff(wigle, "cells.csv"), Some(Format::Wigle));
    assert_eq!(sniff(b"\xef\xbb\xbf{\"items\"", ""), Some(Format::GeosubmitLines));
    assert_eq!(sniff(b"radio,mcc", ""), Some(Format::CellsCsv));
    assert_eq!(sniff(b"LTE,234,30,1,2,,1.0,2.0", ""), Some(Format::CellsCsv));
    assert_eq!(sniff(b"PK\x03\x04", ""), Some(Format::NeostumblerZip));
    assert_eq!(sniff(b"mac,lat,lon,alt\n", "wifi.csv"), Some(Format::Microg));
    assert_eq!(sniff(b"mcc,mnc,type,lac,cid,psc,lat,lon,alt\n", ""), Some(Format::Microg));
    assert_eq!(sniff(b"", "a.ndjson.gz"), Some(Format::GeosubmitLines));
    assert_eq!(sniff(b"hello", "hello.txt"), None);
    assert!(matches!(read(b"hello", "hello.txt"), Err(ImportError::UnknownFormat)));
    let no_type = b"WigleWifi-1.4\nMAC,SSID,FirstSeen,CurrentLatitude,CurrentLongitude\n";
    let refused = read(no_type, "x");
    assert!(matches!(refused, Err(ImportError::ColumnMissing { line: 2, column: "Type" })));
}

/// Lines that are no rows of any format.
fn broken_row() -> impl Strategy<Value = String> {
    prop_oneof![Just("\"".to_owned()), Just(",,,,".to_owned()), "[ -~]{0,80}"]
}

proptest! {
    #[test]
    fn a_broken_row_changes_nothing_for_the_rest(row in broken_row(), at in 2_usize..14) {
        // invariant: W2
        prop_assume!(!row.starts_with("WigleWifi"));
        let text = include_str!("../tests/data/wigle-1.6.csv");
        let want = read(text.as_bytes(), "x").unwrap();
        let mut lines: Vec<_> = text.lines().collect();
        lines.insert(at.min(lines.len()), &row);
        let got = read(lines.join("\n").as_bytes(), "x").unwrap();
        let reports = |got: &Got| got.reports.iter().map(|(_, r)| r.clone()).collect::<Vec<_>>();
        prop_assert_eq!(reports(&got), reports(&want));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0_usize..6) {
        // invariant: W1
        let head: [&[u8]; 6] = [
            b"mac,lat,lon,alt\n",
            b"mcc,mnc,type,lac,cid,psc,lat,lon,alt\n",
            b"MAC,SSID,FirstSeen,CurrentLatitude,CurrentLongitude,Type\n",
            b"radio,mcc,net,area,cell,unit,lon,lat\n",
            b"{\"items\"",
            b"PK\x03\x04",
        ];
        drop(read(&[head[kind], &bytes].concat(), "x"));
    }
}

#[test]
fn the_kinds_of_transmitter_all_come_through() {
    let got = read(include_bytes!("../tests/data/wigle-1.6.csv"), "x").unwrap();
    let ids = got.reports.iter().flat_map(|(_, report)| report.observations());
    let kinds: std::collections::BTreeSet<_> = ids
        .map(|observation| match observation.transmitter {
            TransmitterId::Wifi(_) => 0,
            TransmitterId::Ble(_) => 1,
            TransmitterId::Cell(_) => 2,
        })
        .collect();
    assert_eq!(kinds.len(), 3);
}
