//! One range of mixed keys over all runs, each key once.

use super::Keep;
use super::run::Run;
use crate::error::SealError;
use crate::serializer::{Entry, mixed_of};
use crate::writer::weight;

/// Bits of a mixed key that name its range.
pub(super) const RANGE_BITS: u8 = 10;
/// Ranges: the merge of one is held in memory, 2 MB of 10⁸ records.
pub(super) const RANGES: usize = 1 << RANGE_BITS;

/// The range an entry is in.
pub(super) fn range_of(entry: &Entry) -> usize {
    usize::from(entry[0]) << 2 | usize::from(entry[1] >> 6)
}

/// All runs together.
#[derive(Debug)]
pub(super) struct Union {
    runs: Vec<Run>,
    keep: Keep,
}

impl Union {
    pub(super) const fn new(runs: Vec<Run>, keep: Keep) -> Self {
        Self { runs, keep }
    }

    /// The entries of a range, in order, each key once.
    ///
    /// # Errors
    /// [`SealError::Io`] of a run.
    pub(super) fn range(&self, range: usize) -> Result<Vec<Entry>, SealError> {
        let mut entries = Vec::new();
        for run in &self.runs {
            run.read(range, &mut entries).map_err(super::at(run.path()))?;
        }
        if self.runs.len() > 1 {
            // Stable: of equal keys the earlier run's comes first; and it uses that each run is sorted.
            entries.sort_by_key(mixed_of);
            keep_one_a_key(&mut entries, self.keep);
        }
        Ok(entries)
    }
}

/// Sorts entries by their keys.
pub(super) fn sort(entries: &mut [Entry]) {
    entries.sort_unstable_by_key(mixed_of);
}

/// Of entries in order keeps one a key.
pub(super) fn keep_one_a_key(entries: &mut Vec<Entry>, keep: Keep) {
    entries.dedup_by(|later, kept| {
        let is_same_key = later[..7] == kept[..7];
        if is_same_key && keep == Keep::Heavier && weight(later) > weight(kept) {
            *kept = *later;
        }
        is_same_key
    });
}

const _: () = assert!(RANGE_BITS == 10, "a range is the first byte and two bits of the next");
