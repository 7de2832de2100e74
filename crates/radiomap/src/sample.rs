//! Evidence kept whole, to measure on it how wrong answers are.

use crate::limits::{
    SAMPLE_EVIDENCE_PER_VOICE_MAX, SAMPLE_FIX_SIGMA_MAX_M, SAMPLE_HEARD_MAX, SAMPLE_MAX,
    SAMPLE_NEAR_MIN, SAMPLE_VOICES_MAX,
};
use crate::mix::{sample_rank, sample_voice_rank};
use crate::sigma::SigmaCode;
use crate::vote::{HINT_ABSENT, whole_m};
use cairn_evidence::{Evidence, EvidenceId, Heard, Height, Voice};
use cairn_ground::LatLng;
use std::collections::BTreeSet;

/// One voice's sampled evidence, each identity once (of several forms the least), rising, at most
/// [`SAMPLE_EVIDENCE_PER_VOICE_MAX`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VoiceSample {
    pub(crate) voice: Voice,
    pub(crate) evidence: Vec<Evidence>,
}

/// The sample: bottom-k of voices, bottom-k of each voice's evidence; a function of the set of
/// evidence ever added, as a poll is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) voices: Vec<VoiceSample>,
}

/// Where a voice stands in the sample.
pub(crate) const fn voice_order(voice: Voice) -> (u64, Voice) {
    (sample_voice_rank(voice), voice)
}

/// Where evidence stands in its voice's sample.
pub(crate) const fn evidence_rank(evidence: &Evidence) -> (u64, EvidenceId) {
    (sample_rank(evidence.id), evidence.id)
}

/// True for the form that stays of two of one evidence: the one whose bytes are less.
fn is_less(one: &Evidence, other: &Evidence) -> bool {
    crate::codec::evidence_bytes(one) < crate::codec::evidence_bytes(other)
}

impl Sample {
    /// A sample of nothing.
    pub(crate) const fn empty() -> Self {
        Self { voices: Vec::new() }
    }

    /// Offers a piece of evidence.
    pub(crate) fn add(&mut self, evidence: &Evidence) {
        if !is_yardstick(evidence) {
            return;
        }
        let order = voice_order(evidence.voice);
        let index = match self.voices.binary_search_by_key(&order, |v| voice_order(v.voice)) {
            Ok(index) => index,
            Err(SAMPLE_VOICES_MAX) => return,
            Err(index) => {
                let fresh = VoiceSample { voice: evidence.voice, evidence: Vec::new() };
                self.voices.insert(index, fresh);
                self.voices.truncate(SAMPLE_VOICES_MAX);
                index
            }
        };
        self.voices[index].add(evidence);
    }

    /// Offers all that another sample holds.
    pub(crate) fn merge(&mut self, other: &Self) {
        for evidence in other.voices.iter().flat_map(|voice| &voice.evidence) {
            self.add(evidence);
        }
    }

    /// At most [`SAMPLE_MAX`] of all voices but the `silent`, the first of each before the second of any.
    pub(crate) fn chosen(&self, silent: &BTreeSet<Voice>) -> Vec<&Evidence> {
        let mut ranked: Vec<_> = self
            .voices
            .iter()
            .filter(|voice| !silent.contains(&voice.voice))
            .flat_map(|voice| voice.evidence.iter().enumerate())
            .map(|(position, evidence)| (position, sample_rank(evidence.id), evidence))
            .collect();
        // Stable: equal ranks (one report under two voices) stay in the order of their voices.
        ranked.sort_by_key(|(position, rank, _)| (*position, *rank));
        ranked.truncate(SAMPLE_MAX);
        ranked.into_iter().map(|(_, _, evidence)| evidence).collect()
    }
}

impl VoiceSample {
    fn add(&mut self, evidence: &Evidence) {
        let rank = sample_rank(evidence.id);
        let is_full = self.evidence.len() == SAMPLE_EVIDENCE_PER_VOICE_MAX;
        if is_full && self.evidence.last().is_some_and(|last| sample_rank(last.id) < rank) {
            return;
        }
        let kept = normal(evidence);
        match self.evidence.binary_search_by_key(&evidence_rank(&kept), evidence_rank) {
            Ok(index) if is_less(&kept, &self.evidence[index]) => self.evidence[index] = kept,
            Ok(_) => {}
            Err(index) => {
                self.evidence.insert(index, kept);
                self.evidence.truncate(SAMPLE_EVIDENCE_PER_VOICE_MAX);
            }
        }
    }
}

/// True for evidence whose place is sure enough, and that an answer could be given to.
fn is_yardstick(evidence: &Evidence) -> bool {
    let n_cells = evidence.heard.iter().filter(|h| h.transmitter.kind().is_cell()).count();
    let answerable = n_cells > 0 || evidence.heard.len() >= SAMPLE_NEAR_MIN;
    answerable && evidence.fix_sigma_m.is_none_or(|sigma_m| sigma_m <= SAMPLE_FIX_SIGMA_MAX_M)
}

