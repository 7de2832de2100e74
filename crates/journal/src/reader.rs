//! Reading batches from a position, up to what is durable.

use crate::error::ReadError;
use crate::frame::{FRAME_BYTES, HeaderState, check_header, segment_name};
use crate::log::{Located, Log, Stretch};
use crate::scan::{Found, Search, next_good, record_at};
use crate::survey::{Place, place};
use crate::window::Window;
use crate::{Position, codec, codec::DecodeError};
use cairn_report::{Batch, SubmissionId};
use std::io;
use std::sync::Arc;

/// An iterator over batches, each with the position after it.
///
/// `None` means "nothing more is durable now": later calls go on. After [`ReadError::Corrupt`] or
/// [`ReadError::Undecodable`] it yields `None` until [`Reader::skip_damage`]; after [`ReadError::Io`]
/// the next call tries again. After [`ReadError::OutOfRange`] (what it was to read next was trimmed) it
/// says so again until [`Reader::skip_damage`]. Memory is bounded by one record and a read window.
#[derive(Debug)]
pub struct Reader {
    log: Arc<Log>,
    position: u64,
    window: Option<Window>,
    /// Damage met: where the search for a good record begins.
    stuck: Option<u64>,
    /// The base of a segment whose damaged header was named already.
    header_named: Option<u64>,
}

impl Reader {
    pub(crate) const fn new(log: Arc<Log>, position: u64) -> Self {
        Self { log, position, window: None, stuck: None, header_named: None }
    }

    /// How far it has read: where the next record begins.
    pub const fn reached(&self) -> Position {
        Position::new(self.position)
    }

    /// Goes to the next good record, in this segment or at the start of the next, or to the first one
    /// kept when its place was trimmed; returns the bytes left out. Does nothing when nothing was met.
    ///
    /// # Errors
    /// [`ReadError::Io`]; calling again tries again.
    pub fn skip_damage(&mut self) -> Result<u64, ReadError> {
        let stretch = match self.log.locate(self.position) {
            Located::In(stretch) => stretch,
            Located::End => return Ok(0),
            Located::Trimmed => return Ok(self.go_to(self.log.span().0)),
        };
        let Some(from) = self.stuck else { return Ok(0) };
        let next = match self.search(stretch, from) {
            Ok(Search::Found(next)) => next,
            Ok(Search::Nothing | Search::GaveUp) => stretch.end,
            Err(error) if error.kind() == io::ErrorKind::NotFound => stretch.end,
            Err(source) => return Err(read_failed(stretch, source)),
        };
        Ok(self.go_to(next))
    }

    /// Goes on at `next`; returns the bytes left out.
    fn go_to(&mut self, next: u64) -> u64 {
        let skipped_bytes = next - self.position;
        (self.position, self.stuck) = (next, None);
        skipped_bytes
    }

    fn search(&mut self, stretch: Stretch, from: u64) -> io::Result<Search> {
        next_good(self.open(stretch)?, from, stretch.end)
    }

    /// The view of a segment, kept from call to call.
    fn open(&mut self, stretch: Stretch) -> io::Result<&mut Window> {
        let window = match self.window.take() {
            Some(window) if window.base() == stretch.base => window,
            _ => Window::new(self.log.disk.open(&segment_name(stretch.base))?, stretch.base),
        };
        Ok(self.window.insert(window))
    }

    /// The next good record and its payload, without decoding; `None` at the end.
    fn next_record(&mut self) -> Option<Result<(Found, &[u8]), ReadError>> {
        if self.stuck.is_some() {
            return None;
        }
        let stretch = match self.log.locate(self.position) {
            Located::In(stretch) => stretch,
            Located::End => return None,
            Located::Trimmed => return Some(Err(self.trimmed())),
        };
        match self.judge(stretch) {
            Ok(Ok(found)) => {
                let from = self.position + FRAME_BYTES as u64;
                self.position = found.end;
                let window = self.window.as_mut()?;
                let payload = window.bytes(from, found.payload_bytes, stretch.end);
                Some(payload.map(|p| (found, p)).map_err(|source| read_failed(stretch, source)))
            }
            Ok(Err(at)) => Some(Err(self.name_damage(at))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if self.log.is_trimmed(self.position) {
                    return Some(Err(self.trimmed()));
                }
                self.stuck = Some(self.position);
                Some(Err(corrupt(Place { segment: segment_name(stretch.base), offset: 0 })))
            }
            Err(source) => Some(Err(read_failed(stretch, source))),
        }
    }

    /// What it says when the records at its position are no longer kept.
    fn trimmed(&self) -> ReadError {
        let (start, end) = self.log.span();
        let (start, end) = (Position::new(start), Position::new(end));
        ReadError::OutOfRange { position: self.reached(), start, end }
    }

    /// The record at the position, or where the damage is.
    fn judge(&mut self, stretch: Stretch) -> io::Result<Result<Found, Place>> {
        let position = self.position;
        let is_new = self.window.as_ref().is_none_or(|w| w.base() != stretch.base);
        let judge_header = is_new && self.header_named != Some(stretch.base);
        let window = self.open(stretch)?;
        if judge_header && check_header(&window.header()?, stretch.base) != HeaderState::Good {
            return Ok(Err(Place { segment: segment_name(stretch.base), offset: 0 }));
        }
        let found = record_at(window, position, stretch.end)?;
        Ok(found.ok_or_else(|| place(stretch.base, position)))
    }

    fn name_damage(&mut self, at: Place) -> ReadError {
        if at.offset == 0 {
            self.header_named = self.window.as_ref().map(Window::base);
            self.stuck = Some(self.position);
        } else {
            self.stuck = Some(self.position + 1);
        }
        corrupt(at)
    }

    /// The next batch's identity, undecoded, with the position after it.
    pub(crate) fn next_id(&mut self) -> Option<Result<(SubmissionId, u64), ReadError>> {
        self.next_as(codec::peek_id)
    }

    /// The next record's bytes, undecoded ([`codec::decode`] reads them), with the position after it.
    pub fn next_payload(&mut self) -> Option<Result<(Position, Vec<u8>), ReadError>> {
        let item = self.next_record()?;
        Some(item.map(|(found, payload)| (Position::new(found.end), payload.to_vec())))
    }

    /// The next record as `decode` reads it, with the position after it.
    fn next_as<T>(
        &mut self,
        decode: impl Fn(&[u8]) -> Result<T, DecodeError>,
    ) -> Option<Result<(T, u64), ReadError>> {
        let start = self.position;
        let (content, end) = match self.next_record()? {
            Ok((found, payload)) => (decode(payload), found.end),
            Err(error) => return Some(Err(error)),
        };
        Some(content.map(|content| (content, end)).map_err(|source| {
            (self.position, self.stuck) = (start, Some(end));
            let base = self.window.as_ref().map_or(0, Window::base);
            let Place { segment, offset } = place(base, start);
            ReadError::Undecodable { segment, offset, source }
        }))
    }
}

impl Iterator for Reader {
    type Item = Result<(Position, Batch), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.next_as(codec::decode)?;
        Some(item.map(|(batch, end)| (Position::new(end), batch)))
    }
}

fn corrupt(at: Place) -> ReadError {
    ReadError::Corrupt { segment: at.segment, offset: at.offset }
}

fn read_failed(stretch: Stretch, source: io::Error) -> ReadError {
    ReadError::Io { segment: segment_name(stretch.base), source }
}
