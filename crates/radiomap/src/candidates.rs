//! Which evidence a map needs whole, told from single readings: a fraction that is surely enough.

use crate::limits::{FINGERPRINT_FIX_SIGMA_MAX_M, SAMPLE_FIX_SIGMA_MAX_M, SAMPLE_VOICES_MAX};
use crate::map::RadioMap;
use crate::sample::voice_order;
use cairn_evidence::Voice;
use cairn_ground::Floor;
use std::collections::BTreeSet;

/// The voices that may be in the calibration sample: the smallest of all that stand at sure places,
/// more than the sample keeps.
///
/// Whether a voice has a yardstick only its evidence's whole list of readings tells, and this sees
/// readings one by one. So it keeps `factor` times as many voices as the sample does; whether that was
/// enough is known afterwards ([`RadioMap::is_settled`]), and if not, a greater factor is taken. A
/// function of the set of readings offered (M1); merging two equals offering both (M2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    factor: u16,
    /// By (rank, voice).
    voices: BTreeSet<(u64, Voice)>,
    /// True when a voice found no place.
    is_cut: bool,
}

impl Candidates {
    /// No candidates yet; `factor` (at least 1) times as many will be kept as the sample has.
    pub fn new(factor: u16) -> Self {
        Self { factor: factor.max(1), voices: BTreeSet::new(), is_cut: false }
    }

    /// How many times as many voices as the sample has are kept.
    pub const fn factor(&self) -> u16 {
        self.factor
    }

    /// Offers the voice of one reading, whose evidence claims this σ of its place.
    pub fn add(&mut self, voice: Voice, fix_sigma_m: Option<f32>) {
        if Self::may_be_yardstick(fix_sigma_m) {
            self.offer(voice_order(voice));
        }
    }

    fn offer(&mut self, order: (u64, Voice)) {
        let max = SAMPLE_VOICES_MAX * usize::from(self.factor);
        if self.voices.len() < max {
            self.voices.insert(order);
        } else if self.voices.last().is_some_and(|last| order < *last) {
            if self.voices.insert(order) {
                self.voices.pop_last();
                self.is_cut = true;
            }
        } else if self.voices.last() != Some(&order) {
            self.is_cut = true;
        }
    }

    /// Offers all that others hold.
    pub fn merge(&mut self, other: &Self) {
        self.is_cut |= other.is_cut;
        for order in &other.voices {
            self.offer(*order);
        }
    }

    /// The voices, in the order of their ranks.
    pub fn voices(&self) -> impl Iterator<Item = Voice> {
        self.voices.iter().map(|(_, voice)| *voice)
    }

    /// True for evidence whose place is sure enough to be sampled.
    pub fn may_be_yardstick(fix_sigma_m: Option<f32>) -> bool {
        fix_sigma_m.is_none_or(|sigma_m| sigma_m <= SAMPLE_FIX_SIGMA_MAX_M)
    }

    /// True for evidence that may teach the inside of a building: it states a level, and its place is
    /// sure.
    pub fn may_be_fingerprint(floor: Option<Floor>, fix_sigma_m: Option<f32>) -> bool {
        let is_sure = fix_sigma_m.is_none_or(|sigma_m| sigma_m <= FINGERPRINT_FIX_SIGMA_MAX_M);
        floor.is_some() && is_sure
    }

    /// The bytes, little-endian: factor u16, cut u8, voices u64 each.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.factor.to_le_bytes().to_vec();
        bytes.push(u8::from(self.is_cut));
        bytes.extend(self.voices().flat_map(|voice| voice.0.to_le_bytes()));
        bytes
    }

    /// Reads them back; `None` for bytes that no candidates write.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (factor, rest) = bytes.split_first_chunk()?;
        let (is_cut, rest) = rest.split_first()?;
        let (voices, _) = rest.as_chunks();
        let mut found = Self::new(u16::from_le_bytes(*factor));
        for voice in voices {
            found.offer(voice_order(Voice(u64::from_le_bytes(*voice))));
        }
        found.is_cut = *is_cut == 1;
        // What is not exactly what is written says something else than it seems to.
        (found.to_bytes() == bytes).then_some(found)
    }
}

impl RadioMap {
    /// True when no voice outside `candidates` can belong to the sample, all sure evidence of theirs
    /// having been offered whole: none was left out, or the sample is full of voices as small.
    pub fn is_settled(&self, candidates: &Candidates) -> bool {
        let last = self.sample.voices.get(SAMPLE_VOICES_MAX - 1).map(|v| voice_order(v.voice));
        let most = candidates.voices.last().copied();
        !candidates.is_cut || last.is_some_and(|last| Some(last) <= most)
    }
}

#[cfg(test)]
#[path = "candidates_tests.rs"]
mod tests;
