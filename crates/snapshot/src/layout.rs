//! The header: its bytes, and what a reader refuses in it.

use crate::error::Fault;
use crate::limits::{BLOCK_RECORDS, RECORDS_MAX};
use crate::record_layout::{RecordLayout, bulk_lengths, index_bits};

/// The version this code writes.
pub(crate) const FORMAT_VERSION: u32 = 4;
/// The first version with the records that are written; the same file but for heights in `VENU`.
pub(crate) const FORMAT_VERSION_3: u32 = 3;
/// The first version, which is still read, as are the second and the third: both of the first have wider records,
/// and this one no section `VENU`.
const FORMAT_VERSION_1: u32 = 1;

pub(crate) const MAGIC: [u8; 8] = *b"CAIRNSNP";
pub(crate) const END_MAGIC: [u8; 8] = *b"PNSNRIAC";

/// Sections of the version written; version 1 has one less.
pub(crate) const N_SECTIONS: usize = 7;
pub(crate) const TAGS: [&str; N_SECTIONS] =
    ["META", "CALI", "PHYS", "INDX", "RECS", "BCRC", "VENU"];
pub(crate) const INDX: usize = 3;
pub(crate) const RECS: usize = 4;
pub(crate) const BCRC: usize = 5;
pub(crate) const VENU: usize = 6;

const TABLE_AT: usize = 48;
const ENTRY_BYTES: usize = 24;
/// Bytes of the header of the version written.
pub(crate) const HEADER_BYTES: usize = header_bytes(FORMAT_VERSION);
pub(crate) const FOOTER_BYTES: usize = 88;

/// Where the id stands in the footer: the digest covers every byte before it.
pub(crate) const ID_AT: usize = 32;

/// Sections of a file of that version.
const fn n_sections(version: u32) -> usize {
    if version == FORMAT_VERSION_1 { N_SECTIONS - 1 } else { N_SECTIONS }
}

/// Bytes of the header of a file of that version.
const fn header_bytes(version: u32) -> usize {
    TABLE_AT + n_sections(version) * ENTRY_BYTES
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) version: u32,
    pub(crate) file_bytes: u64,
    pub(crate) n_records: u64,
    pub(crate) mix_key: u64,
    pub(crate) index_bits: u8,
    pub(crate) layout: RecordLayout,
    /// Offset and length of each section.
    pub(crate) sections: [(u64, u64); N_SECTIONS],
}

impl Header {
    /// A header for sections of these lengths, one after the other.
    pub(crate) fn new(n_records: u64, mix_key: u64, lengths: [u64; N_SECTIONS]) -> Self {
        Self::of_version(FORMAT_VERSION, n_records, mix_key, lengths)
    }

    /// True when the section `VENU` begins with heights.
    pub(crate) const fn has_heights(&self) -> bool {
        self.version > FORMAT_VERSION_3
    }

    /// Bytes of the header of a version.
    pub(crate) const fn bytes_of(version: u32) -> usize {
        header_bytes(version)
    }

    pub(crate) fn of_version(
        version: u32,
        n_records: u64,
        mix_key: u64,
        lengths: [u64; N_SECTIONS],
    ) -> Self {
        let mut end = header_bytes(version) as u64;
        // Saturating: a forged length makes a header that is not the file's, and no overflow.
        let sections = lengths.map(|length| {
            let start = end;
            end = end.saturating_add(length);
            (start, length)
        });
        let file_bytes = end.saturating_add(FOOTER_BYTES as u64);
        let index_bits = index_bits(version, n_records);
        let layout = RecordLayout::of(version, index_bits);
        Self { version, file_bytes, n_records, mix_key, index_bits, layout, sections }
    }

