//! What goes on: reports of phones, in bodies of a bounded size.

use super::seen::Seen;
use crate::learner::learn::next_record;
use crate::limits::{RELAY_BODY_BYTES_MAX, RELAY_REPORTS_MAX};
use cairn_journal::{Position, ReadError, Reader};
use cairn_report::{FixSource, Report};
use cairn_wire::geosubmit;

/// Reports to send, and the position behind them.
#[derive(Debug)]
pub(super) struct Packet {
    /// What goes on.
    pub(super) reports: Vec<Report>,
    /// Where the journal goes on.
    pub(super) end: Position,
}

/// Reads records until a packet is full or nothing more is there; `None` when nothing was read.
///
/// # Errors
/// When the disk refuses to read.
pub(super) fn next_packet(
    reader: &mut Reader,
    held: &mut Option<Packet>,
    seen: &mut Seen,
) -> Result<Option<Packet>, ReadError> {
    let mut packet = held.take();
    loop {
        let (end, batch) = match next_record(reader) {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(packet),
            Err(error) => {
                *held = packet;
                return Err(error);
            }
        };
        let is_wanted = |report: &Report| goes_on(report) && seen.is_new(report);
        let reports: Vec<Report> = batch.reports.into_iter().filter(is_wanted).collect();
        let next = Packet { reports, end };
        packet = Some(match packet {
            None => next,
            Some(full) if full.reports.len() + next.reports.len() > RELAY_REPORTS_MAX => {
                *held = Some(next);
                return Ok(Some(full));
            }
            Some(mut some) => {
                some.reports.extend(next.reports);
                Packet { end: next.end, ..some }
            }
        });
    }
}

/// True for a report whose place was measured or said by a person: what a location service answered,
/// and what a table claims, teaches nobody anything.
fn goes_on(report: &Report) -> bool {
    match report.fix().source {
        FixSource::Gnss | FixSource::Fused | FixSource::Manual | FixSource::Survey => true,
        FixSource::Query | FixSource::Table => false,
    }
}

/// The bodies of some reports, with how many each holds; none is above [`RELAY_BODY_BYTES_MAX`]
/// unless a single report is.
pub(super) fn bodies(reports: &[Report]) -> Vec<(usize, Vec<u8>)> {
    if reports.is_empty() {
        return Vec::new();
    }
    let body = geosubmit::encode(reports);
    if body.len() <= RELAY_BODY_BYTES_MAX || reports.len() == 1 {
        return vec![(reports.len(), body)];
    }
    drop(body);
    let (first, second) = reports.split_at(reports.len() / 2);
    let mut all = bodies(first);
    all.extend(bodies(second));
    all
}

#[cfg(test)]
#[path = "pack_tests.rs"]
mod tests;
