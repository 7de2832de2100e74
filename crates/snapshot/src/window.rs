//! The records around the place where a key likely is: two cache lines, compared at once.

use crate::{TransmitterRecord, map, payload, payload_v2};
use cairn_ground::TransmitterKey;

/// Records of a window: so many remainders lie in two lines wherever the first record in them begins (of 21
/// bytes, which small snapshots have, sometimes in three).
///
/// # Source
/// In a bucket of 4 to 8 records the place is off by 0.9 in standard deviation: 97 of 100 are in the window.
pub(crate) const WINDOW: u32 = 6;

/// Bytes of a cache line.
const LINE_BYTES: usize = 64;

/// Bytes read of a record to compare it; a record is longer.
const HEAD_BYTES: usize = 8;

/// Bytes of a record of versions 1 and 2; none of a later version has as many.
const V2_RECORD_BYTES: usize = 23;

/// Windows over records of so many bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window<'a, const RECORD_BYTES: usize> {
    records: &'a [u8],
    /// Bytes between the line where the records begin and their begin.
    skew: usize,
    /// The last record that a window can begin with.
    last: u32,
}

impl<'a, const RECORD_BYTES: usize> Window<'a, RECORD_BYTES> {
    /// Bytes from the first record's begin to the end of what is compared.
    const BYTES: usize = (WINDOW as usize - 1) * RECORD_BYTES + HEAD_BYTES;
    /// Bytes of a record that are not its payload.
    const REMAINDER_BYTES: usize = if RECORD_BYTES == V2_RECORD_BYTES {
        RECORD_BYTES - payload_v2::PAYLOAD_BYTES
    } else {
        RECORD_BYTES - payload::PAYLOAD_BYTES
    };
    /// The bits of a record's first eight bytes that are its remainder.
    const MASK: u64 = (1 << (8 * Self::REMAINDER_BYTES)) - 1;

    pub(crate) fn new(records: &'a [u8]) -> Self {
        let skew = records.as_ptr().addr() % LINE_BYTES;
        let n_records = records.len() / RECORD_BYTES;
        let last = u32::try_from(n_records).unwrap_or(u32::MAX).saturating_sub(WINDOW);
        Self { records, skew, last }
    }

    /// Asks for the two lines whose middle is nearest to that of the record at a place, which is in 256ths
    /// of a record; the first record that begins in them.
    #[inline]
    pub(crate) fn aim(&self, guess: u64) -> u32 {
        let place = (usize::try_from(guess).unwrap_or(0) * RECORD_BYTES) >> 8;
        let middle = place + RECORD_BYTES / 2 + self.skew;
        let line = (middle + LINE_BYTES / 2) & !(LINE_BYTES - 1);
        let from = line.saturating_sub(self.skew + LINE_BYTES);
        // The last lines of the section are asked for by nobody, and read late.
        if let Some(lines) = self.records.get(from..=from + LINE_BYTES) {
            map::prefetch(lines, 0);
            map::prefetch(lines, LINE_BYTES);
        }
        let first = from.wrapping_add(RECORD_BYTES - 1) / RECORD_BYTES;
        u32::try_from(first.min(self.last as usize)).unwrap_or(0)
    }

    /// The record of a key in the window that begins with `first`, if it is there and among the bucket's.
    #[inline]
    pub(crate) fn find(&self, mixed: u64, (start, end): (u32, u32), first: u32) -> Option<u32> {
        let from = first as usize * RECORD_BYTES;
        let bytes = self.records.get(from..from + Self::BYTES)?;
        let wanted = mixed & Self::MASK;
        // Without a branch between them.
        let mut same = 0_u32;
        for step in 0..WINDOW {
            let bytes = bytes.get(step as usize * RECORD_BYTES..);
            same |= u32::from(remainder(bytes, Self::MASK) == wanted) << step;
        }
        let found = first.wrapping_add(same.trailing_zeros());
        (found.wrapping_sub(start) < end.wrapping_sub(start) && same != 0).then_some(found)
    }

    /// Whether a key that is not found in the window may be in its bucket all the same; asks for the line
    /// where it must be then.
    pub(crate) fn is_aside(&self, mixed: u64, (start, end): (u32, u32), first: u32) -> bool {
        let from = first as usize * RECORD_BYTES;
        let behind = from + WINDOW as usize * RECORD_BYTES;
        let remainder = |at: usize| remainder(self.records.get(at..), Self::MASK);
        let wanted = mixed & Self::MASK;
        if start < first && wanted < remainder(from) {
            map::prefetch(self.records, from - RECORD_BYTES / 2);
            return true;
        }
        if first + WINDOW < end && remainder(behind - RECORD_BYTES) < wanted {
            map::prefetch(self.records, behind + RECORD_BYTES / 2);
            return true;
        }
        // Another bucket's record with the same remainder may hide its own; fewer records than a window has
        // are not looked at.
        let is_hidden = |step: usize| wanted == remainder(from + step * RECORD_BYTES);
        self.last == 0 || (0..WINDOW as usize).any(is_hidden)
    }

    /// What a record says of its key; `None` for bytes that a check of its block refuses.
    #[inline]
    pub(crate) fn decode(&self, key: TransmitterKey, record: u32) -> Option<TransmitterRecord> {
        let bytes = self.records.get(record as usize * RECORD_BYTES..)?;
        let bytes: &[u8; RECORD_BYTES] = bytes.first_chunk()?;
        if RECORD_BYTES == V2_RECORD_BYTES {
            payload_v2::decode(key, bytes.last_chunk()?)
        } else {
            payload::decode(key, bytes.last_chunk()?)
        }
    }
}

/// The bits of a mixed key in front of a record.
#[inline]
fn remainder(record: Option<&[u8]>, mask: u64) -> u64 {
    let head = record.and_then(|it| it.first_chunk());
    head.map_or(0, |head| u64::from_le_bytes(*head)) & mask
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
