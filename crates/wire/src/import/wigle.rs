//! `WiGLE` CSV 1.4 and 1.6: one network per row.
//!
//! Columns are found by name (1.4 lacks `Frequency`, `RCOIs`, `MfgrId`). `AltitudeMeters` is what Android states:
//! metres above the ellipsoid, and 0 where it states none.

use super::join::{Joiner, Row};
use super::lines::{Fields, Line, Lines, text};
use super::row::{Columns, value};
use super::{ImportError, Out};
use crate::entry::{RawCell, RawRadio};
use crate::field::{Field, Scalar as _};
use crate::heard::Hearing;
use crate::limits::{CSV_LINE_BYTES_MAX, JOIN_NEAR_READINGS_MAX};
use crate::place::{RawFix, instant};
use crate::time::ms_from_text;
use crate::words::Wish;
use cairn_ground::CellRadio;
use cairn_report::{Reason, Refusals};
use std::io::BufRead;

struct Layout {
    mac: usize,
    ssid: usize,
    first_seen: usize,
    channel: usize,
    frequency: usize,
    rssi: usize,
    lat: usize,
    lng: usize,
    accuracy: usize,
    altitude: usize,
    kind: usize,
    n: usize,
}

impl Layout {
    fn of(columns: &Columns, line: u64) -> Result<Self, ImportError> {
        Ok(Self {
            mac: columns.need("MAC", line)?,
            ssid: columns.need("SSID", line)?,
            first_seen: columns.need("FirstSeen", line)?,
            channel: columns.find("Channel"),
            frequency: columns.find("Frequency"),
            rssi: columns.find("RSSI"),
            lat: columns.need("CurrentLatitude", line)?,
            lng: columns.need("CurrentLongitude", line)?,
            accuracy: columns.find("AccuracyMeters"),
            altitude: columns.find("AltitudeMeters"),
            kind: columns.need("Type", line)?,
            n: columns.len(),
        })
    }
}

pub(super) fn read(from: &mut dyn BufRead, out: &mut Out<'_, '_>) -> Result<(), ImportError> {
    let mut lines = Lines::new(from, CSV_LINE_BYTES_MAX);
    let Some(layout) = header(&mut lines)? else { return Ok(()) };
    let mut joiner = Joiner::new(JOIN_NEAR_READINGS_MAX);
    loop {
        let number = lines.number() + 1;
        let line = match lines.next() {
            Ok(None) => break,
            Ok(Some(Line::TooLong)) => {
                out.row_refused(number, Reason::ReportMalformed);
                continue;
            }
            Ok(Some(Line::Whole(line))) => text(line),
            Err(broken) => {
                joiner.finish(out);
                return Err(broken);
            }
        };
        if line.trim().is_empty() || line.starts_with("WigleWifi") {
            continue;
        }
        match row(&line, &layout, out) {
            Ok(row) => joiner.take(number, row, out),
            Err(reason) => out.row_refused(number, reason),
        }
    }
    joiner.finish(out);
    Ok(())
}

/// Skips the line of the app and reads the line of the columns; `None` for an empty file.
fn header(lines: &mut Lines<'_>) -> Result<Option<Layout>, ImportError> {
    loop {
        let number = lines.number() + 1;
        match lines.next()? {
            None => return Ok(None),
            Some(Line::Whole(line)) if line.starts_with(b"WigleWifi") => {}
            Some(Line::Whole(line)) if line.trim_ascii().is_empty() => {}
            Some(Line::Whole(line)) => {
                let line = text(line);
                let missing = ImportError::ColumnMissing { line: number, column: "MAC" };
                let columns = Columns::of(&Fields::of(&line).ok_or(missing)?);
                return Layout::of(&columns, number).map(Some);
            }
            Some(Line::TooLong) => {
                return Err(ImportError::ColumnMissing { line: number, column: "MAC" });
            }
        }
    }
}

/// A height; 0 is no height.
fn height(stated_m: Field<f64>) -> Field<f64> {
    if stated_m == Field::Value(0.0) { Field::Missing } else { stated_m }
}

fn row(line: &str, layout: &Layout, out: &Out<'_, '_>) -> Result<Row, Reason> {
    let fields = Fields::of(line).ok_or(Reason::ReportMalformed)?;
    // A comma too many (an unquoted name) or a cut row: the columns no longer say what they hold.
    if fields.len() != layout.n {
        return Err(Reason::ReportMalformed);
    }
    let raw = RawFix {
        lat_deg: value(&fields, layout.lat),
        lng_deg: value(&fields, layout.lng),
        r68_m: value(&fields, layout.accuracy),
        height_hae_m: height(value(&fields, layout.altitude)),
        ..RawFix::default()
    };
    let mut heard = Hearing::default();
    let mut refusals = Refusals::default();
    let fix = raw.fix(&mut refusals)?;
    let timestamp = instant(ms_from_text(fields.get(layout.first_seen)), out.now, &mut refusals);
    listen(&fields, layout, &mut heard);
    heard.refusals.merge(&refusals);
    Ok(Row { timestamp, fix, heard })
}

fn listen(fields: &Fields<'_>, layout: &Layout, heard: &mut Hearing) {
    let kind = fields.get(layout.kind).trim().to_ascii_uppercase();
    let radio = RawRadio {
        address: value(fields, layout.mac),
        wish: Wish::from_text(fields.get(layout.ssid)),
        power_dbm: value(fields, layout.rssi),
        ..RawRadio::default()
    };
    match kind.as_str() {
        "WIFI" => {
            let (frequency_mhz, channel) =
                (value(fields, layout.frequency), value(fields, layout.channel));
            heard.wifi(Field::Value(RawRadio { frequency_mhz, channel, ..radio }));
        }
        "BT" | "BLE" => heard.ble(Field::Value(radio)),
        other => {
            let power_dbm = value(fields, layout.rssi);
            heard.cell(Field::Value(RawCell { power_dbm, ..cell(other, fields.get(layout.mac)) }));
        }
    }
}

/// `mcc+mnc_lac_cid`: three digits of country, the rest of the first part is the network.
fn cell(kind: &str, key: &str) -> RawCell {
    let radio = match CellRadio::from_text(kind) {
        Field::Missing => Field::Wrong,
        said => said,
    };
    let mut parts = key.trim().split('_');
    let mut next = || parts.next().unwrap_or_default();
    let (operator, area, cell) = (next(), next(), next());
    let (mcc, mnc) = operator.split_at_checked(3).unwrap_or((operator, ""));
    RawCell {
        radio,
        mcc: f64::from_text(mcc),
        mnc: f64::from_text(mnc),
        area: f64::from_text(area),
        cell: f64::from_text(cell),
        ..RawCell::default()
    }
}
