//! The footer: its bytes, and what a reader refuses in it.

use crate::SnapshotId;
use crate::error::Fault;
use crate::layout::{END_MAGIC, FOOTER_BYTES, Header, ID_AT, N_SECTIONS, RECS, u32_at};

/// What the footer says, checked against its own checksum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Footer {
    pub(crate) section_crcs: [u32; N_SECTIONS],
    pub(crate) id: SnapshotId,
}

impl Footer {
    /// The footer's bytes before the id.
    pub(crate) fn head(header_crc: u32, section_crcs: [u32; N_SECTIONS]) -> [u8; ID_AT] {
        let mut bytes = [0; ID_AT];
        bytes[..4].copy_from_slice(&header_crc.to_le_bytes());
        for (section, crc) in section_crcs.iter().enumerate() {
            bytes[4 + 4 * section..8 + 4 * section].copy_from_slice(&crc.to_le_bytes());
        }
        bytes
    }

    /// The whole footer.
    pub(crate) fn encode(head: [u8; ID_AT], id: SnapshotId, header: &Header) -> [u8; FOOTER_BYTES] {
        let mut bytes = [0; FOOTER_BYTES];
        bytes[..ID_AT].copy_from_slice(&head);
        bytes[32..64].copy_from_slice(id.bytes());
        bytes[64..72].copy_from_slice(&header.file_bytes.to_le_bytes());
        bytes[72..76].copy_from_slice(&header.version.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..76]);
        bytes[76..80].copy_from_slice(&crc.to_le_bytes());
        bytes[80..].copy_from_slice(&END_MAGIC);
        bytes
    }

    /// Reads the footer of a file whose header was accepted.
    pub(crate) fn decode(file: &[u8], header: &Header) -> Result<Self, Fault> {
        let bytes = &file[found_footer(file)..];
        if u32_at(bytes, 76) != crc32c::crc32c(&bytes[..76]) {
            return Err(Fault::Checksum { part: "footer" });
        }
        // Four zeros in version 1: the checksum of no bytes.
        let mut section_crcs = [0; N_SECTIONS];
        for (section, crc) in section_crcs.iter_mut().enumerate() {
            *crc = u32_at(bytes, 4 + 4 * section);
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(&bytes[32..64]);
        let id = SnapshotId::new(digest);
        let head = Self::head(u32_at(bytes, 0), section_crcs);
        if Self::encode(head, id, header) != *bytes || section_crcs[RECS] != 0 {
            return Err(Fault::Malformed { what: "footer" });
        }
        Ok(Self { section_crcs, id })
    }
}

fn found_footer(file: &[u8]) -> usize {
    file.len() - FOOTER_BYTES
}
