//! The decoders under fire, each a plain function that must not panic and checks its laws.
//!
//! To add one: write the function, add a line to [`ALL`], put seeds into `corpus/NAME/`.

use crate::dictionaries::{CSV, JSON, JSON_V0, ZIP};
use crate::{models, volume};
use cairn_ground::Timestamp;
use cairn_journal::codec;
use cairn_radiomap::{RadioMap, Settings};
use cairn_report::limits::{OBSERVATIONS_PER_REPORT_MAX, REPORTS_PER_BATCH_MAX};
use cairn_report::{Reason, Refusals, Report};
use cairn_wire::DecodeError;
use cairn_wire::capped::{Coding, InflateError, inflate};
use cairn_wire::external::Schema;
use cairn_wire::geosubmit::Version;
use cairn_wire::import::{self, Format};
use cairn_wire::limits::{TRACK_IMU_MAX, TRACK_SCANS_MAX};
use cairn_wire::split::Cut;
use cairn_wire::{geolocate, geosubmit, track};
use std::io::Cursor;

/// A decoder under fire.
pub(crate) struct Target {
    /// Its name, which is its corpus folder's name.
    pub(crate) name: &'static str,
    /// Decodes, and asserts what must hold.
    pub(crate) run: fn(&[u8]),
    /// Tokens worth inserting.
    pub(crate) dictionary: &'static [&'static str],
}

/// Every target.
pub(crate) const ALL: &[Target] = &[
    Target { name: "geosubmit", run: |b| geosubmit(Version::V2, b), dictionary: JSON },
    Target { name: "geosubmit_v1", run: |b| geosubmit(Version::V1, b), dictionary: JSON },
    Target { name: "geosubmit_v0", run: |b| geosubmit(Version::V0, b), dictionary: JSON_V0 },
    Target { name: "geolocate", run: geolocate, dictionary: JSON },
    Target { name: "track", run: track, dictionary: JSON },
    Target { name: "geolocate_answer", run: geolocate_answer, dictionary: JSON },
    Target { name: "external", run: external, dictionary: JSON },
    Target { name: "geosubmit_lines", run: |b| read(Format::GeosubmitLines, b), dictionary: JSON },
    Target { name: "wigle", run: |b| read(Format::Wigle, b), dictionary: CSV },
    Target { name: "cells_csv", run: |b| read(Format::CellsCsv, b), dictionary: CSV },
    Target { name: "microg", run: |b| read(Format::Microg, b), dictionary: CSV },
    Target { name: "neostumbler_zip", run: any_file, dictionary: ZIP },
    Target { name: "inflate_gzip", run: |b| bounded(b, Coding::Gzip), dictionary: &[] },
    Target { name: "journal_record", run: journal_record, dictionary: &[] },
    Target { name: "snapshot", run: snapshot, dictionary: &[] },
    Target { name: "snapshot_forged", run: snapshot_forged, dictionary: &[] },
    Target { name: "checkpoint", run: checkpoint, dictionary: &[] },
    Target { name: "forest_file", run: models::forest, dictionary: &[] },
    Target { name: "network_file", run: models::network, dictionary: &[] },
    Target { name: "model_file", run: models::model, dictionary: JSON },
    Target { name: "proto_query", run: volume::query, dictionary: &[] },
    Target { name: "proto_submission", run: |b| volume::submission(b, NOW), dictionary: &[] },
    Target { name: "batch_lines", run: |b| volume::split(Cut::Lines, b), dictionary: JSON },
    Target { name: "batch_messages", run: |b| volume::split(Cut::Messages, b), dictionary: &[] },
    Target { name: "pieces_gzip", run: |b| volume::inflated(Coding::Gzip, b), dictionary: &[] },
    Target { name: "pieces_zstd", run: |b| volume::inflated(Coding::Zstd, b), dictionary: &[] },
    Target { name: "inflate_zstd", run: |b| bounded(b, Coding::Zstd), dictionary: &[] },
];

/// A journal payload: what decodes encodes to the same batch again.
fn journal_record(bytes: &[u8]) {
    if let Ok(batch) = codec::decode(bytes) {
        assert_eq!(codec::decode(&codec::encode(&batch)), Ok(batch), "a batch changed on disk");
    }
}

/// A snapshot file: opened and read whole, or refused.
fn snapshot(bytes: &[u8]) {
    let _believed = cairn_snapshot::fuzz_open(bytes);
}

/// A snapshot file under right checksums, whatever is in it.
fn snapshot_forged(bytes: &[u8]) {
    let _n_believed = cairn_snapshot::fuzz_open_resealed(bytes);
}

/// A map's checkpoint: refused, or exactly the bytes of the map it gives.
fn checkpoint(mut bytes: &[u8]) {
    let original = bytes;
    if let Ok(map) = RadioMap::decode(&mut bytes, Settings::standard()) {
        let mut again = Vec::new();
        assert!(map.encode(&mut again).is_ok_and(|()| again == original), "not canonical");
    }
}

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
/// Cap of the inflating targets: small, so that bombs are cheap to meet.
const CAP: usize = 1 << 20;

