//! Sorted records to bytes, once.

use crate::SnapshotId;
use crate::footer::Footer;
use crate::layout::{BCRC, Header, INDX, N_SECTIONS, RECS, VENU};
use crate::limits::BLOCK_RECORDS;
use crate::meta::Meta;
use crate::mix::Mix;
use crate::payload::PAYLOAD_BYTES;
use crate::record_layout::RecordLayout;
use std::io::{self, Write};

/// Mixed key, 7 bytes, most significant first, then the payload: sorts as bytes.
pub(crate) type Entry = [u8; ENTRY_BYTES];
pub(crate) const ENTRY_BYTES: usize = 7 + PAYLOAD_BYTES;

/// Passes bytes on while taking their digest and the section's checksum.
pub(crate) struct Tally<'a, W: Write> {
    out: &'a mut W,
    digest: blake3::Hasher,
    section_crc: u32,
}

impl<'a, W: Write> Tally<'a, W> {
    /// Nothing passed yet.
    pub(crate) fn new(out: &'a mut W) -> Self {
        Self { out, digest: blake3::Hasher::new(), section_crc: 0 }
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.note(bytes);
        self.out.write_all(bytes)
    }

    /// Takes what is written already.
    pub(crate) fn note(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.section_crc = crc32c::crc32c_append(self.section_crc, bytes);
    }

    /// Where it goes.
    pub(crate) const fn out(&mut self) -> &mut W {
        self.out
    }

    /// Writes the footer.
    pub(crate) fn finish(
        mut self,
        header: &Header,
        header_crc: u32,
        crcs: [u32; N_SECTIONS],
    ) -> io::Result<SnapshotId> {
        let head = Footer::head(header_crc, crcs);
        self.put(&head)?;
        let id = SnapshotId::new(*self.digest.finalize().as_bytes());
        let footer = Footer::encode(head, id, header);
        self.out.write_all(&footer[head.len()..])?;
        Ok(id)
    }

    /// Checksum of what was put since the last call.
    pub(crate) fn take_crc(&mut self) -> u32 {
        std::mem::take(&mut self.section_crc)
    }
}

/// Writes a snapshot of `entries`, sorted, each key once, and of a `meta` within its limits.
pub(crate) fn write(
    meta: &Meta,
    mix: Mix,
    entries: &[Entry],
    venues: &[u8],
    out: &mut impl Write,
) -> io::Result<SnapshotId> {
    let small = meta.sections();
    let header = header_for(&small, mix, entries.len() as u64, venues.len() as u64);
    let mut tally = Tally::new(out);
    tally.put(&header.encode())?;
    let header_crc = tally.take_crc();
    let mut crcs = [0; N_SECTIONS];
    for (section, bytes) in small.iter().enumerate() {
        tally.put(bytes)?;
        crcs[section] = tally.take_crc();
    }
    put_index(&mut tally, entries, header.index_bits)?;
    crcs[INDX] = tally.take_crc();
    let block_crcs = put_records(&mut tally, entries, header.layout)?;
    crcs[RECS] = 0;
    for crc in block_crcs {
        tally.put(&crc.to_le_bytes())?;
    }
    crcs[BCRC] = tally.take_crc();
    tally.put(venues)?;
    crcs[VENU] = tally.take_crc();
    tally.finish(&header, header_crc, crcs)
}

/// The header of so many records between sections of these lengths.
pub(crate) fn header_for(
    small: &[Vec<u8>; 3],
    mix: Mix,
    n_records: u64,
    n_venue_bytes: u64,
) -> Header {
    let [index, records, checksums] = Header::bulk_lengths(n_records);
    let [meta, calibration, physics] = [0, 1, 2].map(|section: usize| small[section].len() as u64);
    let lengths = [meta, calibration, physics, index, records, checksums, n_venue_bytes];
    Header::new(n_records, mix.key, lengths)
}

/// For each bucket the number of records before it, then the number of all.
fn put_index<W: Write>(tally: &mut Tally<'_, W>, entries: &[Entry], bits: u8) -> io::Result<()> {
    let mut at = 0_usize;
    for bucket in 0..=1_u64 << bits {
        let first = bucket << (56 - bits);
        while entries.get(at).is_some_and(|entry| mixed_of(entry) < first) {
            at += 1;
        }
        let position = u32::try_from(at).map_err(io::Error::other)?;
        tally.put(&position.to_le_bytes())?;
    }
    Ok(())
}

/// Writes all records; the checksums of their blocks.
fn put_records<W: Write>(
    tally: &mut Tally<'_, W>,
    entries: &[Entry],
    layout: RecordLayout,
) -> io::Result<Vec<u32>> {
    let mut crcs = Vec::with_capacity(entries.len() / BLOCK_RECORDS as usize + 1);
    let mut block = Vec::with_capacity(BLOCK_RECORDS as usize * layout.record_bytes());
    for chunk in entries.chunks(BLOCK_RECORDS as usize) {
        block.clear();
        for entry in chunk {
            put_record(entry, layout, &mut |bytes| {
                block.extend_from_slice(bytes);
                Ok(())
            })?;
        }
        tally.put(&block)?;
        crcs.push(tally.take_crc());
    }
    Ok(crcs)
}

/// A record's bytes: what its bucket does not say of the key, and the payload.
#[inline]
pub(crate) fn put_record(
    entry: &Entry,
    layout: RecordLayout,
    put: &mut impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    put(&mixed_of(entry).to_le_bytes()[..layout.remainder_bytes()])?;
    put(&entry[7..])
}

#[inline]
pub(crate) fn mixed_of(entry: &Entry) -> u64 {
    entry.first_chunk().map_or(0, |head| u64::from_be_bytes(*head) >> 8)
}
