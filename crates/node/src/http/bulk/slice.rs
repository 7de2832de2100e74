//! A slice of a batch: queries that were cut and let in, to be answered on any thread.

use super::answering::{Admitted, Answering};
use super::form::Form;
use crate::limits::{SLICE_BYTES, SLICE_QUERIES};
use cairn_wire::split::Item;
use std::fmt;
use std::sync::Arc;

/// Queries of a batch in their order.
pub(super) struct Slice {
    answering: Arc<Answering>,
    form: Form,
    bytes: Vec<u8>,
    /// Where in `bytes` each query ends, or that it was too long to be kept.
    queries: Vec<(Option<usize>, Admitted)>,
}

impl fmt::Debug for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slice").field("queries", &self.queries.len()).finish_non_exhaustive()
    }
}

impl Slice {
    /// A slice without queries.
    pub(super) const fn new(answering: Arc<Answering>, form: Form) -> Self {
        Self { answering, form, bytes: Vec::new(), queries: Vec::new() }
    }

    /// Adds a query.
    pub(super) fn push(&mut self, item: Item<'_>, admitted: Admitted) {
        let end = match item {
            Item::TooLong => None,
            Item::Whole(bytes) => {
                self.bytes.extend_from_slice(bytes);
                Some(self.bytes.len())
            }
        };
        self.queries.push((end, admitted));
    }

    /// True when it is work for about a millisecond.
    pub(super) fn is_full(&self) -> bool {
        self.queries.len() >= SLICE_QUERIES || self.bytes.len() >= SLICE_BYTES
    }

    /// The answers, one after the other.
    pub(super) fn answer(self) -> Vec<u8> {
        let (mut out, mut start) = (Vec::new(), 0);
        for (end, admitted) in self.queries {
            let item = match end.and_then(|end| self.bytes.get(start..end)) {
                Some(bytes) => Item::Whole(bytes),
                None => Item::TooLong,
            };
            self.answering.answer(self.form, (item, admitted), &mut out);
            start = end.unwrap_or(start);
        }
        out
    }
}
