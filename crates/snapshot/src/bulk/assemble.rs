//! The snapshot's file from the merged ranges: counted, then written in place, then hashed in order.

use super::union::{RANGE_BITS, RANGES, Union};
use super::{Bulk, at};
use crate::error::SealError;
use crate::layout::{BCRC, Header, INDX, N_SECTIONS, RECS, VENU};
use crate::limits::{BLOCK_RECORDS, RECORDS_MAX};
use crate::serializer::{self, Tally, header_for, mixed_of};
use crate::venues::{self, Venue};
use crate::{SnapshotId, file};
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// So few records are written as [`crate::SnapshotWriter`] does: their index is coarser than the ranges.
const SMALL: u64 = 1 << 16;
/// Bytes written or read at once.
const PIECE_BYTES: usize = 1 << 20;

/// Writes the file.
pub(super) fn assemble(
    bulk: &Bulk,
    union: &Union,
    venues: &[Venue],
) -> Result<SnapshotId, SealError> {
    let venues = venues::encode(venues)?;
    let temporary = bulk.folder.join("snapshot.tmp");
    let counts: Vec<AtomicU64> = (0..RANGES).map(|_| AtomicU64::new(0)).collect();
    bulk.on_all_threads(RANGES as u64, &|range| {
        let range = usize::try_from(range).unwrap_or(0);
        counts[range].store(union.range(range)?.len() as u64, Ordering::Relaxed);
        Ok(())
    })?;
    let counts: Vec<u64> = counts.into_iter().map(AtomicU64::into_inner).collect();
    let found = counts.iter().sum();
    if found > RECORDS_MAX {
        return Err(SealError::TooManyRecords { found, max: RECORDS_MAX });
    }
    let id = if found < SMALL {
        write_small(bulk, union, &venues, &temporary)?
    } else {
        write_large(bulk, union, &venues, &temporary, &counts)?
    };
    let path = bulk.out.join(id.file_name());
    file::rename_synced(&temporary, &path).map_err(at(&path))?;
    Ok(id)
}

fn write_small(
    bulk: &Bulk,
    union: &Union,
    venues: &[u8],
    temporary: &Path,
) -> Result<SnapshotId, SealError> {
    let mut entries = Vec::new();
    for range in 0..RANGES {
        entries.append(&mut union.range(range)?);
    }
    let write = |out: &mut _| serializer::write(&bulk.plan.meta, bulk.mix, &entries, venues, out);
    file::write_synced(temporary, write).map_err(at(temporary))
}

fn write_large(
    bulk: &Bulk,
    union: &Union,
    venues: &[u8],
    temporary: &Path,
    counts: &[u64],
) -> Result<SnapshotId, SealError> {
    let small = bulk.plan.meta.sections();
    let n_records: u64 = counts.iter().sum();
    let header = header_for(&small, bulk.mix, n_records, venues.len() as u64);
    drop(File::create(temporary).map_err(at(temporary))?);
    let mut before = 0;
    let starts: Vec<u64> = counts
        .iter()
        .map(|count| {
            before += count;
            before - count
        })
        .collect();
    bulk.on_all_threads(RANGES as u64, &|range| {
        let at_range = usize::try_from(range).unwrap_or(0);
        let place = Place { header: &header, range, start: starts[at_range] };
        let entries = union.range(at_range)?;
        place.write(temporary, &entries).map_err(at(temporary))
    })?;
    complete(&header, &small, venues, temporary).map_err(at(temporary))
}

/// Where a range's part of index and records lies.
struct Place<'a> {
    header: &'a Header,
    range: u64,
    /// Records before it.
    start: u64,
}

impl Place<'_> {
    fn write(&self, path: &Path, entries: &[serializer::Entry]) -> io::Result<()> {
        let mut out = File::options().write(true).open(path)?;
        let bits = self.header.index_bits;
        let n_buckets = 1 << (bits - RANGE_BITS);
        let index_at = self.header.sections[INDX].0 + 4 * self.range * n_buckets;
        out.seek(SeekFrom::Start(index_at))?;
        let mut buffered = BufWriter::with_capacity(PIECE_BYTES, out);
        let mut at = 0;
        for bucket in self.range * n_buckets..(self.range + 1) * n_buckets {
            let first = bucket << (56 - bits);
            while entries.get(at).is_some_and(|entry| mixed_of(entry) < first) {
                at += 1;
            }
            buffered.write_all(&position(self.start + at as u64)?)?;
        }
        let layout = self.header.layout;
        let records_at = self.header.sections[RECS].0 + self.start * layout.record_bytes() as u64;
        buffered.seek(SeekFrom::Start(records_at))?;
        for entry in entries {
            serializer::put_record(entry, layout, &mut |bytes| buffered.write_all(bytes))?;
        }
        buffered.flush()
    }
}

fn position(n: u64) -> io::Result<[u8; 4]> {
    Ok(u32::try_from(n).map_err(io::Error::other)?.to_le_bytes())
}

/// Writes all that is not index and records, and hashes everything in order.
fn complete(
    header: &Header,
    small: &[Vec<u8>; 3],
    venues: &[u8],
    path: &Path,
) -> io::Result<SnapshotId> {
    let mut out = File::options().read(true).write(true).open(path)?;
    let (index_at, index_bytes) = header.sections[INDX];
    out.seek(SeekFrom::Start(index_at + index_bytes - 4))?;
    out.write_all(&position(header.n_records)?)?;
    out.seek(SeekFrom::Start(0))?;
    let mut tally = Tally::new(&mut out);
    let mut crcs = [0; N_SECTIONS];
    tally.put(&header.encode())?;
    let header_crc = tally.take_crc();
    for (section, bytes) in small.iter().enumerate() {
        tally.put(bytes)?;
        crcs[section] = tally.take_crc();
    }
    pass(&mut tally, index_bytes, PIECE_BYTES, &mut |_| ())?;
    crcs[INDX] = tally.take_crc();
    let mut blocks = Vec::new();
    let block_bytes = BLOCK_RECORDS as usize * header.layout.record_bytes();
    pass(&mut tally, header.sections[RECS].1, block_bytes, &mut |crc| blocks.push(crc))?;
    for crc in blocks {
        tally.put(&crc.to_le_bytes())?;
    }
    crcs[BCRC] = tally.take_crc();
    tally.put(venues)?;
    crcs[VENU] = tally.take_crc();
    let id = tally.finish(header, header_crc, crcs)?;
    out.sync_all()?;
    Ok(id)
}

/// Takes what is written already into the tally, in pieces; with each piece's checksum, where there are several
/// of interest.
fn pass(
    tally: &mut Tally<'_, File>,
    n_bytes: u64,
    piece_bytes: usize,
    piece_crc: &mut dyn FnMut(u32),
) -> io::Result<()> {
    let is_in_blocks = piece_bytes != PIECE_BYTES;
    let mut piece = vec![0; piece_bytes];
    let mut left = n_bytes;
    while left > 0 {
        let n = usize::try_from(left).unwrap_or(usize::MAX).min(piece_bytes);
        tally.out().read_exact(&mut piece[..n])?;
        tally.note(&piece[..n]);
        if is_in_blocks {
            piece_crc(tally.take_crc());
        }
        left -= n as u64;
    }
    Ok(())
}
