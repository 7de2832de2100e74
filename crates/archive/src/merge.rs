//! Rows of several sorted files in one order, a batch of each in memory.

use crate::error::FileError;
use crate::gather::alone;
use crate::occurrence::Occurrence;
use crate::parquet::Batches;
use crate::rows::{RowKey, key_of_row};
use arrow_array::RecordBatch;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One file being read.
#[derive(Debug)]
struct Source {
    batches: Batches,
    batch: RecordBatch,
    next: usize,
}

/// Rows of several files, merged.
#[derive(Debug, Default)]
pub(crate) struct Merge {
    sources: Vec<Source>,
    heads: BinaryHeap<Reverse<(RowKey, usize)>>,
    rows: Vec<Option<Occurrence>>,
}

impl Merge {
    /// Adds a file.
    pub(crate) fn add(&mut self, mut batches: Batches) -> Result<(), FileError> {
        let Some(batch) = batches.next().transpose()? else { return Ok(()) };
        self.sources.push(Source { batches, batch, next: 0 });
        self.rows.push(None);
        self.advance(self.sources.len() - 1)
    }

    /// Reads the next row of a file.
    fn advance(&mut self, index: usize) -> Result<(), FileError> {
        let source = &mut self.sources[index];
        while source.next == source.batch.num_rows() {
            let Some(batch) = source.batches.next().transpose()? else { return Ok(()) };
            (source.batch, source.next) = (batch, 0);
        }
        let row = alone(&source.batch, source.next)?;
        source.next += 1;
        self.heads.push(Reverse((key_of_row(&row), index)));
        self.rows[index] = Some(row);
        Ok(())
    }
}

impl Iterator for Merge {
    type Item = Result<Occurrence, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, index)) = self.heads.pop()?;
        let row = self.rows[index].take()?;
        Some(self.advance(index).map(|()| row))
    }
}
