//! Finding good records: at a place, behind damage, and where the last segment ends.
//!
//! A record says how far its commit group's start lies before it, and everything before that start was
//! synced when the record was written. So a bad stretch with a good record behind it *of a later group*
//! was once good: that is damage. A bad stretch without one belongs to the group that was being written
//! when the power went: that is a torn tail, of which nothing was acknowledged.

use crate::codec;
use crate::frame::{FRAME_BYTES, Frame};
use crate::limits::{READ_WINDOW_BYTES, RESYNC_BYTES_MAX};
use crate::window::Window;
use std::io;

/// A good record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Bytes of its payload, which begins [`FRAME_BYTES`] after its position.
    pub(crate) payload_bytes: usize,
    /// The position after it.
    pub(crate) end: u64,
    /// Where its commit group begins: everything before was durable when it was written.
    pub(crate) group_start: u64,
}

/// The good record at `position`, when there is one that ends by `limit`.
pub(crate) fn record_at(
    window: &mut Window,
    position: u64,
    limit: u64,
) -> io::Result<Option<Found>> {
    let Some(frame) = Frame::read(window.bytes(position, FRAME_BYTES, limit)?) else {
        return Ok(None);
    };
    let bytes = window.bytes(position, frame.total_bytes(), limit)?;
    let payload = bytes.get(FRAME_BYTES..).unwrap_or_default();
    let distance = u64::from(frame.group_distance);
    Ok((frame.vouches_for(position, payload) && distance <= position).then(|| Found {
        payload_bytes: frame.payload_bytes,
        end: position + frame.total_bytes() as u64,
        group_start: position - distance,
    }))
}

/// The outcome of a search for a good record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// It begins here.
    Found(u64),
    /// There is none.
    Nothing,
    /// Too many false starts ([`RESYNC_BYTES_MAX`]); there may be one.
    GaveUp,
}

/// The first good record at or after `from`.
pub(crate) fn next_good(window: &mut Window, from: u64, limit: u64) -> io::Result<Search> {
    let mut position = from;
    let mut checked_bytes = 0;
    loop {
        let bytes = window.bytes(position, READ_WINDOW_BYTES, limit)?;
        if bytes.len() <= FRAME_BYTES {
            return Ok(Search::Nothing);
        }
        let starts = bytes.len() - FRAME_BYTES;
        let Some(index) = (0..starts).find(|at| may_begin(&bytes[*at..])) else {
            position += starts as u64;
            continue;
        };
        let payload_bytes = Frame::read(&bytes[index..]).map_or(0, |f| f.payload_bytes as u64);
        position += index as u64;
        if record_at(window, position, limit)?.is_some() {
            return Ok(Search::Found(position));
        }
        checked_bytes += payload_bytes.min(limit - position);
        if checked_bytes > RESYNC_BYTES_MAX {
            return Ok(Search::GaveUp);
        }
        position += 1;
    }
}

/// True when a record of a known codec could begin so; cheap, and false almost everywhere else.
fn may_begin(bytes: &[u8]) -> bool {
    let is_known = |version| (codec::OLDEST..=codec::VERSION).contains(version);
    bytes.get(FRAME_BYTES).is_some_and(is_known) && Frame::read(bytes).is_some()
}

/// The end of the last byte that is not zero, from `from` on; `None` when all are zero.
pub(crate) fn last_nonzero(window: &mut Window, from: u64, limit: u64) -> io::Result<Option<u64>> {
    let zeros = vec![0; READ_WINDOW_BYTES];
    let (mut position, mut end) = (from, None);
    loop {
        let bytes = window.bytes(position, READ_WINDOW_BYTES, limit)?;
        if bytes.is_empty() {
            return Ok(end);
        }
        if bytes != &zeros[..bytes.len()] {
            let last = bytes.iter().rposition(|byte| *byte != 0);
            end = last.map(|index| position + index as u64 + 1).or(end);
        }
        position += bytes.len() as u64;
    }
}

/// What the last segment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TailScan {
    /// The position after what is kept.
    pub(crate) end: u64,
    /// Good records kept.
    pub(crate) n_records: u64,
    /// Starts of the stretches that were good once.
    pub(crate) damage: Vec<u64>,
    /// Bytes behind `end` up to the last that is not zero.
    pub(crate) torn_bytes: u64,
}

/// A bad stretch with a good record behind it: where it begins, and how many good ones came before.
struct Hole {
    start: u64,
    n_records: u64,
}

/// Reads a whole segment and says where it ends.
///
/// With `header_is_good` false, a segment with any content counts as damaged at its start.
pub(crate) fn scan_tail(window: &mut Window, header_is_good: bool) -> io::Result<TailScan> {
    let limit = window.file_end()?;
    let (mut holes, mut n_proven, mut n_records) = (Vec::<Hole>::new(), 0, 0);
    let mut position = window.base();
    let mut given_up = false;
    loop {
        while let Some(record) = record_at(window, position, limit)? {
            n_proven = holes.partition_point(|hole| hole.start < record.group_start);
            n_records += 1;
            position = record.end;
        }
        if holes.is_empty() && last_nonzero(window, position, limit)?.is_none() {
            break;
        }
        match next_good(window, position + 1, limit)? {
            Search::Found(next) => {
                holes.push(Hole { start: position, n_records });
                position = next;
            }
            Search::Nothing => break,
            Search::GaveUp => {
                given_up = true;
                break;
            }
        }
    }
    let mut scan = TailScan { end: position, n_records, damage: vec![], torn_bytes: 0 };
    scan.damage = holes.iter().map(|hole| hole.start).collect();
    let nonzero = last_nonzero(window, scan.end, limit)?;
    if given_up || (!header_is_good && n_records == 0) {
        // What is there cannot be told from damage: all of it stays.
        scan.damage.extend(nonzero.map(|_| scan.end));
        scan.end = nonzero.unwrap_or(scan.end);
        return Ok(scan);
    }
    if let Some(torn) = holes.get(n_proven).filter(|_| header_is_good) {
        (scan.end, scan.n_records) = (torn.start, torn.n_records);
        scan.damage.truncate(n_proven);
    }
    scan.torn_bytes = last_nonzero(window, scan.end, limit)?.map_or(0, |end| end - scan.end);
    Ok(scan)
}
