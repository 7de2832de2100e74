//! Blocks of records: checked once, believed or not (S2).

use crate::error::Fault;
use crate::index::Index;
use crate::layout::u32_at;
use crate::limits::BLOCK_RECORDS;
use crate::mix::Mix;
use crate::record_layout::RecordLayout;
use crate::{TransmitterRecord, payload, payload_v2};
use cairn_ground::TransmitterKey;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

const UNCHECKED: u8 = 0;
const WHOLE: u8 = 1;
const DAMAGED: u8 = 2;

/// How much of a snapshot has been checked, and what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Health {
    /// Blocks of records in the file.
    pub n_blocks: u64,
    /// Blocks checked so far.
    pub n_checked: u64,
    /// Blocks found damaged: their records are never served.
    pub n_damaged: u64,
    /// Look-ups answered "unknown" because of a damaged block.
    pub n_unknown_lookups: u64,
}

impl Health {
    /// Both together.
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            n_blocks: self.n_blocks + other.n_blocks,
            n_checked: self.n_checked + other.n_checked,
            n_damaged: self.n_damaged + other.n_damaged,
            n_unknown_lookups: self.n_unknown_lookups + other.n_unknown_lookups,
        }
    }
}

/// One byte of state a block (0.002 % of the file); none when all were checked at opening.
#[derive(Debug)]
pub(crate) struct Blocks {
    states: Option<Box<[AtomicU8]>>,
    n_all: usize,
    n_unknown_lookups: AtomicU64,
}

/// The sections that checking a block needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<'a> {
    pub(crate) index: Index<'a>,
    pub(crate) records: &'a [u8],
    pub(crate) checksums: &'a [u8],
    pub(crate) mix: Mix,
    pub(crate) layout: RecordLayout,
}

impl Blocks {
    /// All blocks were checked and are whole.
    pub(crate) const fn whole(n_blocks: usize) -> Self {
        Self { states: None, n_all: n_blocks, n_unknown_lookups: AtomicU64::new(0) }
    }

    /// No block was checked yet.
    pub(crate) fn unchecked(n_blocks: usize) -> Self {
        let states = (0..n_blocks).map(|_| AtomicU8::new(UNCHECKED)).collect();
        Self { states: Some(states), ..Self::whole(n_blocks) }
    }

    /// Whether every block of the records `start..end` is whole, checking those not yet checked.
    #[inline]
    pub(crate) fn are_whole(&self, start: u32, end: u32, body: &Body<'_>) -> bool {
        let Some(states) = &self.states else { return true };
        let (first, last) =
            (start / BLOCK_RECORDS, end.saturating_sub(1).max(start) / BLOCK_RECORDS);
        if first == last && states[first as usize].load(Ordering::Relaxed) == WHOLE {
            return true;
        }
        (first..=last).all(|block| match states[block as usize].load(Ordering::Relaxed) {
            UNCHECKED => first_touch(states, block, body),
            state => state == WHOLE,
        })
    }

    /// Checks a block that was not found whole yet, and keeps what was found.
    pub(crate) fn check(&self, block: u32, body: Body<'_>) -> Result<(), Fault> {
        let Some(state) = self.states.as_ref().and_then(|states| states.get(block as usize)) else {
            return Ok(());
        };
        if state.load(Ordering::Relaxed) == WHOLE {
            return Ok(());
        }
        let checked = body.check(block);
        state.store(if checked.is_ok() { WHOLE } else { DAMAGED }, Ordering::Relaxed);
        checked
    }

    /// Counts a look-up that a damaged block left unanswered.
    pub(crate) fn count_unknown(&self) {
        self.n_unknown_lookups.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn health(&self) -> Health {
        let count = |wanted: u8| {
            let states = self.states.iter().flatten();
            states.filter(|state| state.load(Ordering::Relaxed) == wanted).count() as u64
        };
        let n_blocks = self.n_all as u64;
        Health {
            n_blocks,
            n_checked: n_blocks - count(UNCHECKED),
            n_damaged: count(DAMAGED),
            n_unknown_lookups: self.n_unknown_lookups.load(Ordering::Relaxed),
        }
    }
}

/// Checks a block; two threads may do so at once and find the same.
#[cold]
fn first_touch(states: &[AtomicU8], block: u32, body: &Body<'_>) -> bool {
    let is_whole = body.check(block).is_ok();
    let state = if is_whole { WHOLE } else { DAMAGED };
    states[block as usize].store(state, Ordering::Relaxed);
    is_whole
}

impl<'a> Body<'a> {
    /// The low bits of a record's mixed key: those its top does not say.
    #[inline]
    pub(crate) fn remainder(&self, record: u32) -> u64 {
        let at = record as usize * self.layout.record_bytes();
        // A record has 19 bytes at least, so eight from its start are all its own.
        let head = self.records[at..].first_chunk().map_or(0, |head| u64::from_le_bytes(*head));
        head & self.remainder_mask()
    }