/// The evidence as a checkpoint can say it: numbers rounded, at most the strongest
/// [`SAMPLE_HEARD_MAX`] readings, in the order of their transmitters. A question is about now, so where
/// each was heard is not kept, and what a list repeats stays in it.
fn normal(evidence: &Evidence) -> Evidence {
    let (lat_e7, lng_e7) = evidence.place.to_e7();
    let place = LatLng::from_e7(lat_e7, lng_e7).unwrap_or(evidence.place);
    let mut heard: Vec<_> = evidence.heard.iter().map(|it| normal_heard(it, place)).collect();
    heard.sort_by_key(|h| (std::cmp::Reverse(h.rssi_dbm), h.transmitter));
    heard.truncate(SAMPLE_HEARD_MAX);
    heard.sort_by_key(|h| h.transmitter);
    heard.dedup_by_key(|h| h.transmitter);
    Evidence {
        place,
        fix_sigma_m: evidence.fix_sigma_m.map(SigmaCode::rounded_m),
        height: evidence.height.map(normal_height),
        heard,
        ..*evidence
    }
}

fn normal_height(height: Height) -> Height {
    let stated_m = f32::from(whole_m(height.stated_m));
    Height { stated_m, sigma_m: SigmaCode::rounded_m(height.sigma_m) }
}

fn normal_heard(heard: &Heard, place: LatLng) -> Heard {
    let hint = |said: Option<u16>| {
        said.filter(|n| heard.transmitter.kind().is_cell() && *n != HINT_ABSENT)
    };
    Heard {
        place,
        repeated: false,
        rssi_dbm: heard.rssi_dbm.map(|dbm| dbm.max(-127)),
        sigma_m: SigmaCode::rounded_m(heard.sigma_m),
        frequency_mhz: heard.frequency_mhz.filter(|mhz| *mhz > 0),
        unit: hint(heard.unit),
        timing_advance: hint(heard.timing_advance),
        ..*heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::evidence;

    fn sample_of(pairs: impl IntoIterator<Item = (u64, u64)>) -> Sample {
        let mut sample = Sample::empty();
        for (id, voice) in pairs {
            sample.add(&evidence(id, voice, (51.5, -0.25), &[(1, -50), (2, -60)]));
        }
        sample
    }

    #[test]
    fn only_sure_places_that_hear_two_transmitters_are_sampled() {
        let mut sample = Sample::empty();
        sample.add(&evidence(1, 1, (51.5, -0.25), &[(1, -50)]));
        let coarse = evidence(2, 1, (51.5, -0.25), &[(1, -50), (2, -60)]);
        sample.add(&Evidence { fix_sigma_m: Some(33.1), ..coarse.clone() });
        assert!(sample.chosen(&BTreeSet::new()).is_empty());
        sample.add(&Evidence { fix_sigma_m: None, ..coarse });
        assert_eq!(sample.chosen(&BTreeSet::new()).len(), 1);
    }

    #[test]
    fn one_voice_does_not_own_the_sample() {
        let loud = (0..5_000).map(|id| (id, 0));
        let others = (5_000..5_100).map(|id| (id, id));
        let chosen = sample_of(loud.chain(others));
        let of_loud =
            chosen.chosen(&BTreeSet::new()).iter().filter(|one| one.voice == Voice(0)).count();
        assert_eq!(of_loud, SAMPLE_EVIDENCE_PER_VOICE_MAX);
        assert_eq!(chosen.chosen(&BTreeSet::new()).len(), SAMPLE_EVIDENCE_PER_VOICE_MAX + 100);
    }

    #[test]
    fn many_voices_share_the_sample_evenly() {
        let sample = sample_of((0..20_000).map(|id| (id, id % 200)));
        assert_eq!(sample.voices.len(), SAMPLE_VOICES_MAX);
        let chosen = sample.chosen(&BTreeSet::new());
        assert_eq!(chosen.len(), SAMPLE_MAX);
        for voice in &sample.voices {
            let n = chosen.iter().filter(|one| one.voice == voice.voice).count();
            assert!((11..=12).contains(&n), "{n}");
        }
    }

    #[test]
    fn of_very_many_readings_the_strongest_are_kept() {
        let heard: Vec<_> = (0..100).map(|n| (n, -i8::try_from(n).unwrap() - 20)).collect();
        let kept = normal(&evidence(1, 1, (51.5, -0.25), &heard)).heard;
        assert_eq!(kept.len(), SAMPLE_HEARD_MAX);
        assert!(kept.iter().all(|h| h.rssi_dbm >= Some(-83)));
        assert!(kept.is_sorted_by_key(|h| h.transmitter));
    }
}
