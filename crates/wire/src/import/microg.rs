//! microG's export of what a phone learned: `mac,lat,lon,alt`, or the same for cells; one network per row.
//!
//! A row states the middle of where one phone heard the network, neither when nor how surely: the instant is
//! the import's, the source is a table, and the radius is the widest that microG keeps learning in. The height
//! is not taken: it is a mean over all that ground.

use super::lines::{Fields, each_line, text};
use super::row::{Columns, value};
use super::{ImportError, Out};
use crate::entry::{RawCell, RawRadio};
use crate::field::{Field, Scalar as _};
use crate::heard::{Heard, Hearing};
use crate::limits::CSV_LINE_BYTES_MAX;
use crate::place::RawFix;
use cairn_ground::CellRadio;
use cairn_report::{Fix, FixSource, Reason, Refusals, Report};
use std::io::BufRead;

/// Radius in metres stated for a Wi-Fi network.
///
/// # Source
/// microG forgets what it learned when a fix is farther than this from the middle, and states it as the
/// radius of a network heard once (peers.md B 3.5).
const WIFI_R68_M: f64 = 200.0;
/// The same for a cell. Source: as [`WIFI_R68_M`].
const CELL_R68_M: f64 = 10_000.0;

/// What the rows of a file are about.
enum Layout {
    Wifi { mac: usize, at: At },
    Cell { mcc: usize, mnc: usize, kind: usize, lac: usize, cid: usize, at: At },
}

/// Where a row says where.
#[derive(Clone, Copy)]
struct At {
    lat: usize,
    lng: usize,
    /// Columns of a row.
    n: usize,
}

impl Layout {
    fn of(columns: &Columns, line: u64) -> Result<Self, ImportError> {
        let at = At {
            lat: columns.need("lat", line)?,
            lng: columns.need("lon", line)?,
            n: columns.len(),
        };
        let mac = columns.find("mac");
        if mac < at.n {
            return Ok(Self::Wifi { mac, at });
        }
        Ok(Self::Cell {
            mcc: columns.need("mcc", line)?,
            mnc: columns.need("mnc", line)?,
            kind: columns.need("type", line)?,
            lac: columns.need("lac", line)?,
            cid: columns.need("cid", line)?,
            at,
        })
    }

    const fn at(&self) -> At {
        match self {
            Self::Wifi { at, .. } | Self::Cell { at, .. } => *at,
        }
    }

    const fn r68_m(&self) -> f64 {
        match self {
            Self::Wifi { .. } => WIFI_R68_M,
            Self::Cell { .. } => CELL_R68_M,
        }
    }

    fn listen(&self, fields: &Fields<'_>, heard: &mut Hearing) {
        match *self {
            Self::Wifi { mac, .. } => {
                let address = value(fields, mac);
                heard.wifi(Field::Value(RawRadio { address, ..RawRadio::default() }));
            }
            Self::Cell { mcc, mnc, kind, lac, cid, .. } => heard.cell(Field::Value(RawCell {
                radio: radio(fields.get(kind)),
                mcc: value(fields, mcc),
                mnc: value(fields, mnc),
                area: value(fields, lac),
                cell: value(fields, cid),
                ..RawCell::default()
            })),
        }
    }
}

/// The radio of a type: the number of its place in microG's list, or its name there.
///
/// # Source
/// microG `GmsCore`, `CellDetails.Type`: CDMA, GSM, WCDMA, LTE, TDSCDMA, NR, from 0.
fn radio(kind: &str) -> Field<CellRadio> {
    match kind.trim() {
        "1" => Field::Value(CellRadio::Gsm),
        "2" => Field::Value(CellRadio::Wcdma),
        "3" => Field::Value(CellRadio::Lte),
        "5" => Field::Value(CellRadio::Nr),
        name => match CellRadio::from_text(name) {
            Field::Missing => Field::Wrong,
            said => said,
        },
    }
}

/// True for the first line of either table.
pub(super) fn is_header(first_line: &[u8]) -> bool {
    let line = text(first_line);
    let line = line.trim().to_ascii_lowercase();
    line.starts_with("mac,lat,lon") || line.starts_with("mcc,mnc,type,lac,cid")
}

