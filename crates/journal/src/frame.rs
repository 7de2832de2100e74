//! The bytes around records: a segment's name and header, a record's frame.

use crate::limits::{GROUP_BYTES_MAX, RECORD_BYTES_MAX};

/// First bytes of a segment.
const MAGIC: [u8; 8] = *b"CAIRNLOG";
/// The segment format written; the only one read.
pub(crate) const VERSION: u32 = 1;
/// Bytes of a segment's header.
pub(crate) const HEADER_BYTES: usize = 24;
/// Bytes of a record before its payload.
pub(crate) const FRAME_BYTES: usize = 12;
/// Greatest distance of a record from the start of its group.
const GROUP_DISTANCE_MAX: usize = GROUP_BYTES_MAX + RECORD_BYTES_MAX;

/// The file name of the segment whose first record is at `base`.
pub(crate) fn segment_name(base: u64) -> String {
    format!("segment-{base:020}.log")
}

/// The base position in a segment's file name; `None` for other files.
pub(crate) fn segment_base(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("segment-")?.strip_suffix(".log")?;
    (digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    digits.parse().ok()
}

/// The header of the segment at `base`.
pub(crate) fn header(base: u64) -> [u8; HEADER_BYTES] {
    let mut bytes = [0; HEADER_BYTES];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..20].copy_from_slice(&base.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..20]);
    bytes[20..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// What a segment's first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderState {
    Good,
    /// Whole, but of a version that this program does not read.
    Version(u32),
    Bad,
}

/// Judges the first bytes of the segment whose name says `base`.
pub(crate) fn check_header(bytes: &[u8], base: u64) -> HeaderState {
    let Some(bytes) = bytes.first_chunk::<HEADER_BYTES>() else {
        return HeaderState::Bad;
    };
    let crc = crc32c::crc32c(&bytes[..20]).to_le_bytes();
    if bytes[..8] != MAGIC || bytes[20..] != crc {
        return HeaderState::Bad;
    }
    let version = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
    match version {
        VERSION if *bytes == header(base) => HeaderState::Good,
        VERSION => HeaderState::Bad,
        other => HeaderState::Version(other),
    }
}

/// A record's frame: what stands before the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Bytes of payload; never 0.
    pub(crate) payload_bytes: usize,
    /// Bytes from the start of the record's commit group to the record.
    pub(crate) group_distance: u32,
    crc: u32,
}

impl Frame {
    /// Reads a frame; `None` when no record can begin so (also for the zeros after the last record).
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let b = bytes.first_chunk::<FRAME_BYTES>()?;
        let word = |at: usize| u32::from_le_bytes([b[at], b[at + 1], b[at + 2], b[at + 3]]);
        let payload_bytes = usize::try_from(word(0)).ok()?;
        let possible = (1..=RECORD_BYTES_MAX).contains(&payload_bytes)
            && usize::try_from(word(4)).is_ok_and(|distance| distance <= GROUP_DISTANCE_MAX);
        possible.then_some(Self { payload_bytes, group_distance: word(4), crc: word(8) })
    }

    /// True when the payload belongs to this frame at this position.
    pub(crate) fn vouches_for(&self, position: u64, payload: &[u8]) -> bool {
        payload.len() == self.payload_bytes
            && checksum(position, self.group_distance, payload) == self.crc
    }

    /// Bytes of frame and payload.
    pub(crate) const fn total_bytes(&self) -> usize {
        FRAME_BYTES + self.payload_bytes
    }
}

/// Checksum over position, length, group distance and payload: a record copied elsewhere is not good.
fn checksum(position: u64, group_distance: u32, payload: &[u8]) -> u32 {
    let mut head = [0; 20];
    head[..8].copy_from_slice(&position.to_le_bytes());
    head[8..16].copy_from_slice(&(payload.len() as u64).to_le_bytes());
    head[16..].copy_from_slice(&group_distance.to_le_bytes());
    crc32c::crc32c_append(crc32c::crc32c(&head), payload)
}

/// Appends a record that will lie at `position` in a group that begins at `group_start`.
pub(crate) fn put_record(out: &mut Vec<u8>, position: u64, group_start: u64, payload: &[u8]) {
    // Both fit: groups and records are limited (`limits`); a wrong number would fail its own checksum.
    let payload_bytes = u32::try_from(payload.len()).unwrap_or(0);
    let group_distance = u32::try_from(position - group_start).unwrap_or(u32::MAX);
    out.extend_from_slice(&payload_bytes.to_le_bytes());
    out.extend_from_slice(&group_distance.to_le_bytes());
    out.extend_from_slice(&checksum(position, group_distance, payload).to_le_bytes());
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_headers_say_the_base() {
        assert_eq!(segment_name(42), "segment-00000000000000000042.log");
        assert_eq!(segment_base(&segment_name(u64::MAX)), Some(u64::MAX));
        for other in ["lock", "segment-1.log", "segment-+0000000000000000042.log"] {
            assert_eq!(segment_base(other), None, "{other}");
        }
        assert_eq!(check_header(&header(42), 42), HeaderState::Good);
        assert_eq!(check_header(&header(42), 43), HeaderState::Bad);
        assert_eq!(check_header(&header(42)[..23], 42), HeaderState::Bad);
    }

    #[test]
    fn a_newer_version_is_recognized_and_a_flipped_one_is_damage() {
        let mut newer = header(0);
        newer[8] = 2;
        assert_eq!(check_header(&newer, 0), HeaderState::Bad);
        let crc = crc32c::crc32c(&newer[..20]);
        newer[20..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(check_header(&newer, 0), HeaderState::Version(2));
    }

    #[test]
    fn a_record_is_good_only_where_it_was_written() {
        let mut bytes = Vec::new();
        put_record(&mut bytes, 1_000, 900, b"payload");
        let frame = Frame::read(&bytes).unwrap();
        assert_eq!((frame.group_distance, frame.total_bytes()), (100, bytes.len()));
        assert!(frame.vouches_for(1_000, &bytes[FRAME_BYTES..]));
        assert!(!frame.vouches_for(1_001, &bytes[FRAME_BYTES..]));
        assert_eq!(Frame::read(&[0; 64]), None);
    }
}
