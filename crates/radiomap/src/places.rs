//! Fingerprints by block: what is kept of the insides of buildings.

use crate::fingerprint::Fingerprint;
use crate::limits::{FINGERPRINTS_PER_VOICE_MAX, PLACE_VOICES_MAX};
use crate::mix::place_voice_rank;
use cairn_evidence::{Evidence, Voice};
use cairn_ground::Block;
use std::collections::BTreeMap;

/// One voice's fingerprints in one block, rising, at most [`FINGERPRINTS_PER_VOICE_MAX`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VoiceScans {
    pub(crate) voice: Voice,
    pub(crate) scans: Vec<Fingerprint>,
}

/// The voices of one block, rising by rank, at most [`PLACE_VOICES_MAX`].
pub(crate) type BlockScans = Vec<VoiceScans>;

/// All fingerprints; a function of the set of evidence ever added, as a poll is: the smallest ranks
/// of voices, and of each voice's scans, stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) blocks: BTreeMap<Block, BlockScans>,
}

/// Where a voice stands among those of a block.
pub(crate) const fn voice_order(voice: Voice) -> (u64, Voice) {
    (place_voice_rank(voice), voice)
}

impl Places {
    /// Offers a piece of evidence.
    pub(crate) fn add(&mut self, evidence: &Evidence) {
        if let Some(scan) = Fingerprint::of(evidence) {
            self.offer(Block::of(evidence.place), evidence.voice, scan);
        }
    }

    /// Offers all that other places hold.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (block, voices) in &other.blocks {
            for one in voices {
                for scan in &one.scans {
                    self.offer(*block, one.voice, scan.clone());
                }
            }
        }
    }

    fn offer(&mut self, block: Block, voice: Voice, scan: Fingerprint) {
        let voices = self.blocks.entry(block).or_default();
        let index = match voices.binary_search_by_key(&voice_order(voice), |v| voice_order(v.voice))
        {
            Ok(index) => index,
            Err(PLACE_VOICES_MAX) => return,
            Err(index) => {
                voices.insert(index, VoiceScans { voice, scans: Vec::new() });
                voices.truncate(PLACE_VOICES_MAX);
                index
            }
        };
        let scans = &mut voices[index].scans;
        if let Err(index) = scans.binary_search(&scan)
            && index < FINGERPRINTS_PER_VOICE_MAX
        {
            scans.insert(index, scan);
            scans.truncate(FINGERPRINTS_PER_VOICE_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::evidence;
    use cairn_ground::Floor;

    fn indoors(id: u64, voice: u64) -> Evidence {
        let mut one = evidence(id, voice, (51.5, -0.25), &[(1, -40), (2, -50), (3, -60), (4, -70)]);
        one.floor = Some(Floor::new(1).unwrap());
        one.fix_sigma_m = None;
        one
    }

    fn places(all: impl Iterator<Item = (u64, u64)>) -> Places {
        let mut places = Places::default();
        for (id, voice) in all {
            places.add(&indoors(id, voice));
        }
        places
    }

    #[test]
    fn places_ignore_order_and_repetition_and_merge() {
        // invariant: M1, M2
        let pairs: Vec<(u64, u64)> = (0..8_000).map(|id| (id, id % 7)).collect();
        let forwards = places(pairs.iter().copied());
        let backwards = places(pairs.iter().rev().chain(&pairs).copied());
        assert_eq!(forwards, backwards);
        let mut merged = places(pairs.iter().copied().filter(|(id, _)| id % 3 == 0));
        merged.merge(&places(pairs.iter().copied().filter(|(id, _)| id % 3 != 0)));
        assert_eq!(merged, forwards);
        let kept = forwards.blocks.values().flatten().map(|v| v.scans.len()).max();
        assert_eq!(kept, Some(FINGERPRINTS_PER_VOICE_MAX));
    }

    #[test]
    fn one_voice_past_the_limit_costs_the_largest_rank() {
        let n = PLACE_VOICES_MAX as u64 + 1;
        let all = places((0..n).map(|id| (id, id)));
        let voices = all.blocks.values().next().unwrap();
        assert_eq!(voices.len(), PLACE_VOICES_MAX);
        let largest = (0..n).map(|voice| voice_order(Voice(voice))).max().unwrap();
        assert!(voices.iter().all(|v| voice_order(v.voice) < largest));
    }
}
