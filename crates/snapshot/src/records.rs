//! All records of a snapshot, keys recovered.

use crate::{Snapshot, TransmitterRecord};
use cairn_ground::TransmitterKey;
use std::ops::Range;

/// Iterator over the records in the order of the file; skips damaged blocks.
#[derive(Debug)]
pub struct Records<'a> {
    snapshot: &'a Snapshot,
    block: u32,
    /// The block after the last one.
    end_block: u32,
    at: u32,
    end: u32,
    top: u64,
}

impl<'a> Records<'a> {
    pub(crate) const fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, block: 0, end_block: u32::MAX, at: 0, end: 0, top: 0 }
    }

    pub(crate) const fn of_blocks(snapshot: &'a Snapshot, blocks: Range<u32>) -> Self {
        Self { snapshot, block: blocks.start, end_block: blocks.end, at: 0, end: 0, top: 0 }
    }

    /// The next key and the number of its record.
    fn next_key(&mut self) -> Option<(TransmitterKey, u32)> {
        let body = self.snapshot.body();
        while self.at >= self.end {
            if self.block >= body.n_blocks().min(self.end_block) {
                return None;
            }
            let (start, end) = body.block_range(self.block);
            self.block += 1;
            if self.snapshot.blocks.are_whole(start, end, &body) {
                (self.at, self.end) = (start, end);
                self.top = body.index.top_of(start, body.layout.remainder_bits);
            }
        }
        let bits = body.layout.remainder_bits;
        while body.index.end_of_top(self.top, bits) <= self.at {
            self.top += 1;
        }
        let key = body.mix.undo(self.top << bits | body.remainder(self.at))?;
        self.at += 1;
        Some((key, self.at - 1))
    }
}

impl Iterator for Records<'_> {
    type Item = TransmitterRecord;

    fn next(&mut self) -> Option<TransmitterRecord> {
        let (key, record) = self.next_key()?;
        self.snapshot.body().decode(key, record)
    }
}
