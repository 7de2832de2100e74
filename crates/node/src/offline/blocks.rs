//! Whole lines of a stream, a few hundred at a time.

use cairn_wire::limits::JSON_LINE_BYTES_MAX;
use std::io::{self, BufRead, Read as _};

/// Bytes read before a block ends at its last line. Source: about 250 queries, 5 ms of work: enough to hide the
/// handing over, little enough that all threads are busy to the end.
const BLOCK_BYTES: usize = 256 << 10;

/// Lines that follow one another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    bytes: Vec<u8>,
    /// A line so long that it was skipped; it stands alone.
    is_too_long: bool,
}

impl Block {
    /// Its lines that are not blank; `None` stands for one that was too long.
    pub(super) fn lines(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let lines = self.bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let lines = lines.filter(|line| !line.is_empty()).map(Some);
        lines.chain(self.is_too_long.then_some(None))
    }
}

/// Reads a stream block by block.
pub(super) struct Blocks<'r> {
    from: &'r mut dyn BufRead,
    /// The start of a line whose end was not read yet.
    rest: Vec<u8>,
}

impl<'r> Blocks<'r> {
    /// The blocks of a stream.
    pub(super) const fn of(from: &'r mut dyn BufRead) -> Self {
        Self { from, rest: Vec::new() }
    }

    /// The next lines; `None` at the end.
    pub(super) fn next_block(&mut self) -> io::Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let n_read = (&mut *self.from).take(BLOCK_BYTES as u64).read_to_end(&mut bytes)?;
            if n_read == 0 {
                let is_end = bytes.is_empty();
                return Ok((!is_end).then_some(Block { bytes, is_too_long: false }));
            }
            let new = bytes.len() - n_read;
            if let Some(end) = bytes[new..].iter().rposition(|byte| *byte == b'\n') {
                self.rest = bytes.split_off(new + end + 1);
                return Ok(Some(Block { bytes, is_too_long: false }));
            }
            if bytes.len() > JSON_LINE_BYTES_MAX {
                self.skip_line()?;
                return Ok(Some(Block { bytes: Vec::new(), is_too_long: true }));
            }
        }
    }

    /// Skips what is left of a line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let block = self.from.fill_buf()?;
            let end = block.iter().position(|byte| *byte == b'\n');
            let n = end.map_or(block.len(), |end| end + 1);
            let is_done = end.is_some() || block.is_empty();
            self.from.consume(n);
            if is_done {
                return Ok(());
            }
        }
    }
}
