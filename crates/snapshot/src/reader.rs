//! The frozen side: opens a snapshot and believes only what its checksums cover.

use crate::blocks::{Blocks, Health};
use crate::body::Body;
use crate::bytes::Bytes;
use crate::error::{Fault, OpenError};
use crate::footer::Footer;
use crate::heights::Heights;
use crate::index::Index;
use crate::layout::{BCRC, FOOTER_BYTES, Header, ID_AT, INDX, N_SECTIONS, RECS, TAGS, VENU};
use crate::limits::EAGER_BYTES_MAX;
use crate::mix::Mix;
use crate::venues::Venues;
use crate::{Meta, Records, SnapshotId, SnapshotStats, map};
use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

/// When the blocks of records are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// All at opening; a damaged one refuses the file. Reads the whole file once.
    Eager,
    /// Each when a look-up first touches it; a damaged one is never served.
    Lazy,
}

/// An open snapshot: a mapping, the meta, and one byte a block when checked lazily.
#[derive(Debug)]
pub struct Snapshot {
    bytes: Bytes,
    header: Header,
    id: SnapshotId,
    meta: Meta,
    pub(crate) blocks: Blocks,
}

impl Snapshot {
    /// Maps a file; checks it whole below [`EAGER_BYTES_MAX`], by touched block above.
    ///
    /// The file must never be written to afterwards (the room's own writer never does), only removed.
    ///
    /// # Errors
    /// [`OpenError`] with the path; [`Fault`] says what is wrong with the bytes.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_as(path, None)
    }

    /// As [`Snapshot::open`], checking as told.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub fn open_with(path: &Path, verify: Verify) -> Result<Self, OpenError> {
        Self::open_as(path, Some(verify))
    }

    fn open_as(path: &Path, verify: Option<Verify>) -> Result<Self, OpenError> {
        let io = |source| OpenError::Io { path: path.to_owned(), source };
        // Opening a pipe would wait for whoever writes into it.
        if !std::fs::metadata(path).map_err(io)?.is_file() {
            let fault = Fault::NotASnapshot;
            return Err(OpenError::Refused { path: path.to_owned(), fault });
        }
        let file = File::open(path).map_err(io)?;
        let n_bytes = file.metadata().map_err(io)?.len();
        let by_size = if n_bytes < EAGER_BYTES_MAX { Verify::Eager } else { Verify::Lazy };
        let bytes = if n_bytes == 0 {
            Bytes::Owned(Vec::new())
        } else {
            Bytes::Mapped(map::map_file(&file).map_err(io)?)
        };
        Self::believe(bytes, verify.unwrap_or(by_size))
            .map_err(|fault| OpenError::Refused { path: path.to_owned(), fault })
    }

    /// Reads a snapshot held in memory.
    ///
    /// # Errors
    /// The [`Fault`] found.
    pub fn from_bytes(bytes: Vec<u8>, verify: Verify) -> Result<Self, Fault> {
        Self::believe(Bytes::Owned(bytes), verify)
    }

    fn believe(bytes: Bytes, verify: Verify) -> Result<Self, Fault> {
        let file = bytes.all();
        let header = Header::decode(file)?;
        let footer = Footer::decode(file, &header)?;
        let sections = sections(file, &header);
        for section in (0..N_SECTIONS).filter(|section| *section != RECS) {
            if crc32c::crc32c(sections[section]) != footer.section_crcs[section] {
                return Err(Fault::Checksum { part: TAGS[section] });
            }
        }
        let meta = Meta::from_sections(sections[0], sections[1], sections[2])?;
        let models =
            if header.has_heights() { Heights::check(sections[VENU])? } else { sections[VENU] };
        Venues::check(models)?;
        let body = body(sections[INDX], sections[RECS], sections[BCRC], &header);
        body.index.check(header.n_records)?;
        let n_blocks = body.n_blocks() as usize;
        let blocks = match verify {
            Verify::Lazy => Blocks::unchecked(n_blocks),
            Verify::Eager => {
                body.check_all()?;
                check_id(file, footer.id)?;
                Blocks::whole(n_blocks)
            }
        };
        Ok(Self { header, id: footer.id, meta, blocks, bytes })
    }

    /// Checks every block and the id now, whatever was checked before.
    ///
    /// # Errors
    /// The first [`Fault`] found.
    pub fn verify(&self) -> Result<(), Fault> {
        self.body().check_all()?;
        check_id(self.bytes.all(), self.id)
    }

    /// The id: a digest of the bytes.
    pub const fn id(&self) -> SnapshotId {
        self.id
    }

    /// Provenance, calibration and physics.
    pub const fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Number of records.
    pub const fn len(&self) -> u64 {
        self.header.n_records
    }

    /// True without records.
    pub const fn is_empty(&self) -> bool {
        self.header.n_records == 0
    }

    /// Length of the file.
    pub const fn file_bytes(&self) -> u64 {
        self.header.file_bytes
    }

    /// The whole file, as it is mapped.
    pub fn all_bytes(&self) -> &[u8] {
        self.bytes.all()
    }

    /// The section `VENU`, and whether it begins with heights.
    pub(crate) fn places_section(&self) -> (&[u8], bool) {
        (part(self.bytes.all(), self.header.sections[VENU]), self.header.has_heights())
    }

    /// All records, in the order of the file (mixed keys); those in damaged blocks are left out.
    pub fn iter(&self) -> Records<'_> {
        Records::new(self)
    }

    /// The records of these blocks.
    pub(crate) const fn iter_blocks(&self, blocks: std::ops::Range<u32>) -> Records<'_> {
        Records::of_blocks(self, blocks)
    }

    /// What is inside, counted by reading all of it.
    pub fn stats(&self) -> SnapshotStats {
        SnapshotStats::of(self)
    }

    /// What was checked and what was found.
    pub fn health(&self) -> Health {
        self.blocks.health()
    }

    /// The mapping; `None` of a snapshot in memory.
    pub(crate) const fn mapping(&self) -> Option<&Mmap> {
        match &self.bytes {
            Bytes::Mapped(map) => Some(map),
            Bytes::Owned(_) => None,
        }
    }

    /// The sections that a look-up reads.
    #[inline]
    pub(crate) fn body(&self) -> Body<'_> {
        let section = |section| part(self.bytes.all(), self.header.sections[section]);
        body(section(INDX), section(RECS), section(BCRC), &self.header)
    }
}

