//! Many pieces of evidence at once, and all beliefs at once, on as many threads as are given.

use crate::belief::{self, Belief};
use crate::cell::{self, HeardBelief};
use crate::limits::SHARDS;
use crate::map::{RadioMap, Shard, shard_index};
use crate::poll::Poll;
use cairn_evidence::Evidence;
use cairn_ground::{CellId, TransmitterId};
use std::thread;

impl RadioMap {
    /// Learns evidence on `threads` threads (at least 1, at most [`SHARDS`]).
    ///
    /// Each thread owns whole shards and walks all the evidence for what lives in them, so threads
    /// share nothing, wait for nothing, and their number cannot reach the result (M1).
    pub fn learn(&mut self, evidence: &[Evidence], threads: usize) {
        let threads = threads.clamp(1, SHARDS);
        if threads == 1 {
            for one in evidence {
                self.add(one);
            }
            return;
        }
        let per_thread = SHARDS.div_ceil(threads);
        let Self { shards, sample, places, .. } = self;
        thread::scope(|scope| {
            for (part, shards) in shards.chunks_mut(per_thread).enumerate() {
                scope.spawn(move || learn_part(shards, part * per_thread, evidence));
            }
            for one in evidence {
                sample.add(one);
                places.add(one);
            }
        });
    }

    /// All beliefs, in the order of their transmitters, computed on `threads` threads.
    pub fn beliefs(&self, threads: usize) -> Vec<Belief> {
        self.of_each(threads, |id, poll| {
            belief::of(id, &poll.without(&self.discredited), self.settings, None)
        })
    }

    /// The beliefs about all ways each cell was heard in, in the order of the cells, then of the ways;
    /// computed on `threads` threads.
    pub fn all_hearings(&self, threads: usize) -> Vec<(CellId, HeardBelief)> {
        self.of_each(threads, |id, poll| {
            let heard =
                cell::hearings(id, &poll.without(&self.discredited), self.settings).into_iter();
            heard.filter_map(move |one| match id {
                TransmitterId::Cell(cell) => Some((cell, one)),
                TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
            })
        })
    }

    /// What `of` makes of each poll, in the order of the transmitters.
    pub(crate) fn of_each<T: Send, I: IntoIterator<Item = T>>(
        &self,
        threads: usize,
        of: impl Fn(TransmitterId, &Poll) -> I + Sync,
    ) -> Vec<T> {
        let of_part = |part: &[(TransmitterId, &Poll)]| {
            part.iter().flat_map(|(id, poll)| of(*id, poll)).collect::<Vec<_>>()
        };
        self.in_parts(threads, of_part).into_iter().flatten().collect()
    }

    /// What `of` makes of each part of the polls, which lie in the order of the transmitters; a part a thread.
    pub(crate) fn in_parts<T: Send>(
        &self,
        threads: usize,
        of: impl Fn(&[(TransmitterId, &Poll)]) -> T + Sync,
    ) -> Vec<T> {
        let polls = self.ordered();
        let of = &of;
        let per_thread = polls.len().div_ceil(threads.clamp(1, SHARDS)).max(1);
        thread::scope(|scope| {
            let parts: Vec<_> =
                polls.chunks(per_thread).map(|part| scope.spawn(move || of(part))).collect();
            let joined = parts.into_iter().map(thread::ScopedJoinHandle::join);
            joined
                .map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }
}

/// Learns what lives in `shards`, the first of which has the number `first`.
fn learn_part(shards: &mut [Shard], first: usize, evidence: &[Evidence]) {
    for one in evidence {
        for heard in &one.heard {
            let index = shard_index(heard.transmitter).wrapping_sub(first);
            if let Some(shard) = shards.get_mut(index) {
                shard.add(one, heard);
            }
        }
    }
}
