//! Look-ups: one key, or a batch whose cache misses overlap. No allocation.
//!
//! Sketch: two misses a key (index entry, record), about 100 ns each alone; in a batch all index
//! entries are asked for, then all records, so that 20 keys cost little more than the memory's
//! throughput of random lines. Measured: `benches/lookup.rs`.

use crate::blocks::Body;
use crate::index::Index;
use crate::limits::LOOKUP_CHUNK;
use crate::{Snapshot, TransmitterRecord, map};
use cairn_ground::TransmitterKey;

/// Records looked at one after the other from the guessed place, before halving what is left.
const WALK_MAX: u32 = 12;

/// What one snapshot says of one key.
enum Lookup {
    Found(TransmitterRecord),
    Absent,
    /// The records that might hold it are damaged.
    Unknown,
}

/// A key on its way through the passes.
#[derive(Clone, Copy, Default)]
struct Slot {
    mixed: u64,
    range: (u32, u32),
    guess: u32,
}

impl Snapshot {
    /// The record of one transmitter; `None` also when its block is damaged (see
    /// [`Snapshot::health`]).
    pub fn get(&self, key: TransmitterKey) -> Option<TransmitterRecord> {
        let body = self.body();
        let mut slot = Slot { mixed: body.mix.apply(key), ..Slot::default() };
        slot.aim(body);
        match self.look_up(key, slot, body) {
            Lookup::Found(record) => Some(record),
            Lookup::Absent => None,
            Lookup::Unknown => {
                self.blocks.count_unknown();
                None
            }
        }
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
        let is_wanted = |at: usize| pending >> at & 1 == 1;
        let (body, index_bytes) = (self.body(), self.index_bytes());
        let mut slots = [Slot::default(); LOOKUP_CHUNK];
        for at in (0..n).filter(|at| is_wanted(*at)) {
            slots[at].mixed = body.mix.apply(keys[at]);
            map::prefetch(index_bytes, Index::offset(body.index.bucket(slots[at].mixed)));
        }
        for at in (0..n).filter(|at| is_wanted(*at)) {
            slots[at].aim(body);
        }
        let mut still = pending;
        for at in (0..n).filter(|at| is_wanted(*at)) {
            match self.look_up(keys[at], slots[at], body) {
                Lookup::Found(record) => out[at] = Some(record),
                Lookup::Unknown => self.blocks.count_unknown(),
                Lookup::Absent => continue,
            }
            still &= !(1 << at);
        }
        still
    }

    fn look_up(&self, key: TransmitterKey, slot: Slot, body: Body<'_>) -> Lookup {
        let (start, end) = slot.range;
        if start == end {
            return Lookup::Absent;
        }
        if !self.blocks.are_whole(start, end, body) {
            return Lookup::Unknown;
        }
        let Some(found) = slot.find(body) else { return Lookup::Absent };
        body.decode(key, found).map_or(Lookup::Unknown, Lookup::Found)
    }
}

impl Slot {
    /// Reads the bucket's range and asks for the lines of the record where the key is likely.
    #[inline]
    fn aim(&mut self, body: Body<'_>) {
        self.range = body.index.range(body.index.bucket(self.mixed));
        self.guess = body.index.guess(self.mixed, self.range);
        let record_bytes = body.layout.record_bytes();
        let at = self.guess as usize * record_bytes;
        map::prefetch(body.records, at);
        map::prefetch(body.records, at + record_bytes);
    }

    /// The record of the key, walking from the guess, then halving.
    #[inline]
    fn find(self, body: Body<'_>) -> Option<u32> {
        let wanted = self.mixed & body.remainder_mask();
        let (mut low, mut high) = self.range;
        let mut probe = self.guess.clamp(low, high - 1);
        let mut n_walked = 0;
        while low < high {
            let found = body.remainder(probe);
            if found == wanted {
                return Some(probe);
            }
            if found < wanted {
                low = probe + 1;
            } else {
                high = probe;
            }
            n_walked += 1;
            probe = if n_walked > WALK_MAX {
                u32::midpoint(low, high)
            } else if found < wanted {
                low
            } else {
                high.saturating_sub(1)
            };
        }
        None
    }
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
