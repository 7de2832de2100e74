//! The map in parts: what is kept about one transmitter, made anywhere, in any order, and put together.

use crate::codec::{put_poll, read_part};
use crate::map::RadioMap;
use crate::mix::voice_rank;
use crate::poll::Poll;
use crate::vote::Vote;
use cairn_evidence::{Evidence, Heard};
use cairn_ground::TransmitterId;

/// All that is kept about one transmitter, by itself.
///
/// A function of the set of readings ever added, as the map is (M1, M2): workers fold readings into
/// parts, parts are merged wherever they meet, and the map put together from them is the map that
/// learned the readings one by one.
///
/// # Cost
/// At most [`crate::limits::VOTES_MAX`] votes and 64 late ones: 25 KB as bytes, typically under 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub(crate) id: TransmitterId,
    pub(crate) poll: Poll,
}

/// Why bytes are no part.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error("part of a map corrupt at byte {offset}: {field}")]
pub struct PartError {
    /// Where the wrong field ends.
    pub offset: u64,
    /// What it was to be.
    pub field: &'static str,
}

impl Part {
    /// The part of a transmitter of which nothing was heard yet: nothing of it may be put into a map.
    pub const fn empty(id: TransmitterId) -> Self {
        Self { id, poll: Poll::empty() }
    }

    /// Whose part it is.
    pub const fn id(&self) -> TransmitterId {
        self.id
    }

    /// True when it holds no vote.
    pub const fn is_empty(&self) -> bool {
        self.poll.ballots.is_empty()
    }

    /// Number of votes kept.
    pub fn n_votes(&self) -> usize {
        self.poll.ballots.iter().map(|ballot| ballot.votes.len()).sum()
    }

    /// Adds one reading of this transmitter; false when that changes nothing. What was listed again
    /// votes no second time. The evidence's own list of readings is not looked at.
    pub fn add(&mut self, evidence: &Evidence, heard: &Heard) -> bool {
        if heard.repeated || heard.transmitter != self.id {
            return false;
        }
        let rank = voice_rank(evidence.voice, self.id);
        self.poll.add(self.id.kind(), rank, evidence.voice, Vote::of(evidence, heard))
    }

    /// Adds all that another part of the same transmitter holds (M2); false when that changes nothing.
    pub fn merge(&mut self, other: &Self) -> bool {
        other.id == self.id && self.poll.merge(self.id.kind(), &other.poll)
    }

    /// Appends the part's bytes: those a checkpoint has at its place, so equal parts are equal bytes.
    pub fn put_bytes(&self, bytes: &mut Vec<u8>) {
        put_poll(bytes, self.id, &self.poll);
    }

    /// Reads a part back, believing nothing that no part writes.
    ///
    /// # Errors
    /// [`PartError`]: fold the readings again.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PartError> {
        read_part(bytes)
    }
}

impl RadioMap {
    /// Adds all that a part holds; an empty one adds nothing.
    pub fn add_part(&mut self, part: Part) {
        if !part.is_empty() {
            self.shards[crate::map::shard_index(part.id)].add_part(part);
        }
    }

    /// Offers a piece of evidence to what is learned only from whole evidence: the calibration sample
    /// and the insides of buildings. Its readings vote through their parts.
    pub fn add_whole(&mut self, evidence: &Evidence) {
        self.sample.add(evidence);
        self.places.add(evidence);
    }
}

#[cfg(test)]
#[path = "part_tests.rs"]
mod tests;
