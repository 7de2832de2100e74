//! What was published last: so that the next table of changes holds what changed, and nothing twice.

use super::names::Hour;
use crate::store::write_whole;
use std::path::Path;

/// The first bytes of the file, with its version.
const MAGIC: &[u8; 8] = b"CAIRNPU1";
/// The flag of a state with rows.
const ROWS: u8 = 1;
/// The flag of a first state.
const FIRST: u8 = 2;
/// Bytes before the rows: magic, hour, digest, flags.
const HEAD_BYTES: usize = 8 + 8 + 32 + 1;
/// Bytes of the checksum at the end.
const CHECKSUM_BYTES: usize = 32;

/// What was published last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// The hour it was published.
    pub(super) hour: Hour,
    /// Digest of the checkpoint it came from.
    pub(super) checkpoint: [u8; 32],
    /// True when nothing was published before the hour: until it is over, what is new is published anew,
    /// so that a fresh service does not begin with a day of an almost empty table.
    pub(super) is_first: bool,
    /// Hashes of the rows, rising; `None` when no cells were published.
    pub(super) rows: Option<Vec<u64>>,
}

impl State {
    /// What the file says; `None` when it is not there or not whole: then all is new.
    pub(super) fn load(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let state = Self::decode(&bytes);
        if state.is_none() {
            tracing::info!("what was published before cannot be read: starting with a whole table");
        }
        state
    }

    /// Replaces the file.
    pub(super) fn store(&self, path: &Path) -> std::io::Result<()> {
        write_whole(path, &self.encode(), 0o600)
    }

    fn encode(&self) -> Vec<u8> {
        let rows = self.rows.as_deref().unwrap_or_default();
        let mut bytes = Vec::with_capacity(HEAD_BYTES + 8 * rows.len() + CHECKSUM_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(self.hour.0.to_le_bytes());
        bytes.extend(self.checkpoint);
        let rows_flag = if self.rows.is_some() { ROWS } else { 0 };
        bytes.push(rows_flag | if self.is_first { FIRST } else { 0 });
        bytes.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
        let checksum = blake3::hash(&bytes);
        bytes.extend(checksum.as_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>()?;
        let rest = body.strip_prefix(MAGIC)?;
        if blake3::hash(body) != *checksum {
            return None;
        }
        let (hour, rest) = rest.split_first_chunk::<8>()?;
        let (checkpoint, rest) = rest.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (rows, left_over) = rest.as_chunks::<8>();
        let rows: Vec<u64> = rows.iter().map(|row| u64::from_le_bytes(*row)).collect();
        let hour = Hour(u64::from_le_bytes(*hour));
        let is_first = flags & FIRST != 0;
        let rows = (flags & ROWS != 0).then_some(rows);
        left_over.is_empty().then_some(Self { hour, checkpoint: *checkpoint, is_first, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_damage_is_nothing() {
        for rows in [None, Some(vec![]), Some(vec![3, 5, u64::MAX])] {
            let is_first = rows.is_none();
            let state = State { hour: Hour(428_000), checkpoint: [7; 32], is_first, rows };
            let bytes = state.encode();
            assert_eq!(State::decode(&bytes), Some(state));
            for index in 0..bytes.len() {
                let mut bad = bytes.clone();
                bad[index] ^= 1;
                assert_eq!(State::decode(&bad), None, "byte {index}");
                assert_eq!(State::decode(&bytes[..index]), None, "cut at {index}");
            }
        }
    }
}