impl<'a> IntoIterator for &'a Snapshot {
    type Item = crate::TransmitterRecord;
    type IntoIter = Records<'a>;
    fn into_iter(self) -> Records<'a> {
        self.iter()
    }
}

fn sections<'a>(file: &'a [u8], header: &Header) -> [&'a [u8]; N_SECTIONS] {
    header.sections.map(|section| part(file, section))
}

/// The bytes at an offset and of a length.
#[inline]
fn part(file: &[u8], (offset, length): (u64, u64)) -> &[u8] {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = usize::try_from(offset.saturating_add(length)).unwrap_or(usize::MAX);
    file.get(start..end).unwrap_or_default()
}

#[inline]
fn body<'a>(index: &'a [u8], records: &'a [u8], checksums: &'a [u8], header: &Header) -> Body<'a> {
    Body {
        index: Index::new(index, header.index_bits),
        records,
        checksums,
        mix: Mix { key: header.mix_key },
        layout: header.layout,
    }
}

pub(crate) fn check_id(file: &[u8], id: SnapshotId) -> Result<(), Fault> {
    let before = &file[..file.len() - FOOTER_BYTES + ID_AT];
    let is_same = blake3::hash(before).as_bytes() == id.bytes();
    if is_same { Ok(()) } else { Err(Fault::Digest) }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
