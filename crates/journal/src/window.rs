//! A buffered view of one segment by position.

use crate::disk::{DiskFile, read_full};
use crate::frame::HEADER_BYTES;
use crate::limits::READ_WINDOW_BYTES;
use std::io;

/// Reads a segment's bytes by logical position, a window at a time.
#[derive(Debug)]
pub(crate) struct Window {
    file: Box<dyn DiskFile>,
    base: u64,
    at: u64,
    buffer: Vec<u8>,
}

impl Window {
    /// A view of `file`, whose records begin at position `base`.
    pub(crate) const fn new(file: Box<dyn DiskFile>, base: u64) -> Self {
        Self { file, base, at: base, buffer: Vec::new() }
    }

    /// The position of the segment's first record.
    pub(crate) const fn base(&self) -> u64 {
        self.base
    }

    /// The segment's first bytes, fewer when the file is shorter.
    pub(crate) fn header(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; HEADER_BYTES];
        let n = read_full(&*self.file, 0, &mut bytes)?;
        bytes.truncate(n);
        Ok(bytes)
    }

    /// The position at the end of the file.
    pub(crate) fn file_end(&self) -> io::Result<u64> {
        Ok(self.base + self.file.size()?.saturating_sub(HEADER_BYTES as u64))
    }

    /// Up to `n` bytes from `position`; fewer only where `limit` or the file ends.
    ///
    /// Bytes at and after `limit` are never read, so that nothing is remembered that may change.
    pub(crate) fn bytes(&mut self, position: u64, n: usize, limit: u64) -> io::Result<&[u8]> {
        let wanted = n.min(narrow(limit.saturating_sub(position)));
        let held = position.checked_sub(self.at).map(narrow);
        if let Some(from) = held.filter(|from| from + wanted <= self.buffer.len()) {
            return Ok(&self.buffer[from..from + wanted]);
        }
        let size = wanted.max(READ_WINDOW_BYTES).min(narrow(limit.saturating_sub(position)));
        self.buffer.clear();
        self.buffer.resize(size, 0);
        self.at = position;
        let offset = HEADER_BYTES as u64 + (position - self.base);
        let n_read = read_full(&*self.file, offset, &mut self.buffer);
        self.buffer.truncate(*n_read.as_ref().unwrap_or(&0));
        n_read?;
        Ok(&self.buffer[..wanted.min(self.buffer.len())])
    }
}

fn narrow(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
