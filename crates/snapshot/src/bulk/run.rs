//! A sorted run's file: entries, where each range of keys begins, checksums.

use super::union::{RANGES, range_of};
use crate::file;
use crate::layout::u32_at;
use crate::serializer::{ENTRY_BYTES, Entry};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

const MAGIC: [u8; 8] = *b"CAIRNRUN";
const POSITIONS_BYTES: usize = 4 * (RANGES + 1);
/// Positions, checksum of the entries, checksum of the positions, magic.
const TAIL_BYTES: usize = POSITIONS_BYTES + 16;
/// Bytes read at once to check a run.
const PIECE_BYTES: usize = 1 << 20;

/// A whole run on disk.
#[derive(Debug)]
pub(super) struct Run {
    path: PathBuf,
    /// The number of entries before each range.
    positions: Vec<u32>,
}

/// Writes sorted entries, whole or not at all.
pub(super) fn write(path: &Path, entries: &[Entry]) -> io::Result<()> {
    let mut tail = Vec::with_capacity(TAIL_BYTES);
    for range in 0..=RANGES {
        let before = entries.partition_point(|entry| range_of(entry) < range);
        tail.extend(u32::try_from(before).map_err(io::Error::other)?.to_le_bytes());
    }
    let crcs = [crc32c::crc32c(entries.as_flattened()), crc32c::crc32c(&tail)];
    tail.extend(crcs.iter().flat_map(|crc| crc.to_le_bytes()));
    tail.extend(MAGIC);
    let temporary = file::temporary(path);
    file::write_synced(&temporary, |out| {
        out.write_all(entries.as_flattened())?;
        out.write_all(&tail)
    })?;
    std::fs::rename(&temporary, path)
}

impl Run {
    /// A run that is there and whole.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let n_bytes = usize::try_from(file.metadata().ok()?.len()).ok()?;
        let n_entry_bytes = n_bytes.checked_sub(TAIL_BYTES)?;
        let mut left = n_entry_bytes;
        let (mut crc, mut piece) = (0, vec![0; PIECE_BYTES]);
        while left > 0 {
            let piece = &mut piece[..left.min(PIECE_BYTES)];
            file.read_exact(piece).ok()?;
            crc = crc32c::crc32c_append(crc, piece);
            left -= piece.len();
        }
        let mut tail = vec![0; TAIL_BYTES];
        file.read_exact(&mut tail).ok()?;
        let (positions, rest) = tail.split_at(POSITIONS_BYTES);
        let is_whole = u32_at(rest, 0) == crc
            && u32_at(rest, 4) == crc32c::crc32c(positions)
            && rest[8..] == MAGIC;
        let positions: Vec<u32> =
            positions.as_chunks().0.iter().copied().map(u32::from_le_bytes).collect();
        let is_sound = positions.is_sorted()
            && positions.last().is_some_and(|last| *last as usize * ENTRY_BYTES == n_entry_bytes);
        (is_whole && is_sound).then(|| Self { path: path.to_owned(), positions })
    }

    /// Adds the entries of a range to `into`.
    pub(super) fn read(&self, range: usize, into: &mut Vec<Entry>) -> io::Result<()> {
        let (start, end) = (self.positions[range] as usize, self.positions[range + 1] as usize);
        if start == end {
            return Ok(());
        }
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start((start * ENTRY_BYTES) as u64))?;
        let before = into.len();
        into.resize(before + end - start, [0; ENTRY_BYTES]);
        file.read_exact(into[before..].as_flattened_mut())
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
