//! Look-ups: one key, or a batch whose cache misses overlap. No allocation.
//!
//! Sketch: two misses a key (index entry, record), each with a walk of the page table, 200 to 500 ns alone.
//! In a batch all index entries are asked for, then two lines of records around each likely place; the keys
//! are then found in them and decoded one after the other while the lines of later ones still come, so that
//! 20 keys cost little more than the memory's throughput of random lines. What decides is that nothing is
//! read that was not asked for (a record in a third line stalls the rest), and that little is computed: the
//! length of a record is known to the compiler, no branch lies between the records compared, and where all
//! blocks were found whole none is asked about. Measured: `benches/at_scale.rs`, docs/measured/serving.md.

use crate::body::Body;
use crate::limits::LOOKUP_CHUNK;
use crate::window::Window;
use crate::{Snapshot, TransmitterRecord};
use cairn_ground::TransmitterKey;
use std::cmp::Ordering;

/// A key on its way through the passes.
#[derive(Clone, Copy, Default)]
struct Slot {
    mixed: u64,
    /// The records of its bucket.
    range: (u32, u32),
    /// The first record of its window.
    first: u32,
}

/// The keys of one pass, and the bits of those without an answer.
struct Pass<'a> {
    keys: &'a [TransmitterKey],
    out: &'a mut [Option<TransmitterRecord>],
    pending: u64,
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
        let pass = Pass { keys: &keys[..n], out: &mut out[..n], pending };
        let body = self.body();
        match body.layout.record_bytes() {
            19 => self.look_up::<19>(&body, pass),
            20 => self.look_up::<20>(&body, pass),
            21 => self.look_up::<21>(&body, pass),
            _ => self.look_up::<23>(&body, pass),
        }
    }

    /// The same among records of so many bytes.
    fn look_up<const RECORD_BYTES: usize>(&self, body: &Body<'_>, mut pass: Pass<'_>) -> u64 {
        let mut slots = [Slot::default(); LOOKUP_CHUNK];
        let slots = &mut slots[..pass.keys.len()];
        for (at, (slot, key)) in slots.iter_mut().zip(pass.keys).enumerate() {
            // What is not asked for costs nothing far: it aims at the first bucket.
            if pass.pending >> at & 1 == 1 {
                slot.mixed = body.mix.apply(*key);
                body.index.prefetch(body.index.bucket(slot.mixed));
            }
        }
        let window = Window::<RECORD_BYTES>::new(body.records);
        for slot in &mut *slots {
            slot.range = body.index.range(body.index.bucket(slot.mixed));
            slot.first = window.aim(body.index.guess(slot.mixed, slot.range));
        }
        if !self.blocks.are_all_whole() {
            self.set_damaged_aside(body, slots, &mut pass.pending);
        }
        let mut aside = 0;
        for (at, slot) in slots.iter().enumerate() {
            if pass.pending >> at & 1 == 0 {
                continue;
            }
            if let Some(found) = window.find(slot.mixed, slot.range, slot.first) {
                self.settle(window.decode(pass.keys[at], found), at, &mut pass);
            } else {
                aside |= u64::from(window.is_aside(slot.mixed, slot.range, slot.first)) << at;
            }
        }
        for at in ones(aside) {
            let wanted = slots[at].mixed & body.remainder_mask();
            if let Some(found) = halve(body, wanted, slots[at].range) {
                self.settle(body.decode(pass.keys[at], found), at, &mut pass);
            }
        }
        pass.pending
    }

    /// Takes those whose bucket is in a damaged block from what is pending: unknown is their answer.
    #[cold]
    fn set_damaged_aside(&self, body: &Body<'_>, slots: &[Slot], pending: &mut u64) {
        for at in ones(*pending) {
            let Some(Slot { range: (start, end), .. }) = slots.get(at) else { return };
            if start < end && !self.blocks.are_whole(*start, *end, body) {
                self.blocks.count_unknown();
                *pending &= !(1 << at);
            }
        }
    }

    /// Puts a record into the place of its key; bytes that are none leave it empty and count.
    #[inline]
    fn settle(&self, record: Option<TransmitterRecord>, at: usize, pass: &mut Pass<'_>) {
        pass.pending &= !(1 << at);
        if let Some(record) = record {
            pass.out[at] = Some(record);
        } else {
            self.blocks.count_unknown();
        }
    }
}

/// The places of the bits that are set, the least first.
#[inline]
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros() as usize;
        let is_some = bits != 0;
        bits &= bits.wrapping_sub(1);
        is_some.then_some(at)
    })
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
