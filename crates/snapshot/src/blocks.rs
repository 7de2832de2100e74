//! Blocks of records: checked once, believed or not (S2).

use crate::body::Body;
use crate::error::Fault;
use crate::limits::BLOCK_RECORDS;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

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
    /// Blocks not found whole yet; damaged ones stay among them.
    n_doubtful: AtomicUsize,
    n_unknown_lookups: AtomicU64,
}

impl Blocks {
    /// All blocks were checked and are whole.
    pub(crate) const fn whole(n_blocks: usize) -> Self {
        Self {
            states: None,
            n_all: n_blocks,
            n_doubtful: AtomicUsize::new(0),
            n_unknown_lookups: AtomicU64::new(0),
        }
    }

    /// No block was checked yet.
    pub(crate) fn unchecked(n_blocks: usize) -> Self {
        let states = (0..n_blocks).map(|_| AtomicU8::new(UNCHECKED)).collect();
        Self {
            states: Some(states),
            n_doubtful: AtomicUsize::new(n_blocks),
            ..Self::whole(n_blocks)
        }
    }

    /// Whether every block was checked and is whole.
    #[inline]
    pub(crate) fn are_all_whole(&self) -> bool {
        self.n_doubtful.load(Ordering::Relaxed) == 0
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
            UNCHECKED => self.first_touch(&states[block as usize], block, body),
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
        self.keep(state, checked.is_ok());
        checked
    }

    /// Checks a block; two threads may do so at once and find the same.
    #[cold]
    fn first_touch(&self, state: &AtomicU8, block: u32, body: &Body<'_>) -> bool {
        let is_whole = body.check(block).is_ok();
        self.keep(state, is_whole);
        is_whole
    }

    /// Keeps what was found of a block, which counts once.
    fn keep(&self, state: &AtomicU8, is_whole: bool) {
        let before = state.swap(if is_whole { WHOLE } else { DAMAGED }, Ordering::Relaxed);
        if is_whole && before != WHOLE {
            self.n_doubtful.fetch_sub(1, Ordering::Relaxed);
        }
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