fn geosubmit(version: Version, bytes: &[u8]) {
    let Ok(decoded) = geosubmit::decode(bytes, version, NOW) else { return };
    let n_refused = refused_reports(&decoded.refusals);
    assert_eq!(decoded.n_items as u64, decoded.reports.len() as u64 + n_refused, "E2");
    assert!(decoded.reports.len() <= REPORTS_PER_BATCH_MAX, "the limit of a batch");
    decoded.reports.iter().for_each(check);
    let written = geosubmit::encode(&decoded.reports);
    let again = geosubmit::decode(&written, Version::V2, NOW).map_err(|e| e.to_string());
    let again = again.map(|again| (again.reports, again.refusals.total()));
    assert_eq!(again, Ok((decoded.reports, 0)), "decode(encode(x)) = x");
}

/// Refusals of whole reports.
pub(crate) fn refused_reports(refusals: &Refusals) -> u64 {
    refusals.iter().filter(|(r, _)| *r <= Reason::ReportOverLimit).map(|(_, n)| n).sum()
}

fn check(report: &Report) {
    let observations = report.observations();
    assert!((1..=OBSERVATIONS_PER_REPORT_MAX).contains(&observations.len()), "R2");
    assert!(observations.is_sorted_by(|a, b| a.transmitter < b.transmitter), "R2");
}

fn geolocate(bytes: &[u8]) {
    let said = |asked: Result<_, DecodeError>| asked.map_err(|why| why.to_string());
    let asked = said(geolocate::decode(bytes));
    assert_eq!(asked, said(geolocate::decode_carefully(bytes)), "both readers say the same");
    let Ok(query) = asked else { return };
    assert!(query.observations.len() <= OBSERVATIONS_PER_REPORT_MAX, "the limit of a query");
    assert!(query.areas.is_sorted_by(|a, b| a < b), "each area once");
    for body in Schema::ALL.iter().filter_map(|schema| schema.encode(&query, "token")) {
        assert!(geolocate::decode(&body).is_ok(), "a query to others is JSON");
    }
    let again = geolocate::decode(&geolocate::encode_request(&query.observations));
    let again = again.map(|again| again.observations).map_err(|e| e.to_string());
    assert_eq!(again, Ok(query.observations), "decode(encode(x)) = x");
}

fn track(bytes: &[u8]) {
    let Ok(request) = track::decode(bytes) else { return };
    assert!(request.scans.len() <= TRACK_SCANS_MAX && request.imu.len() <= TRACK_IMU_MAX);
    assert!(request.imu.is_sorted_by_key(|sample| sample.at));
    for scan in request.scans.iter().flatten() {
        assert!(scan.observations.len() <= OBSERVATIONS_PER_REPORT_MAX);
    }
}

fn geolocate_answer(bytes: &[u8]) {
    let Some(answer) = geolocate::decode_answer(bytes) else { return };
    let written = geolocate::encode_answer(&answer);
    let again = geolocate::decode_answer(&written).map(|again| geolocate::encode_answer(&again));
    assert_eq!(again, Some(written), "encode(decode(x)) = x for what we wrote");
}

/// An answer of another service: refused, or one that we can write and read.
fn external(bytes: &[u8]) {
    for answer in Schema::ALL.iter().filter_map(|schema| schema.decode(bytes).ok()) {
        let again = geolocate::decode_answer(&geolocate::encode_answer(&answer));
        assert!(again.is_some(), "an answer that cannot be written");
    }
}

fn read(format: Format, bytes: &[u8]) {
    let mut seen = Seen::default();
    let mut bytes = bytes;
    let done = import::read_text(format, &mut bytes, NOW, &mut |_, what| seen.take(&what));
    if let Ok(tally) = done {
        seen.balance(&tally);
    }
}

fn any_file(bytes: &[u8]) {
    let mut seen = Seen::default();
    let done = import::read_file(Cursor::new(bytes), "", NOW, &mut |_, what| seen.take(&what));
    if let Ok(tally) = done {
        seen.balance(&tally);
    }
}

/// What an importer's sink saw.
#[derive(Default)]
struct Seen {
    n_reports: u64,
    n_refused: u64,
}

impl Seen {
    fn take(&mut self, what: &Result<Report, Reason>) {
        match what {
            Ok(report) => {
                check(report);
                self.n_reports += 1;
            }
            Err(reason) => self.n_refused += u64::from(*reason < Reason::ValuePower),
        }
    }

    fn balance(&self, tally: &import::Tally) {
        assert_eq!(tally.n_rows, tally.n_rows_kept + tally.n_rows_refused, "E2");
        assert_eq!(tally.n_reports, self.n_reports, "every report reached the sink");
        assert!(tally.n_rows_refused <= self.n_refused, "every refused row gave its reason");
        assert!(tally.n_reports <= tally.n_rows_kept, "no report without a row");
    }
}

fn bounded(bytes: &[u8], coding: Coding) {
    match inflate(bytes, coding, CAP) {
        Ok(out) => assert!(out.len() <= CAP && out.capacity() <= CAP, "W1"),
        Err(InflateError::Bomb { cap }) => assert_eq!(cap, CAP),
        Err(_) => {}
    }
}
