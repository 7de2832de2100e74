//! Files others exported, read row by row into reports.
//!
//! # For the caller
//! [`read_file`] does it all for a seekable file: it tells zip, gzip and zstd by the first bytes and the
//! format by [`sniff`]. [`read_text`] reads an already open, plain stream (standard input). Both call a
//! [`Sink`] with `(line, Ok(report))` for each report kept and `(line, Err(reason))` for each refusal of
//! any level: rows (`Report…`, `Entry…` reasons) and single values of rows that are kept (`Value…`). The
//! line is the first of the report's rows, or the row's own, counted from 1 within the file (within the
//! member, for a zip). Progress: wrap the file in a reader that counts bytes before handing it in.
//!
//! Rows become reports as the format asks: a line of JSON is an item or a submission; a row of a cell
//! table or of microG's is a report by itself; rows of `WiGLE` and `NeoStumbler` with one time and place are joined.
//! In = kept + refused: `Tally::n_rows` = rows kept + rows refused (E2).
//!
//! Memory does not grow with the file: lines and joined readings are capped (`limits`).

mod cells;
mod geosubmit_lines;
mod join;
mod lines;
mod microg;
mod neostumbler;
mod row;
mod wigle;

use crate::capped;
use crate::limits::SNIFF_BYTES;
use cairn_ground::Timestamp;
use cairn_report::{Reason, Report};
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// A file format we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One geosubmit v2 item, or one submission, per line.
    GeosubmitLines,
    /// `WiGLE` CSV 1.4 or 1.6.
    Wigle,
    /// Ichnaea's and `OpenCelliD`'s table of cells, with or without its header.
    CellsCsv,
    /// microG's export of what a phone learned: a table of Wi-Fi networks, or of cells.
    Microg,
    /// `NeoStumbler`'s export: a zip of `wifis.csv`, `cells.csv`, `beacons.csv`.
    NeostumblerZip,
}

/// Takes what a file holds: the line, and a report or a refusal.
pub type Sink<'a> = dyn FnMut(u64, Result<Report, Reason>) + 'a;

/// What went through a reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows (of JSON lines: items) seen, headers and blank lines not counted.
    pub n_rows: u64,
    /// Rows that became part of a report.
    pub n_rows_kept: u64,
    /// Rows refused; each gave the sink one `Report…` or `Entry…` reason.
    pub n_rows_refused: u64,
    /// Reports handed to the sink.
    pub n_reports: u64,
}

/// Why a file could not be read, or not to its end. What the sink has got until then stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The format is none of ours.
    #[error(
        "not a file of a known format: geosubmit JSON lines, WiGLE CSV, cells CSV, microG CSV, NeoStumbler zip"
    )]
    UnknownFormat,
    /// The first line names no columns we need.
    #[error("line {line} names no column \"{column}\"")]
    ColumnMissing {
        /// The line of the header.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// The file, or its compression, broke off.
    #[error("read after line {line}: {source}")]
    Read {
        /// Last whole line.
        line: u64,
        /// What the file answered.
        source: io::Error,
    },
    /// The archive cannot be opened.
    #[error("open the zip archive: {source}")]
    Zip {
        /// What the zip reader said.
        source: zip::result::ZipError,
    },
    /// The archive holds more members than an export has.
    #[error("the zip archive has {n_members} members, more than {n_members_max}")]
    ZipMembers {
        /// Members it has.
        n_members: usize,
        /// The limit.
        n_members_max: usize,
    },
    /// A member inflates to more than an export can be.
    #[error("a member of the zip archive holds more than {bytes_max} bytes; the rest was not read")]
    ZipMemberTooLong {
        /// The limit.
        bytes_max: u64,
    },
    /// The archive has none of the export's members.
    #[error("the zip archive holds none of wifis.csv, cells.csv, beacons.csv")]
    ZipForeign,
}

