//! Reads fields one by one, hashing as it goes, and says where it was when something was wrong.

use super::CHECKSUM_BYTES;
use std::io::{self, BufReader, Read};

/// Why bytes are no checkpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input could not be read, or ended early (`UnexpectedEof`).
    #[error("checkpoint unreadable at byte {offset}")]
    Io {
        /// Where.
        offset: u64,
        /// What the input said.
        source: io::Error,
    },
    /// It is something else.
    #[error("not a checkpoint")]
    Magic,
    /// It was written by another version; rebuild the map from the journal.
    #[error("checkpoint version {found} is not the supported {supported}")]
    Version {
        /// The version found.
        found: u16,
        /// The only version read.
        supported: u16,
    },
    /// A field holds what no map writes; rebuild the map from the journal.
    #[error("checkpoint corrupt at byte {offset}: {field}")]
    Field {
        /// Where the field ends.
        offset: u64,
        /// What it was to be.
        field: &'static str,
    },
    /// The content does not match its checksum; rebuild the map from the journal.
    #[error("checkpoint checksum does not match its content")]
    Checksum,
}

/// A hashing reader of fixed-size fields. Never allocates: what it reads fits on the stack.
pub(super) struct Source<R: Read> {
    input: BufReader<R>,
    /// None for what has no checksum of its own.
    hasher: Option<blake3::Hasher>,
    offset: u64,
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(64 * 1024, input),
            hasher: Some(blake3::Hasher::new()),
            offset: 0,
        }
    }

    /// A reader of what lies in memory and has no checksum of its own.
    pub(super) fn unhashed(input: R) -> Self {
        Self { input: BufReader::with_capacity(0, input), hasher: None, offset: 0 }
    }

    /// True when so many bytes were read.
    pub(super) const fn is_at(&self, n_bytes: usize) -> bool {
        self.offset == n_bytes as u64
    }

    /// The next `N` bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let bytes = self.raw()?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&bytes);
        }
        Ok(bytes)
    }

    pub(super) fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.bytes::<1>()?[0])
    }

    pub(super) fn i8(&mut self) -> Result<i8, DecodeError> {
        Ok(self.u8()?.cast_signed())
    }

    pub(super) fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_le_bytes(self.bytes()?))
    }

    pub(super) fn i16(&mut self) -> Result<i16, DecodeError> {
        Ok(i16::from_le_bytes(self.bytes()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    pub(super) fn i32(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_le_bytes(self.bytes()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, DecodeError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    /// A length in one byte, within `min..=max`.
    pub(super) fn count(
        &mut self,
        field: &'static str,
        min: usize,
        max: usize,
    ) -> Result<usize, DecodeError> {
        let n = usize::from(self.u8()?);
        self.check((min..=max).contains(&n), field)?;
        Ok(n)
    }

    /// A length in two bytes, within `min..=max`.
    pub(super) fn count_u16(
        &mut self,
        field: &'static str,
        min: usize,
        max: usize,
    ) -> Result<usize, DecodeError> {
        let n = usize::from(self.u16()?);
        self.check((min..=max).contains(&n), field)?;
        Ok(n)
    }

    /// Refuses the field just read unless `holds`.
    pub(super) fn check(&self, holds: bool, field: &'static str) -> Result<(), DecodeError> {
        if holds { Ok(()) } else { Err(self.wrong(field)) }
    }

    /// The field just read is wrong.
    pub(super) const fn wrong(&self, field: &'static str) -> DecodeError {
        DecodeError::Field { offset: self.offset, field }
    }

    /// Reads the checksum, compares it, and makes sure that nothing follows.
    pub(super) fn finish(mut self) -> Result<(), DecodeError> {
        let digest = self.hasher.take().map(|hasher| *hasher.finalize().as_bytes());
        if Some(self.raw::<CHECKSUM_BYTES>()?) != digest {
            return Err(DecodeError::Checksum);
        }
        match self.raw::<1>() {
            Err(DecodeError::Io { source, .. })
                if source.kind() == io::ErrorKind::UnexpectedEof =>
            {
                Ok(())
            }
            Err(error) => Err(error),
            Ok(_) => Err(self.wrong("bytes after the checksum")),
        }
    }

    fn raw<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut bytes = [0; N];
        let offset = self.offset;
        self.input.read_exact(&mut bytes).map_err(|source| DecodeError::Io { offset, source })?;
        self.offset += N as u64;
        Ok(bytes)
    }
}
