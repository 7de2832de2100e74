//! Look-ups: one key, or a batch whose cache misses overlap. No allocation.
//!
//! Sketch: two misses a key (index entry, record), 200 to 300 ns each alone. In a batch all index entries
//! are asked for, then the records around all likely places, which are then compared and at last decoded, so
//! that 20 keys cost little more than the memory's throughput of random lines. What decides is that nothing
//! is read that was not asked for: an index entry across two lines, or a record beside the window, stalls a
//! whole batch. Measured: `benches/at_scale.rs`, docs/measured/serving.md.

use crate::blocks::Body;
use crate::limits::LOOKUP_CHUNK;
use crate::{Snapshot, TransmitterRecord, map};
use cairn_ground::TransmitterKey;
use std::cmp::Ordering;

/// Records around the likely place that are compared at once, without a branch between them.
///
/// # Source
/// In a bucket of 4 to 8 records the place is off by 0.9 in standard deviation, so four find nine of ten.
const WINDOW: u32 = 4;

/// No record: they are numbered below `RECORDS_MAX`.
const NOWHERE: u32 = u32::MAX;

/// Bytes of a cache line.
const LINE_BYTES: usize = 64;

/// A key on its way through the passes.
#[derive(Clone, Copy, Default)]
struct Slot {
    mixed: u64,
    range: (u32, u32),
    /// The first record of the window.
    first: u32,
    /// The record, when it is in the window, or [`NOWHERE`].
    found: u32,
    /// Records beside the window among which it must be otherwise.
    beside: (u32, u32),
}

impl Snapshot {
    /// The record of one transmitter; `None` also when its block is damaged (see
    /// [`Snapshot::health`]).
    pub fn get(&self, key: TransmitterKey) -> Option<TransmitterRecord> {
        let mut out = [None];
        self.look_up_chunk(&[key], &mut out, 1);
        out[0]
    }

    /// The records of many transmitters, each into the place of its key.
    ///
    /// Keys beyond the length of `out` are not looked up; places beyond the length of `keys` become
    /// `None`.
    ///
    /// # Cost
    /// No allocation; the cache misses of 32 keys at a time overlap.
    pub fn get_many(&self, keys: &[TransmitterKey], out: &mut [Option<TransmitterRecord>]) {
        out.fill(None);
        for (keys, out) in keys.chunks(LOOKUP_CHUNK).zip(out.chunks_mut(LOOKUP_CHUNK)) {
            self.look_up_chunk(keys, out, u64::MAX);
        }
    }

    /// Looks up the keys whose bits are set in `pending`; returns the bits still without an answer.
    /// A key of a damaged block is answered: unknown.
    pub(crate) fn look_up_chunk(
        &self,
        keys: &[TransmitterKey],
        out: &mut [Option<TransmitterRecord>],
        pending: u64,
    ) -> u64 {
        let n = keys.len().min(out.len()).min(LOOKUP_CHUNK);
        let (keys, out) = (&keys[..n], &mut out[..n]);
        let is_wanted = |at: usize| pending >> at & 1 == 1;
        let body = &self.body();
        let mut slots = [Slot::default(); LOOKUP_CHUNK];
        let slots = &mut slots[..n];
        for (at, (slot, key)) in slots.iter_mut().zip(keys).enumerate() {
            if is_wanted(at) {
                slot.mixed = body.mix.apply(*key);
                body.index.prefetch(body.index.bucket(slot.mixed));
            }
        }
        for (at, slot) in slots.iter_mut().enumerate() {
            if is_wanted(at) {
                slot.aim(body);
            }
        }
        for (at, slot) in slots.iter_mut().enumerate() {
            if is_wanted(at) {
                slot.compare(body);
            }
        }
        let mut still = pending;
        for is_near in [true, false] {
            for (at, (slot, key)) in slots.iter().zip(keys).enumerate() {
                let is_now = is_wanted(at) && (slot.found != NOWHERE) == is_near;
                if is_now && self.settle(*key, *slot, body, &mut out[at]) {
                    still &= !(1 << at);
                }
            }
        }
        still
    }

    /// Puts the record of a key into its place; false when there is none. A damaged block leaves the place
    /// empty and counts.
    #[inline]
    fn settle(
        &self,
        key: TransmitterKey,
        slot: Slot,
        body: &Body<'_>,
        place: &mut Option<TransmitterRecord>,
    ) -> bool {
        let (start, end) = slot.range;
        if start == end {
            return false;
        }
        if !self.blocks.are_whole(start, end, body) {
            self.blocks.count_unknown();
            return true;
        }
        let Some(found) = slot.record(body) else { return false };
        *place = body.decode(key, found);
        if place.is_none() {
            self.blocks.count_unknown();
        }
        true
    }
}

impl Slot {
    /// Reads the bucket's range and asks for the lines of the window where the key likely is.
    #[inline]
    fn aim(&mut self, body: &Body<'_>) {
        self.range = body.index.range(body.index.bucket(self.mixed));
        let guess = body.index.guess(self.mixed, self.range);
        self.first = guess.saturating_sub(1).max(self.range.0);
        let record_bytes = body.layout.record_bytes();
        let at = self.first as usize * record_bytes;
        map::prefetch(body.records, at);
        map::prefetch(body.records, at + LINE_BYTES);
        map::prefetch(body.records, at + WINDOW as usize * record_bytes - 1);
    }

    /// Looks for the key in the window. Without a branch that depends on what is there, so that the reads
    /// of many keys are under way at once.
    #[inline]
    fn compare(&mut self, body: &Body<'_>) {
        let wanted = self.mixed & body.remainder_mask();
        // Of an empty bucket a neighbor's record is looked at, and never believed.
        let last = self.range.1.saturating_sub(1);
        let mut found = NOWHERE;
        for step in 0..WINDOW {
            let record = last.min(self.first.saturating_add(step));
            found = if body.remainder(record) == wanted { record } else { found };
        }
        self.found = found;
        if found == NOWHERE && self.range.0 < self.range.1 {
            self.turn_aside(body, wanted, last.min(self.first.saturating_add(WINDOW - 1)));
        }
    }

    /// The record of the key: in the window, else beside it.
    #[inline]
    fn record(self, body: &Body<'_>) -> Option<u32> {
        if self.found == NOWHERE {
            halve(body, self.mixed & body.remainder_mask(), self.beside)
        } else {
            Some(self.found)
        }
    }

    /// Keeps the side of the window where the key must be, if it is there, and asks for the line of its
    /// near end, which comes while other keys are decoded: one key in twenty is beside the window.
    #[inline]
    fn turn_aside(&mut self, body: &Body<'_>, wanted: u64, last: u32) {
        let record_bytes = body.layout.record_bytes();
        if wanted < body.remainder(self.first) {
            self.beside = (self.range.0, self.first);
            map::prefetch(body.records, (self.first as usize * record_bytes).saturating_sub(1));
        } else if wanted > body.remainder(last) {
            self.beside = (last + 1, self.range.1);
            map::prefetch(body.records, (last as usize + 1) * record_bytes + LINE_BYTES / 2);
        }
    }
}

/// The record with a remainder among the records `low..high`.
fn halve(body: &Body<'_>, wanted: u64, (mut low, mut high): (u32, u32)) -> Option<u32> {
    while low < high {
        let probe = u32::midpoint(low, high);
        match body.remainder(probe).cmp(&wanted) {
            Ordering::Equal => return Some(probe),
            Ordering::Less => low = probe + 1,
            Ordering::Greater => high = probe,
        }
    }
    None
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
