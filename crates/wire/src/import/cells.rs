//! Ichnaea's and `OpenCelliD`'s tables of cells: one cell per row, which is a report by itself.
//!
//! The place is the table's estimate, so the fix says [`FixSource::Table`]; `range` stands for its
//! radius when it is not 0, and `updated` is the instant.

use super::lines::{Fields, each_line, text};
use super::row::{Columns, value};
use super::{ImportError, Out};
use crate::entry::RawCell;
use crate::field::{Field, Scalar as _};
use crate::heard::{Heard, Hearing};
use crate::limits::CSV_LINE_BYTES_MAX;
use crate::place::{RawFix, instant};
use cairn_ground::CellRadio;
use cairn_report::{Fix, FixSource, Reason, Refusals, Report};
use std::io::BufRead;

struct Layout {
    radio: usize,
    mcc: usize,
    net: usize,
    area: usize,
    cell: usize,
    lng: usize,
    lat: usize,
    range: usize,
    updated: usize,
    power: usize,
    /// Columns a row must have: the place is the last that must be there.
    n_min: usize,
}

/// Where the columns are in a file without a header.
const PLAIN: Layout = Layout {
    radio: 0,
    mcc: 1,
    net: 2,
    area: 3,
    cell: 4,
    lng: 6,
    lat: 7,
    range: 8,
    updated: 12,
    power: 13,
    n_min: 8,
};

impl Layout {
    fn of(columns: &Columns, line: u64) -> Result<Self, ImportError> {
        let (lng, lat) = (columns.need("lon", line)?, columns.need("lat", line)?);
        let layout = Self {
            radio: columns.need("radio", line)?,
            mcc: columns.need("mcc", line)?,
            net: columns.need("net", line)?,
            area: columns.need("area", line)?,
            cell: columns.need("cell", line)?,
            lng,
            lat,
            range: columns.find("range"),
            updated: columns.find("updated"),
            power: columns.find("averageSignal"),
            n_min: 0,
        };
        let needed = [layout.radio, layout.mcc, layout.net, layout.area, layout.cell, lng, lat];
        let n_min = needed.into_iter().max().unwrap_or(0) + 1;
        Ok(Self { n_min, ..layout })
    }
}

/// True for a row of a file without a header: a radio's word and enough columns.
pub(super) fn is_row(first_line: &[u8]) -> bool {
    let line = text(first_line);
    let n = line.split(',').count();
    let word = line.split(',').next().unwrap_or_default();
    let is_radio = matches!(CellRadio::from_text(word), Field::Value(_)) || word == "cdma";
    is_radio && (PLAIN.n_min..=PLAIN.power + 1).contains(&n)
}

pub(super) fn read(from: &mut dyn BufRead, out: &mut Out<'_, '_>) -> Result<(), ImportError> {
    let mut layout = PLAIN;
    each_line(from, CSV_LINE_BYTES_MAX, out, |number, line, out| {
        let line = text(line);
        match Fields::of(&line) {
            None => out.row_refused(number, Reason::ReportMalformed),
            Some(fields) if fields.get(0).trim().eq_ignore_ascii_case("radio") => {
                layout = Layout::of(&Columns::of(&fields), number)?;
            }
            Some(fields) => take(number, &fields, &layout, out),
        }
        Ok(())
    })
}

fn take(number: u64, fields: &Fields<'_>, layout: &Layout, out: &mut Out<'_, '_>) {
    let mut refusals = Refusals::default();
    match report(fields, layout, out, &mut refusals) {
        Ok(report) => {
            out.row_kept();
            out.values_refused(number, &refusals);
            out.report(number, report);
        }
        Err(reason) => out.row_refused(number, reason),
    }
}

fn report(
    fields: &Fields<'_>,
    layout: &Layout,
    out: &Out<'_, '_>,
    refusals: &mut Refusals,
) -> Result<Report, Reason> {
    if fields.len() < layout.n_min {
        return Err(Reason::ReportMalformed);
    }
    let mut heard = Hearing::default();
    heard.cell(Field::Value(raw_cell(fields, layout)));
    let Heard { observations: heard, refusals: refused, .. } = heard.finish(Field::Missing);
    if heard.is_empty() {
        let reason = refused.iter().map(|(reason, _)| reason).next();
        return Err(reason.unwrap_or(Reason::EntryMalformed));
    }
    refusals.merge(&refused);
    let place = RawFix {
        lat_deg: value(fields, layout.lat),
        lng_deg: value(fields, layout.lng),
        r68_m: value(fields, layout.range),
        ..RawFix::default()
    };
    let fix = Fix { source: FixSource::Table, ..place.fix(refusals)? };
    let updated_ms = match value::<f64>(fields, layout.updated) {
        Field::Value(seconds) => Field::Value(seconds * 1_000.0),
        other => other,
    };
    let timestamp = instant(updated_ms, out.now, refusals);
    Report::new(timestamp, fix, heard).ok_or(Reason::ReportWithoutTransmitters)
}

fn raw_cell(fields: &Fields<'_>, layout: &Layout) -> RawCell {
    RawCell {
        // A row without a radio has no object around it that could tell.
        radio: match value(fields, layout.radio) {
            Field::Missing => Field::Wrong,
            said => said,
        },
        mcc: value(fields, layout.mcc),
        mnc: value(fields, layout.net),
        area: value(fields, layout.area),
        cell: value(fields, layout.cell),
        // Both tables write 0 where they do not know.
        power_dbm: match value(fields, layout.power) {
            Field::Value(dbm) if dbm >= 0.0 => Field::Missing,
            said => said,
        },
        ..RawCell::default()
    }
}