    /// Lengths of the index, the records and the block checksums.
    pub(crate) fn bulk_lengths(n_records: u64) -> [u64; 3] {
        bulk_lengths(FORMAT_VERSION, n_records)
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; header_bytes(self.version)];
        let n_sections = n_sections(self.version);
        let mut put = |at: usize, part: &[u8]| bytes[at..at + part.len()].copy_from_slice(part);
        put(0, &MAGIC);
        put(8, &self.version.to_le_bytes());
        put(12, &(if n_sections == N_SECTIONS { 7_u32 } else { 6 }).to_le_bytes());
        put(16, &self.file_bytes.to_le_bytes());
        put(24, &self.n_records.to_le_bytes());
        put(32, &self.mix_key.to_le_bytes());
        let record_bytes = u8::try_from(self.layout.record_bytes()).unwrap_or(0);
        put(40, &[self.index_bits, record_bytes, 0, 0]);
        put(44, &BLOCK_RECORDS.to_le_bytes());
        let table = TAGS.iter().zip(self.sections).take(n_sections);
        for (section, (tag, (offset, length))) in table.enumerate() {
            let at = TABLE_AT + section * ENTRY_BYTES;
            put(at, tag.as_bytes());
            put(at + 8, &offset.to_le_bytes());
            put(at + 16, &length.to_le_bytes());
        }
        bytes
    }

    /// Reads the header of a whole file; refuses any byte that [`Header::encode`] would not write.
    pub(crate) fn decode(file: &[u8]) -> Result<Self, Fault> {
        let found = file.len() as u64;
        let version = version(file)?;
        let least = (header_bytes(version) + FOOTER_BYTES) as u64;
        if found < least {
            return Err(Fault::TooShort { found, least });
        }
        let expected = u64_at(file, 16);
        if expected != found {
            return Err(Fault::Length { expected, found });
        }
        if u32_at(file, file.len() - FOOTER_BYTES) != crc32c::crc32c(&file[..header_bytes(version)])
        {
            return Err(Fault::Checksum { part: "header" });
        }
        let n_records = u64_at(file, 24);
        if n_records > RECORDS_MAX {
            return Err(Fault::Malformed { what: "too many records" });
        }
        Self::rebuilt(file, version, n_records)
    }

    /// The one header that a writer gives these sections, if it is the one there.
    fn rebuilt(file: &[u8], version: u32, n_records: u64) -> Result<Self, Fault> {
        let [index, records, checksums] = bulk_lengths(version, n_records);
        let length = |section: usize| u64_at(file, TABLE_AT + section * ENTRY_BYTES + 16);
        let venues = if n_sections(version) > VENU { length(VENU) } else { 0 };
        let small = [length(0), length(1), length(2), venues];
        if small.iter().any(|n| *n > file.len() as u64) {
            return Err(Fault::Malformed { what: "section table" });
        }
        let lengths = [small[0], small[1], small[2], index, records, checksums, venues];
        let header = Self::of_version(version, n_records, u64_at(file, 32), lengths);
        if header.encode() != file[..header_bytes(version)]
            || header.file_bytes != file.len() as u64
        {
            return Err(Fault::Malformed { what: "header" });
        }
        Ok(header)
    }
}

/// Magic and version, before anything else is believed.
fn version(file: &[u8]) -> Result<u32, Fault> {
    let Some((head, _)) = file.split_first_chunk::<12>() else {
        let least = (HEADER_BYTES + FOOTER_BYTES) as u64;
        return Err(Fault::TooShort { found: file.len() as u64, least });
    };
    if head[..8] != MAGIC {
        return Err(Fault::NotASnapshot);
    }
    match u32_at(head, 8) {
        version @ (FORMAT_VERSION_1..=FORMAT_VERSION) => Ok(version),
        0 => Err(Fault::UnknownFormat { found: 0 }),
        found => Err(Fault::NewerFormat { found }),
    }
}

/// What a header states, believed or not: version, mix key, number of records, and the length of each
/// section; for forging in tests. `None` of what is too short or no header of a known version.
pub(crate) fn section_lengths(file: &[u8]) -> Option<(u32, u64, u64, [u64; N_SECTIONS])> {
    let version = version(file).ok()?;
    file.get(..header_bytes(version))?;
    let mut lengths = [0; N_SECTIONS];
    for (section, length) in lengths.iter_mut().enumerate().take(n_sections(version)) {
        *length = u64_at(file, TABLE_AT + section * ENTRY_BYTES + 16);
    }
    Some((version, u64_at(file, 32), u64_at(file, 24), lengths))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at + 4)) << 32 | u64::from(u32_at(bytes, at))
}