/// The format of an uncompressed file, by its first bytes, else by its name.
pub fn sniff(head: &[u8], name: &str) -> Option<Format> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(Format::NeostumblerZip);
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let first = head.split(|b| *b == b'\n').next().unwrap_or_default().to_ascii_lowercase();
    if first.starts_with(b"wiglewifi") || first.starts_with(b"mac,ssid") {
        Some(Format::Wigle)
    } else if first.starts_with(b"{") {
        Some(Format::GeosubmitLines)
    } else if microg::is_header(&first) {
        Some(Format::Microg)
    } else if first.starts_with(b"radio,") || cells::is_row(&first) {
        Some(Format::CellsCsv)
    } else {
        sniff_name(&name.to_ascii_lowercase())
    }
}

fn sniff_name(name: &str) -> Option<Format> {
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".jsonl", ".ndjson", ".json"]) {
        Some(Format::GeosubmitLines)
    } else if ends(&[".csv"]) && name.contains("wigle") {
        Some(Format::Wigle)
    } else if ends(&[".csv"]) && name.contains("cell") {
        Some(Format::CellsCsv)
    } else {
        None
    }
}

/// Reads a file of any format, plain, gzip or zstd; `now` as in [`crate::geosubmit::decode`].
///
/// # Errors
/// [`ImportError`] when nothing more can be read.
pub fn read_file<R: Read + Seek>(
    mut file: R,
    name: &str,
    now: Timestamp,
    sink: &mut Sink<'_>,
) -> Result<Tally, ImportError> {
    let fail = |source| ImportError::Read { line: 0, source };
    let mut head = Vec::new();
    file.by_ref().take(4).read_to_end(&mut head).map_err(fail)?;
    file.seek(SeekFrom::Start(0)).map_err(fail)?;
    if sniff(&head, "") == Some(Format::NeostumblerZip) {
        return neostumbler::read(file, now, sink);
    }
    let mut text = capped::decompressed(file).map_err(fail)?;
    let head = text.fill_buf().map_err(fail)?;
    let format = sniff(&head[..head.len().min(SNIFF_BYTES)], name);
    read_text(format.ok_or(ImportError::UnknownFormat)?, &mut text, now, sink)
}

/// Reads a plain stream of a known format other than a zip.
///
/// # Errors
/// [`ImportError`] when nothing more can be read; a zip is `UnknownFormat` here, for it needs a seekable
/// file.
pub fn read_text(
    format: Format,
    text: &mut dyn BufRead,
    now: Timestamp,
    sink: &mut Sink<'_>,
) -> Result<Tally, ImportError> {
    let mut out = Out { sink, tally: Tally::default(), now };
    match format {
        Format::GeosubmitLines => geosubmit_lines::read(text, &mut out)?,
        Format::Wigle => wigle::read(text, &mut out)?,
        Format::CellsCsv => cells::read(text, &mut out)?,
        Format::Microg => microg::read(text, &mut out)?,
        Format::NeostumblerZip => return Err(ImportError::UnknownFormat),
    }
    Ok(out.tally)
}

/// The sink with its counts: the one place where a row's fate is counted.
struct Out<'a, 's> {
    sink: &'a mut Sink<'s>,
    tally: Tally,
    now: Timestamp,
}

impl Out<'_, '_> {
    fn report(&mut self, line: u64, report: Report) {
        self.tally.n_reports += 1;
        (self.sink)(line, Ok(report));
    }

    fn row_kept(&mut self) {
        self.tally.n_rows += 1;
        self.tally.n_rows_kept += 1;
    }

    fn row_refused(&mut self, line: u64, reason: Reason) {
        self.tally.n_rows += 1;
        self.tally.n_rows_refused += 1;
        (self.sink)(line, Err(reason));
    }

    /// Values of a row that is kept without them.
    fn values_refused(&mut self, line: u64, refusals: &cairn_report::Refusals) {
        for (reason, n) in refusals.iter() {
            for _ in 0..n {
                (self.sink)(line, Err(reason));
            }
        }
    }
}

#[cfg(test)]
#[path = "../import_tests.rs"]
mod tests;
