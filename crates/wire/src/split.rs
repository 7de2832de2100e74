//! Queries out of a stream that arrives in pieces: lines of JSON, members of a protobuf list.
//!
//! Never holds more than the longest item allowed and what was pushed last; a longer item is skipped, and
//! costs itself only (W2).

use crate::proto::reader::{Varint, varint};

/// How a stream is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// At line ends (`\n`, `\r\n`); blank lines are no items.
    Lines,
    /// A protobuf message whose field 1 is a list of messages; other fields are skipped.
    Messages,
}

/// One item of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// Its bytes, without what it was cut by.
    Whole(&'a [u8]),
    /// Longer than allowed: it was, or is being, skipped.
    TooLong,
}

/// Why a stream cannot be cut any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// The bytes are no list of messages.
    #[error(
        "byte {offset} of the stream starts no field of a message: send a list of messages in field 1"
    )]
    NoMessage {
        /// Bytes before the field.
        offset: u64,
    },
    /// The stream ends inside an item.
    #[error("the stream ends inside a message, after {offset} bytes")]
    Cut {
        /// Bytes of the whole stream.
        offset: u64,
    },
}

/// Cuts a stream.
#[derive(Debug)]
pub struct Splitter {
    cut: Cut,
    bytes_max: usize,
    held: Vec<u8>,
    /// Where the next item starts in `held`.
    start: usize,
    /// Bytes of `held` from `start` that hold no line end.
    looked: usize,
    /// Bytes of a long item that are still to be skipped; of a long line nobody knows how many.
    skipping: Skip,
    /// Bytes of the stream before `held`.
    passed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    Nothing,
    Bytes(u64),
    Line,
}

/// What stands at the start of what is held.
enum Next {
    /// Not enough of it yet.
    Partial,
    /// An item: where its bytes begin and end, counted from the start.
    Item(usize, usize),
    /// An item that is too long, or nothing of ours: its head, and the bytes that follow it.
    Skipped(usize, u64, bool),
}

impl Splitter {
    /// A stream cut in this way into items of at most `bytes_max`.
    pub const fn new(cut: Cut, bytes_max: usize) -> Self {
        Self {
            cut,
            bytes_max,
            held: Vec::new(),
            start: 0,
            looked: 0,
            skipping: Skip::Nothing,
            passed: 0,
        }
    }

    /// Where the next piece of the stream is appended; only after [`Splitter::next_item`] found nothing.
    pub fn room(&mut self) -> &mut Vec<u8> {
        self.held.drain(..self.start);
        self.passed += self.start as u64;
        self.start = 0;
        &mut self.held
    }