pub(super) fn read(from: &mut dyn BufRead, out: &mut Out<'_, '_>) -> Result<(), ImportError> {
    let mut layout = None;
    each_line(from, CSV_LINE_BYTES_MAX, out, |number, line, out| {
        let line = text(line);
        let fields = Fields::of(&line);
        let Some(layout) = &layout else {
            let missing = ImportError::ColumnMissing { line: number, column: "lat" };
            layout = Some(Layout::of(&Columns::of(&fields.ok_or(missing)?), number)?);
            return Ok(());
        };
        match fields.ok_or(Reason::ReportMalformed).and_then(|f| report(&f, layout, out)) {
            Ok(report) => {
                out.row_kept();
                out.report(number, report);
            }
            Err(reason) => out.row_refused(number, reason),
        }
        Ok(())
    })
}

fn report(fields: &Fields<'_>, layout: &Layout, out: &Out<'_, '_>) -> Result<Report, Reason> {
    let at = layout.at();
    if fields.len() != at.n {
        return Err(Reason::ReportMalformed);
    }
    let mut heard = Hearing::default();
    layout.listen(fields, &mut heard);
    let Heard { observations, refusals, .. } = heard.finish(Field::Missing);
    if observations.is_empty() {
        let reason = refusals.iter().map(|(reason, _)| reason).next();
        return Err(reason.unwrap_or(Reason::EntryMalformed));
    }
    let raw = RawFix {
        lat_deg: value(fields, at.lat),
        lng_deg: value(fields, at.lng),
        r68_m: Field::Value(layout.r68_m()),
        ..RawFix::default()
    };
    let fix = Fix { source: FixSource::Table, ..raw.fix(&mut Refusals::default())? };
    Report::new(out.now, fix, observations).ok_or(Reason::ReportWithoutTransmitters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Format, read_text};
    use cairn_ground::{Meters, Timestamp};

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn read_all(text: &str) -> (Vec<Report>, Vec<(u64, Reason)>) {
        let (mut kept, mut refused) = (Vec::new(), Vec::new());
        let mut sink = |line, what| match what {
            Ok(report) => kept.push(report),
            Err(reason) => refused.push((line, reason)),
        };
        read_text(Format::Microg, &mut text.as_bytes(), NOW, &mut sink).unwrap();
        (kept, refused)
    }

    #[test]
    fn a_phones_wifi_networks_are_a_table_of_this_day() {
        let text = include_str!("../../tests/data/microg-wifi.csv");
        let (kept, refused) = read_all(text);
        let ids: Vec<_> =
            kept.iter().map(|r| r.observations()[0].transmitter.to_string()).collect();
        assert_eq!(ids, ["wifi-a8:20:66:00:00:01", "wifi-a8:20:66:00:00:02"]);
        let fix = kept[0].fix();
        assert_eq!((fix.place.lat_deg(), fix.place.lng_deg()), (51.5, -0.1));
        assert_eq!((fix.source, fix.r68.map(Meters::get)), (FixSource::Table, Some(WIFI_R68_M)));
        assert_eq!((fix.height_hae_m, kept[0].timestamp()), (None, NOW));
        let want = [
            (4, Reason::EntryIdentityImpossible),
            (5, Reason::ReportPlaceImpossible),
            (6, Reason::ReportMalformed),
        ];
        assert_eq!(refused, want);
    }

    #[test]
    fn a_phones_cells_have_their_radio_as_a_number_or_a_name() {
        let text = include_str!("../../tests/data/microg-cell.csv");
        let (kept, refused) = read_all(text);
        let ids: Vec<_> =
            kept.iter().map(|r| r.observations()[0].transmitter.to_string()).collect();
        let want = [
            "gsm-234-30-1001-21",
            "wcdma-234-30-1002-22",
            "lte-234-30-1003-23",
            "nr-234-30-70000-68719476735",
            "lte-234-30-1003-24",
        ];
        assert_eq!(ids, want);
        assert_eq!(kept[0].fix().r68.map(Meters::get), Some(CELL_R68_M));
        let want = [7, 8, 9].map(|line| (line, Reason::EntryIdentityImpossible));
        assert_eq!(refused, want);
    }

    #[test]
    fn a_header_without_a_place_is_no_export() {
        let mut text = &b"mac,lat\n"[..];
        let refused = read_text(Format::Microg, &mut text, NOW, &mut |_, _| {});
        assert!(matches!(refused, Err(ImportError::ColumnMissing { line: 1, column: "lon" })));
    }
}
