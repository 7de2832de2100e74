//! Which batches' retries are recognized after reopening: from the end of the log, and, where that was
//! trimmed, from a file that says what was in the removed segments (`docs/specs/journal.md` §1).

use crate::disk::{Disk, read_full, write_all};
use crate::error::{OpenError, ReadError, StorageFault, attempt};
use crate::limits::{DEDUP_BYTES, DEDUP_RECORDS};
use crate::log::{Located, Log};
use crate::reader::Reader;
use crate::recent::Recent;
use cairn_report::SubmissionId;
use std::io;
use std::sync::Arc;

/// First bytes of the file.
const MAGIC: [u8; 8] = *b"CAIRNIDS";
/// Bytes before the entries: magic, format version, number of entries.
const HEAD_BYTES: usize = 16;
/// The format written; the only one read.
const VERSION: u32 = 1;
/// Bytes of an entry: identity, position after the batch.
const ENTRY_BYTES: usize = 24;
/// Bytes of the checksum behind the entries.
const CRC_BYTES: usize = 4;

/// The name of the file for a log that begins at `start`.
fn file_name(start: u64) -> String {
    format!("retries-{start:020}.ids")
}

/// The start in a file's name; `None` for other files.
fn start_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("retries-")?.strip_suffix(".ids")?;
    (digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    digits.parse().ok()
}

/// The memory of the last batches of a journal that is opened; damage is passed over.
pub(crate) fn remember(log: &Arc<Log>, n_max: usize) -> Result<Recent, OpenError> {
    let (start, end) = log.span();
    let mut recent = Recent::new(n_max, DEDUP_BYTES);
    let kept = load(&*log.disk).map_err(|(name, source)| unreadable(name, source))?;
    for (id, end) in kept.into_iter().filter(|(_, end)| *end <= start) {
        recent.remember(id, end);
    }
    match read_ids(log, end.saturating_sub(DEDUP_BYTES).max(start), end, &mut recent) {
        Ok(()) => Ok(recent),
        Err((segment, source)) => Err(unreadable(segment, source)),
    }
}

fn unreadable(name: String, source: io::Error) -> OpenError {
    OpenError::Io { doing: "read", name, source }
}

/// Remembers what the log holds from the segment of `from` on up to `until`; damage is passed over.
fn read_ids(
    log: &Arc<Log>,
    from: u64,
    until: u64,
    recent: &mut Recent,
) -> Result<(), (String, io::Error)> {
    let Located::In(stretch) = log.locate(from) else { return Ok(()) };
    let mut reader = Reader::new(Arc::clone(log), stretch.base);
    while reader.reached().get() < until {
        match reader.next_id() {
            Some(Ok((id, end))) => recent.remember(id, end),
            Some(Err(ReadError::Io { segment, source })) => return Err((segment, source)),
            Some(Err(_)) => match reader.skip_damage() {
                Ok(_) => {}
                Err(ReadError::Io { segment, source }) => return Err((segment, source)),
                Err(_) => return Ok(()),
            },
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Writes, durably, what a log that will begin at `start` needs to know of what is before it.
pub(crate) fn keep(log: &Arc<Log>, start: u64, n_max: usize) -> Result<(), StorageFault> {
    let oldest = log.span().1.saturating_sub(DEDUP_BYTES);
    let mut recent = Recent::new(n_max.min(DEDUP_RECORDS), DEDUP_BYTES);
    let kept = attempt("read", load(&*log.disk).map_err(|(_, source)| source))?;
    for (id, end) in kept {
        recent.remember(id, end);
    }
    let from = oldest.max(log.span().0);
    let read = read_ids(log, from, start, &mut recent).map_err(|(_, source)| source);
    attempt("read", read)?;
    let entries: Vec<_> = recent.entries().filter(|e| (oldest..=start).contains(&e.1)).collect();
    let file = attempt("create", log.disk.create(&file_name(start)))?;
    attempt("write", write_all(&*file, 0, &encode(&entries)))?;
    attempt("sync", file.sync_all())?;
    attempt("sync folder", log.disk.sync_dir())
}

/// Removes the files that [`keep`] wrote for earlier starts.
pub(crate) fn remove_older(disk: &dyn Disk, start: u64) -> Result<(), StorageFault> {
    for name in attempt("list", disk.list())? {
        if start_of(&name).is_some_and(|of| of < start) {
            attempt("remove", disk.remove(&name))?;
        }
    }
    Ok(())
}

fn encode(entries: &[(SubmissionId, u64)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD_BYTES + entries.len() * ENTRY_BYTES + CRC_BYTES);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    // Fits: the memory is limited. A wrong number would not match the file's size.
    bytes.extend_from_slice(&u32::try_from(entries.len()).unwrap_or(0).to_le_bytes());
    for (id, end) in entries {
        bytes.extend_from_slice(&id.0);
        bytes.extend_from_slice(&end.to_le_bytes());
    }
    bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
    bytes
}

/// The newest whole file's entries, oldest first; none when there is no whole file.
fn load(disk: &dyn Disk) -> Result<Vec<(SubmissionId, u64)>, (String, io::Error)> {
    let names = disk.list().map_err(|error| ("segments".to_owned(), error))?;
    let mut starts: Vec<u64> = names.iter().filter_map(|name| start_of(name)).collect();
    starts.sort_unstable();
    for start in starts.into_iter().rev() {
        let name = file_name(start);
        match read(disk, &name) {
            Ok(Some(entries)) => return Ok(entries),
            // Half-written when the power went: nothing was removed on its word yet.
            Ok(None) => {}
            Err(source) => return Err((name, source)),
        }
    }
    Ok(vec![])
}

fn read(disk: &dyn Disk, name: &str) -> io::Result<Option<Vec<(SubmissionId, u64)>>> {
    let file = disk.open(name)?;
    let size = usize::try_from(file.size()?).unwrap_or(usize::MAX);
    if size > HEAD_BYTES + DEDUP_RECORDS * ENTRY_BYTES + CRC_BYTES {
        return Ok(None);
    }
    let mut bytes = vec![0; size];
    let n = read_full(&*file, 0, &mut bytes)?;
    bytes.truncate(n);
    Ok(decode(&bytes))
}

fn decode(bytes: &[u8]) -> Option<Vec<(SubmissionId, u64)>> {
    let (content, crc) = bytes.split_last_chunk::<CRC_BYTES>()?;
    let (head, entries) = content.split_first_chunk::<HEAD_BYTES>()?;
    let is_known = head[..8] == MAGIC && head[8..12] == VERSION.to_le_bytes();
    let n = u32::from_le_bytes([head[12], head[13], head[14], head[15]]);
    let is_whole = usize::try_from(n).ok()?.checked_mul(ENTRY_BYTES)? == entries.len()
        && crc32c::crc32c(content).to_le_bytes() == *crc;
    let entry = |bytes: &[u8]| {
        let (id, end) = bytes.split_first_chunk::<16>()?;
        Some((SubmissionId(*id), u64::from_le_bytes(end.try_into().ok()?)))
    };
    (is_known && is_whole).then(|| entries.chunks_exact(ENTRY_BYTES).map_while(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_comes_back_and_no_shorter_or_changed_file_is_believed() {
        let entries: Vec<_> = (0..3_u8).map(|n| (SubmissionId([n; 16]), u64::from(n))).collect();
        let bytes = encode(&entries);
        assert_eq!(decode(&bytes), Some(entries));
        for at in 0..bytes.len() {
            assert_eq!(decode(&bytes[..at]), None, "{at}");
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(decode(&changed), None, "{at}");
        }
    }
}
