//! The map itself: polls by transmitter in fixed parts, and the calibration sample.

use crate::belief::{self, Belief};
use crate::explain::{self, Explanation};
use crate::limits::{SAMPLE_MAX, SHARDS};
use crate::mix::{shard_of, voice_rank};
use crate::part::Part;
use crate::places::Places;
use crate::poll::Poll;
use crate::sample::Sample;
use crate::settings::Settings;
use crate::vote::Vote;
use cairn_evidence::{Evidence, Heard, Voice};
use cairn_ground::TransmitterId;
use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Bits that number a shard.
const SHARD_BITS: u32 = SHARDS.trailing_zeros();

/// One fixed part of the map; which part a transmitter lives in depends on its identity alone.
#[derive(Debug, Clone)]
pub(crate) struct Shard {
    pub(crate) polls: BTreeMap<TransmitterId, Poll>,
    dirty: BTreeSet<TransmitterId>,
}

/// All learned beliefs, in the form that can still learn.
///
/// A function of the set of evidence ever added (M1, M2); see the head of the crate.
///
/// # Cost
/// 32 bytes a vote and about 100 a voice: at most 31 KB a box and 35 KB a cell, typically 1.
#[derive(Debug, Clone)]
pub struct RadioMap {
    pub(crate) settings: Settings,
    pub(crate) shards: Vec<Shard>,
    pub(crate) sample: Sample,
    pub(crate) places: Places,
    /// Voices that are not asked (`trust`); no part of what was learned.
    pub(crate) discredited: BTreeSet<Voice>,
}

/// The shard of a transmitter.
pub(crate) fn shard_index(id: TransmitterId) -> usize {
    shard_of(id, SHARD_BITS)
}

impl Shard {
    const fn empty() -> Self {
        Self { polls: BTreeMap::new(), dirty: BTreeSet::new() }
    }

    /// Adds one reading of a transmitter that lives here; what was listed again votes no second time.
    pub(crate) fn add(&mut self, evidence: &Evidence, heard: &Heard) {
        if heard.repeated {
            return;
        }
        let id = heard.transmitter;
        let poll = self.polls.entry(id).or_insert_with(Poll::empty);
        let rank = voice_rank(evidence.voice, id);
        if poll.add(id.kind(), rank, evidence.voice, Vote::of(evidence, heard)) {
            self.dirty.insert(id);
        }
    }

    /// Adds a part of a transmitter that lives here.
    pub(crate) fn add_part(&mut self, part: Part) {
        let kind = part.id.kind();
        let changed = match self.polls.entry(part.id) {
            Entry::Vacant(entry) => {
                entry.insert(part.poll);
                true
            }
            Entry::Occupied(mut entry) => entry.get_mut().merge(kind, &part.poll),
        };
        if changed {
            self.dirty.insert(part.id);
        }
    }

    fn merge(&mut self, other: &Self) {
        for (id, theirs) in &other.polls {
            if self.polls.entry(*id).or_insert_with(Poll::empty).merge(id.kind(), theirs) {
                self.dirty.insert(*id);
            }
        }
    }
}

impl RadioMap {
    /// A map that has learned nothing.
    pub fn new(settings: Settings) -> Self {
        let shards = (0..SHARDS).map(|_| Shard::empty()).collect();
        Self {
            settings,
            shards,
            sample: Sample::empty(),
            places: Places::default(),
            discredited: BTreeSet::new(),
        }
    }

    /// The settings beliefs are formed under.
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// Learns one piece of evidence; learning it again changes nothing (M1).
    pub fn add(&mut self, evidence: &Evidence) {
        for heard in &evidence.heard {
            self.shards[shard_index(heard.transmitter)].add(evidence, heard);
        }
        self.sample.add(evidence);
        self.places.add(evidence);
    }

    /// Learns all that another map has learned (M2); this map's settings stay.
    #[expect(clippy::needless_pass_by_value, reason = "the other map is used up")]
    pub fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.shards.iter_mut().zip(&other.shards) {
            mine.merge(theirs);
        }
        self.sample.merge(&other.sample);
        self.places.merge(&other.places);
    }

    /// True when scans of the inside of any building are kept.
    pub fn has_places(&self) -> bool {
        !self.places.blocks.is_empty()
    }

    /// Number of transmitters ever heard.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.polls.len()).sum()
    }

    /// True when nothing was ever heard.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The transmitters whose polls changed since the last call (or since the map was made or read).
    pub fn take_dirty(&mut self) -> BTreeSet<TransmitterId> {
        let mut dirty = BTreeSet::new();
        for shard in &mut self.shards {
            dirty.append(&mut shard.dirty);
        }
        dirty
    }

    /// What is believed about a transmitter; `None` when it was never heard, or by fewer voices than
    /// the settings ask for.
    pub fn belief(&self, id: TransmitterId) -> Option<Belief> {
        belief::of(id, &*self.poll(id)?, self.settings, None)
    }

    /// What would be believed had `voice` never spoken: for calibration, which must not ask a
    /// contributor about places it taught.
    pub fn belief_without(&self, id: TransmitterId, voice: Voice) -> Option<Belief> {
        belief::of(id, &*self.poll(id)?, self.settings, Some(voice))
    }

    /// The voices and votes behind a belief, and why it is as it is; `None` when never heard.
    pub fn explain(&self, id: TransmitterId) -> Option<Explanation> {
        self.poll(id).map(|poll| explain::of(id, &poll, self.settings))
    }

    /// Evidence of those who are asked to measure answers on, spread over as many voices as there are: at most
    /// [`crate::limits::SAMPLE_MAX`], in canonical order, chosen by hashes of their content.
    pub fn calibration_samples(&self) -> impl Iterator<Item = &Evidence> {
        self.sample.chosen(&self.discredited).into_iter()
    }

    /// How much [`RadioMap::calibration_samples`] gives when everybody is asked.
    pub fn n_calibration_samples(&self) -> usize {
        self.sample.voices.iter().map(|voice| voice.evidence.len()).sum::<usize>().min(SAMPLE_MAX)
    }

    /// All polls in the order of their transmitters.
    pub(crate) fn ordered(&self) -> Vec<(TransmitterId, &Poll)> {
        let polls = self.shards.iter().flat_map(|shard| &shard.polls);
        let mut ordered: Vec<_> = polls.map(|(id, poll)| (*id, poll)).collect();
        ordered.sort_unstable_by_key(|(id, _)| *id);
        ordered
    }

    /// What the voices that are asked say of a transmitter.
    pub(crate) fn poll(&self, id: TransmitterId) -> Option<Cow<'_, Poll>> {
        self.shards[shard_index(id)].polls.get(&id).map(|poll| poll.without(&self.discredited))
    }
}

/// Equal when they learned the same; what is dirty and how it is believed do not matter.
impl PartialEq for RadioMap {
    fn eq(&self, other: &Self) -> bool {
        let mut shards = self.shards.iter().zip(&other.shards);
        shards.all(|(mine, theirs)| mine.polls == theirs.polls)
            && self.sample == other.sample
            && self.places == other.places
    }
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