    /// The bits of a mixed key that a record holds.
    #[inline]
    pub(crate) const fn remainder_mask(&self) -> u64 {
        (1 << self.layout.remainder_bits) - 1
    }

    /// What a record says of its key; `None` for bytes that [`Body::check`] refuses.
    #[inline]
    pub(crate) fn decode(&self, key: TransmitterKey, record: u32) -> Option<TransmitterRecord> {
        let bytes = self.payload(record);
        if self.layout.is_v2 {
            payload_v2::decode(key, bytes.first_chunk()?)
        } else {
            payload::decode(key, bytes.first_chunk()?)
        }
    }

    /// The bytes behind a record's remainder.
    #[inline]
    pub(crate) fn payload(&self, record: u32) -> &'a [u8] {
        let at = record as usize * self.layout.record_bytes() + self.layout.remainder_bytes();
        &self.records[at..]
    }

    fn check_payload(&self, key: TransmitterKey, record: u32) -> Result<(), &'static str> {
        let bytes = self.payload(record);
        if self.layout.is_v2 {
            bytes.first_chunk().map_or(Err("cut"), |it| payload_v2::check(key, it))
        } else {
            bytes.first_chunk().map_or(Err("cut"), |it| payload::check(key, it))
        }
    }

    /// Number of records.
    pub(crate) fn n_records(&self) -> u32 {
        u32::try_from(self.records.len() / self.layout.record_bytes()).unwrap_or(u32::MAX)
    }

    /// Number of blocks.
    pub(crate) fn n_blocks(&self) -> u32 {
        self.n_records().div_ceil(BLOCK_RECORDS)
    }

    /// The records of a block, `start..end`.
    pub(crate) fn block_range(&self, block: u32) -> (u32, u32) {
        let start = block * BLOCK_RECORDS;
        (start, start.saturating_add(BLOCK_RECORDS).min(self.n_records()))
    }

    /// Checks a block's checksum, then that each record is canonical, in its bucket and in order.
    pub(crate) fn check(&self, block: u32) -> Result<(), Fault> {
        let fault = |what| Fault::Block { block: u64::from(block), what };
        let (start, end) = self.block_range(block);
        let record_bytes = self.layout.record_bytes();
        let bytes = &self.records[start as usize * record_bytes..end as usize * record_bytes];
        if crc32c::crc32c(bytes) != u32_at(self.checksums, 4 * block as usize) {
            return Err(fault("checksum does not match"));
        }
        let bits = self.layout.remainder_bits;
        let mut top = self.index.top_of(start, bits);
        let mut least = 0;
        for record in start..end {
            while self.index.end_of_top(top, bits) <= record {
                top += 1;
            }
            let mixed = top << bits | self.remainder(record);
            let range = self.index.range(self.index.bucket(mixed));
            if !(range.0..range.1).contains(&record) || mixed < least {
                return Err(fault("a record is out of order"));
            }
            least = mixed + 1;
            let key = self.mix.undo(mixed).ok_or(fault("a key is no transmitter's"))?;
            self.check_payload(key, record).map_err(fault)?;
        }
        Ok(())
    }

    /// Checks every block, and that each begins above where the one before ends.
    pub(crate) fn check_all(&self) -> Result<(), Fault> {
        (0..self.n_blocks()).try_for_each(|block| self.check(block))?;
        self.check_borders()
    }

    /// Checks that each block begins above where the one before ends.
    pub(crate) fn check_borders(&self) -> Result<(), Fault> {
        (1..self.n_blocks()).try_for_each(|block| {
            let (start, _) = self.block_range(block);
            let what = "its first record is out of order";
            let is_in_order = self.mixed(start - 1) < self.mixed(start);
            if is_in_order { Ok(()) } else { Err(Fault::Block { block: u64::from(block), what }) }
        })
    }

    /// The mixed key of a record.
    pub(crate) fn mixed(&self, record: u32) -> u64 {
        let bits = self.layout.remainder_bits;
        self.index.top_of(record, bits) << bits | self.remainder(record)
    }
}