    /// The next item; `None` when more of the stream is needed.
    ///
    /// # Errors
    /// [`SplitError`]: nothing that follows can be read.
    pub fn next_item(&mut self) -> Result<Option<Item<'_>>, SplitError> {
        loop {
            if !self.skip() {
                return Ok(None);
            }
            match self.look()? {
                Next::Partial => return Ok(None),
                Next::Item(from, to) => {
                    let (from, to) = (self.start + from, self.start + to);
                    self.start = to + usize::from(self.cut == Cut::Lines);
                    self.looked = 0;
                    let item = trimmed(self.cut, &self.held[from..to]);
                    if self.cut == Cut::Lines && item.trim_ascii().is_empty() {
                        continue;
                    }
                    // Again, because a loop may not hand out what it borrowed.
                    let item = trimmed(self.cut, &self.held[from..to]);
                    return Ok(Some(Item::Whole(item)));
                }
                Next::Skipped(head, n_bytes, is_item) => {
                    self.start += head;
                    self.looked = 0;
                    self.skipping =
                        if self.cut == Cut::Lines { Skip::Line } else { Skip::Bytes(n_bytes) };
                    if is_item {
                        return Ok(Some(Item::TooLong));
                    }
                }
            }
        }
    }

    /// What is left when the stream has ended: a last line may lack its end.
    ///
    /// # Errors
    /// [`SplitError::Cut`] when the stream ends inside a message.
    pub fn finish(&mut self) -> Result<Option<Item<'_>>, SplitError> {
        let rest = &self.held[self.start..];
        let is_inside = !rest.is_empty() || matches!(self.skipping, Skip::Bytes(n) if n > 0);
        if self.cut != Cut::Lines {
            let offset = self.passed + self.held.len() as u64;
            return if is_inside { Err(SplitError::Cut { offset }) } else { Ok(None) };
        }
        let is_blank = rest.trim_ascii().is_empty() || self.skipping == Skip::Line;
        let from = std::mem::replace(&mut self.start, self.held.len());
        Ok((!is_blank).then(|| Item::Whole(trimmed(Cut::Lines, &self.held[from..]))))
    }

    /// Skips what is to be skipped; false when more of it is to come.
    fn skip(&mut self) -> bool {
        let rest = &self.held[self.start..];
        match self.skipping {
            Skip::Nothing => return true,
            Skip::Bytes(n_bytes) => {
                let n_here = usize::try_from(n_bytes).unwrap_or(usize::MAX).min(rest.len());
                self.start += n_here;
                self.skipping = Skip::Bytes(n_bytes - n_here as u64);
                if n_here as u64 != n_bytes {
                    return false;
                }
            }
            Skip::Line => {
                let end = rest.iter().position(|byte| *byte == b'\n');
                self.start = end.map_or(self.held.len(), |end| self.start + end + 1);
                if end.is_none() {
                    return false;
                }
            }
        }
        self.skipping = Skip::Nothing;
        true
    }

    fn look(&mut self) -> Result<Next, SplitError> {
        match self.cut {
            Cut::Lines => Ok(self.look_for_line()),
            Cut::Messages => self.look_for_message(),
        }
    }

    fn look_for_line(&mut self) -> Next {
        let rest = &self.held[self.start..];
        match rest[self.looked..].iter().position(|byte| *byte == b'\n') {
            Some(end) if self.looked + end > self.bytes_max => Next::Skipped(0, 0, true),
            Some(end) => Next::Item(0, self.looked + end),
            None if rest.len() > self.bytes_max => Next::Skipped(0, 0, true),
            None => {
                self.looked = rest.len();
                Next::Partial
            }
        }
    }

    fn look_for_message(&self) -> Result<Next, SplitError> {
        let rest = &self.held[self.start..];
        let broken = SplitError::NoMessage { offset: self.passed + self.start as u64 };
        if rest.is_empty() {
            return Ok(Next::Partial);
        }
        let (tag, at) = match varint(rest) {
            Varint::Whole(tag, n) => (tag, n),
            Varint::Partial => return Ok(Next::Partial),
            Varint::Broken => return Err(broken),
        };
        let n_bytes = match tag & 7 {
            _ if tag >> 3 == 0 => return Err(broken),
            1 => 8,
            5 => 4,
            kind @ (0 | 2) => match varint(&rest[at..]) {
                Varint::Whole(_, n) if kind == 0 => return Ok(Next::Skipped(at + n, 0, false)),
                Varint::Whole(n_bytes, n) if tag == 0x0a => {
                    return Ok(self.item(at + n, n_bytes, rest));
                }
                Varint::Whole(n_bytes, n) => return Ok(Next::Skipped(at + n, n_bytes, false)),
                Varint::Partial => return Ok(Next::Partial),
                Varint::Broken => return Err(broken),
            },
            _ => return Err(broken),
        };
        Ok(Next::Skipped(at, n_bytes, false))
    }

    /// An item of `n_bytes` behind a head.
    fn item(&self, head: usize, n_bytes: u64, rest: &[u8]) -> Next {
        match usize::try_from(n_bytes) {
            Ok(n) if n <= self.bytes_max && rest.len() - head >= n => Next::Item(head, head + n),
            Ok(n) if n <= self.bytes_max => Next::Partial,
            _ => Next::Skipped(head, n_bytes, true),
        }
    }
}

/// A line without the rest of its end.
fn trimmed(cut: Cut, item: &[u8]) -> &[u8] {
    if cut == Cut::Lines { item.strip_suffix(b"\r").unwrap_or(item) } else { item }
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
