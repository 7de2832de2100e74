//! Bytes of a batch in, slices of its queries out; no sockets, no clock.

use super::answering::{Answering, Asker};
use super::form::Form;
use super::slice::Slice;
use crate::limits::{BATCH_BYTES_MAX, BATCH_QUERIES_MAX, BATCH_QUERY_BYTES_MAX, SLICE_BLOCKS};
use crate::server::App;
use axum::body::Bytes;
use cairn_wire::capped::Coding;
use cairn_wire::errors::{Details, PublicError};
use cairn_wire::inflating::Inflating;
use cairn_wire::split::Splitter;
use std::fmt;
use std::sync::Arc;

/// A batch under way.
pub(super) struct Engine {
    inflating: Inflating,
    splitter: Splitter,
    form: Form,
    answering: Arc<Answering>,
    /// Queries cut so far.
    n_queries: u64,
    /// What was fed last, as far as it was not inflated.
    input: Bytes,
    /// Whether more may come out of what was inflated already.
    is_more: bool,
    /// Whether all of the input was fed.
    is_closed: bool,
    /// Whether what was inflated is all there is.
    is_inflated: bool,
    n_plain_bytes: u64,
    queries_max: u64,
    ended_early: Option<PublicError>,
}

/// What a batch needs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// More bytes, or to be told that there are none.
    Input,
    /// Another turn.
    Turn,
    /// Nothing: all is answered, or it was ended early.
    Nothing,
}

/// What is fed before a turn.
pub(super) enum Fed {
    /// Nothing: there is enough.
    Nothing,
    /// The next bytes.
    Bytes(Bytes),
    /// What says that no more will come.
    Broken(PublicError),
    /// There are no more.
    End,
}

/// What a turn has cut.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// Queries to be answered, in order.
    pub(super) slices: Vec<Slice>,
    /// What follows their answers: why it was ended early.
    pub(super) rest: Vec<u8>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("queries", &self.n_queries()).finish_non_exhaustive()
    }
}

impl Engine {
    /// The start of a batch.
    ///
    /// # Errors
    /// When nothing can be inflated in this coding.
    pub(super) fn new(
        app: Arc<App>,
        form: Form,
        coding: Coding,
        asker: Asker,
    ) -> Result<Self, PublicError> {
        Ok(Self {
            inflating: Inflating::new(coding).map_err(|error| PublicError::from(&error))?,
            splitter: Splitter::new(form.cut(), BATCH_QUERY_BYTES_MAX),
            form,
            answering: Arc::new(Answering::new(app, form.name(), asker)),
            n_queries: 0,
            input: Bytes::new(),
            is_more: false,
            is_closed: false,
            is_inflated: false,
            n_plain_bytes: 0,
            queries_max: BATCH_QUERIES_MAX,
            ended_early: None,
        })
    }

    /// The same with another number of queries allowed.
    pub(super) const fn with_queries_max(mut self, queries_max: u64) -> Self {
        self.queries_max = queries_max;
        self
    }

    /// Queries so far, all of them answered or in slices.
    pub(super) const fn n_queries(&self) -> u64 {
        self.n_queries
    }

    /// Why it was ended early, if it was.
    pub(super) const fn ended_early(&self) -> Option<&PublicError> {
        self.ended_early.as_ref()
    }

    /// What was read when it [`Needs::Input`].
    ///
    /// # Errors
    /// Why no more will come: end it early.
    pub(super) fn take(&mut self, input: Fed) -> Result<(), PublicError> {
        match input {
            Fed::Nothing => {}
            Fed::Bytes(bytes) => self.input = bytes,
            Fed::Broken(why) => return Err(why),
            Fed::End => self.is_closed = true,
        }
        Ok(())
    }

    /// Ends it: what was not cut yet is not looked at.
    pub(super) fn end_early(&mut self, why: PublicError, cut: &mut Cut) -> Needs {
        cut.rest = self.form.ended(self.n_queries, &why);
        self.answering.app.metrics.bulk.ended_early(why.reason());
        self.ended_early = Some(why);
        Needs::Nothing
    }

    /// Cuts what is there into `n_slices` at most: what is needed next.
    pub(super) fn turn(&mut self, n_slices: usize, cut: &mut Cut) -> Needs {
        let mut n_blocks = 0;
        while n_blocks < SLICE_BLOCKS {
            match self.splitter.next_item() {
                Ok(Some(_)) if self.n_queries >= self.queries_max => {
                    return self.end_early(too_many(self.queries_max), cut);
                }
                Ok(Some(item)) => {
                    let slice = cut.open(&self.answering, self.form);
                    slice.push(item, self.answering.admit(self.n_queries));
                    self.n_queries += 1;
                    if slice.is_full() && cut.slices.len() >= n_slices {
                        return Needs::Turn;
                    }
                }
                Ok(None) => match self.refill() {
                    Ok(true) => n_blocks += 1,
                    Ok(false) if self.is_closed => return self.finish(cut),
                    Ok(false) => return Needs::Input,
                    Err(why) => return self.end_early(why, cut),
                },
                Err(error) => return self.end_early(unreadable(&error), cut),
            }
        }
        Needs::Turn
    }

    /// Inflates another block; false when there is nothing to inflate.
    fn refill(&mut self) -> Result<bool, PublicError> {
        let is_last = self.is_closed && !self.is_inflated;
        if self.input.is_empty() && !self.is_more && !is_last {
            return Ok(false);
        }
        let room = self.splitter.room();
        let before = room.len();
        let corrupt = |error| PublicError::from(&error);
        if self.input.is_empty() && !self.is_more {
            self.is_inflated = true;
            self.inflating.finish(room).map_err(corrupt)?;
        } else {
            let step = self.inflating.step(&self.input, room).map_err(corrupt)?;
            self.is_more = step.is_more;
            self.input = self.input.slice(step.n_taken..);
        }
        self.n_plain_bytes += (room.len() - before) as u64;
        if self.n_plain_bytes > BATCH_BYTES_MAX {
            let bytes_max = usize::try_from(BATCH_BYTES_MAX).unwrap_or(usize::MAX);
            return Err(PublicError::TooLarge { bytes_max });
        }
        Ok(true)
    }

    /// The last item, which may lack its end.
    fn finish(&mut self, cut: &mut Cut) -> Needs {
        match self.splitter.finish() {
            Ok(Some(_)) if self.n_queries >= self.queries_max => {
                self.end_early(too_many(self.queries_max), cut)
            }
            Ok(Some(item)) => {
                let slice = cut.open(&self.answering, self.form);
                slice.push(item, self.answering.admit(self.n_queries));
                self.n_queries += 1;
                Needs::Nothing
            }
            Ok(None) => Needs::Nothing,
            Err(error) => self.end_early(unreadable(&error), cut),
        }
    }
}

impl Cut {
    /// The slice that has room for one more.
    fn open(&mut self, answering: &Arc<Answering>, form: Form) -> &mut Slice {
        if self.slices.last().is_none_or(Slice::is_full) {
            self.slices.push(Slice::new(Arc::clone(answering), form));
        }
        let last = self.slices.len() - 1;
        &mut self.slices[last]
    }
}

fn too_many(queries_max: u64) -> PublicError {
    PublicError::TooMany { queries_max: usize::try_from(queries_max).unwrap_or(usize::MAX) }
}

fn unreadable(error: &cairn_wire::split::SplitError) -> PublicError {
    PublicError::ParseError { details: Details::Decode(error.to_string()) }
}
