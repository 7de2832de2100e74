//! The identities of the last batches, to recognize a client's retry.

use cairn_report::SubmissionId;
use std::collections::{BTreeMap, VecDeque};

/// A bounded memory of durable batches and where each ends.
#[derive(Debug)]
pub(crate) struct Recent {
    n_max: usize,
    bytes_max: u64,
    order: VecDeque<(SubmissionId, u64)>,
    ends: BTreeMap<SubmissionId, u64>,
}

impl Recent {
    /// Remembers at most `n_max` batches, of those within the last `bytes_max` bytes of the log.
    ///
    /// The second bound holds while running, too, so that a restart forgets nothing more.
    pub(crate) const fn new(n_max: usize, bytes_max: u64) -> Self {
        Self { n_max, bytes_max, order: VecDeque::new(), ends: BTreeMap::new() }
    }

    /// The position after the batch of this identity, when it is remembered.
    pub(crate) fn end_of(&self, id: SubmissionId) -> Option<u64> {
        self.ends.get(&id).copied()
    }

    /// What is remembered, oldest first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (SubmissionId, u64)> + '_ {
        self.order.iter().copied()
    }

    /// Remembers a durable batch that ends at `end`, and forgets what is too old.
    pub(crate) fn remember(&mut self, id: SubmissionId, end: u64) {
        if self.ends.insert(id, end).is_none() {
            self.order.push_back((id, end));
        }
        let oldest = end.saturating_sub(self.bytes_max);
        while self.order.len() > self.n_max || self.order.front().is_some_and(|o| o.1 < oldest) {
            if let Some((id, _)) = self.order.pop_front() {
                self.ends.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> SubmissionId {
        SubmissionId([n; 16])
    }

    #[test]
    fn the_oldest_is_forgotten_one_past_the_count_and_one_past_the_bytes() {
        let mut recent = Recent::new(3, 1_000);
        for n in 0..4 {
            recent.remember(id(n), u64::from(n) * 10 + 10);
        }
        assert_eq!([0, 1, 3].map(|n| recent.end_of(id(n))), [None, Some(20), Some(40)]);
        recent.remember(id(9), 1_031);
        assert_eq!([2, 3, 9].map(|n| recent.end_of(id(n))), [None, Some(40), Some(1_031)]);
    }
}
