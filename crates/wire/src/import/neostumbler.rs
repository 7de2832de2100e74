//! `NeoStumbler`'s export: a zip of three tables whose rows share time, place and ages.

use super::join::{Joiner, Row};
use super::lines::{Fields, each_line, text};
use super::row::{Columns, value};
use super::{ImportError, Out, Sink, Tally};
use crate::entry::{RawCell, RawRadio};
use crate::field::Field;
use crate::heard::Hearing;
use crate::limits::{
    BLOCK_BYTES, CSV_LINE_BYTES_MAX, JOIN_READINGS_MAX, ZIP_MEMBER_BYTES_MAX, ZIP_MEMBERS_MAX,
};
use crate::place::{RawFix, instant};
use crate::time::ms_from_text;
use cairn_ground::Timestamp;
use cairn_report::{Reason, Refusals};
use std::io::{BufRead, BufReader, Read, Seek};

/// The three tables.
#[derive(Debug, Clone, Copy)]
enum Table {
    Wifis,
    Cells,
    Beacons,
}

impl Table {
    /// The table a member holds, by its name in any folder.
    fn of(name: &str) -> Option<Self> {
        match name.rsplit('/').next()?.to_ascii_lowercase().as_str() {
            "wifis.csv" => Some(Self::Wifis),
            "cells.csv" => Some(Self::Cells),
            "beacons.csv" => Some(Self::Beacons),
            _ => None,
        }
    }
}

pub(super) fn read<R: Read + Seek>(
    file: R,
    now: Timestamp,
    sink: &mut Sink<'_>,
) -> Result<Tally, ImportError> {
    let zip = |source| ImportError::Zip { source };
    let mut archive = zip::ZipArchive::new(file).map_err(zip)?;
    let n_members = archive.len();
    if n_members > ZIP_MEMBERS_MAX {
        return Err(ImportError::ZipMembers { n_members, n_members_max: ZIP_MEMBERS_MAX });
    }
    let mut out = Out { sink, tally: Tally::default(), now };
    let mut joiner = Joiner::new(JOIN_READINGS_MAX);
    let mut is_export = false;
    let mut read_all = || {
        for index in 0..n_members {
            let member = archive.by_index(index).map_err(zip)?;
            let Some(table) = member.name().ok().as_deref().and_then(Table::of) else { continue };
            is_export = true;
            let mut text = BufReader::with_capacity(BLOCK_BYTES, member.take(ZIP_MEMBER_BYTES_MAX));
            read_table(table, &mut text, &mut joiner, &mut out)?;
            if text.get_ref().limit() == 0 {
                return Err(ImportError::ZipMemberTooLong { bytes_max: ZIP_MEMBER_BYTES_MAX });
            }
        }
        Ok(())
    };
    let done = read_all();
    joiner.finish(&mut out);
    done?;
    if is_export { Ok(out.tally) } else { Err(ImportError::ZipForeign) }
}

struct Layout {
    table: Table,
    timestamp: usize,
    lat: usize,
    lng: usize,
    accuracy: usize,
    altitude: usize,
    fix_age: usize,
    speed: usize,
    pressure: usize,
    /// `macAddress`, or `cellId`.
    id: usize,
    scan_age: usize,
    power: usize,
    ssid: usize,
    radio: usize,
    mcc: usize,
    mnc: usize,
    lac: usize,
    asu: usize,
    n: usize,
}

impl Layout {
    fn of(table: Table, columns: &Columns, line: u64) -> Result<Self, ImportError> {
        let (id, scan_age) = match table {
            Table::Wifis => ("macAddress", "wifiScanAge"),
            Table::Cells => ("cellId", "cellScanAge"),
            Table::Beacons => ("macAddress", "bluetoothScanAge"),
        };
        Ok(Self {
            table,
            timestamp: columns.need("timestamp", line)?,
            lat: columns.need("latitude", line)?,
            lng: columns.need("longitude", line)?,
            accuracy: columns.find("locationAccuracy"),
            altitude: columns.find("altitude"),
            fix_age: columns.find("locationAge"),
            speed: columns.find("speed"),
            pressure: columns.find("pressure"),
            id: columns.need(id, line)?,
            scan_age: columns.find(scan_age),
            power: columns.find("signalStrength"),
            ssid: columns.find("ssid"),
            radio: columns.find("radioType"),
            mcc: columns.find("mcc"),
            mnc: columns.find("mnc"),
            lac: columns.find("lac"),
            asu: columns.find("asu"),
            n: columns.len(),
        })
    }
}

fn read_table(
    table: Table,
    from: &mut dyn BufRead,
    joiner: &mut Joiner,
    out: &mut Out<'_, '_>,
) -> Result<(), ImportError> {
    let mut layout = None;
    each_line(from, CSV_LINE_BYTES_MAX, out, |number, line, out| {
        let line = text(line);
        let fields = Fields::of(&line);
        let Some(layout) = &layout else {
            let missing = ImportError::ColumnMissing { line: number, column: "timestamp" };
            let columns = Columns::of(&fields.ok_or(missing)?);
            layout = Some(Layout::of(table, &columns, number)?);
            return Ok(());
        };
        let read = |fields: Fields<'_>| row(&fields, layout, out.now);
        match fields.ok_or(Reason::ReportMalformed).and_then(read) {
            Ok(row) => joiner.take(number, row, out),
            Err(reason) => out.row_refused(number, reason),
        }
        Ok(())
    })
}

fn row(fields: &Fields<'_>, layout: &Layout, now: Timestamp) -> Result<Row, Reason> {
    if fields.len() != layout.n {
        return Err(Reason::ReportMalformed);
    }
    let raw = RawFix {
        lat_deg: value(fields, layout.lat),
        lng_deg: value(fields, layout.lng),
        r68_m: value(fields, layout.accuracy),
        height_hae_m: value(fields, layout.altitude),
        age_ms: value(fields, layout.fix_age),
        pressure_hpa: value(fields, layout.pressure),
        speed_m_s: value(fields, layout.speed),
        ..RawFix::default()
    };
    let mut refusals = Refusals::default();
    let fix = raw.fix(&mut refusals)?;
    let timestamp = instant(ms_from_text(fields.get(layout.timestamp)), now, &mut refusals);
    let mut heard = Hearing::default();
    listen(fields, layout, &mut heard);
    heard.refusals.merge(&refusals);
    Ok(Row { timestamp, fix, heard })
}

fn listen(fields: &Fields<'_>, layout: &Layout, heard: &mut Hearing) {
    let age_ms = value(fields, layout.scan_age);
    let power_dbm = value(fields, layout.power);
    let radio =
        || RawRadio { address: value(fields, layout.id), power_dbm, age_ms, ..RawRadio::default() };
    match layout.table {
        // An export without the column says nothing; a row with an empty name is a hidden network.
        Table::Wifis => {
            let wish = value(fields, layout.ssid);
            heard.wifi(Field::Value(RawRadio { wish, ..radio() }));
        }
        Table::Beacons => heard.ble(Field::Value(radio())),
        Table::Cells => heard.cell(Field::Value(RawCell {
            radio: match value(fields, layout.radio) {
                Field::Missing => Field::Wrong,
                said => said,
            },
            mcc: value(fields, layout.mcc),
            mnc: value(fields, layout.mnc),
            area: value(fields, layout.lac),
            cell: value(fields, layout.id),
            power_dbm,
            asu: value(fields, layout.asu),
            age_ms,
            ..RawCell::default()
        })),
    }
}
