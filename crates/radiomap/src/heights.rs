//! How high phones are: what the votes of a tile say, level by level.
//!
//! A vote keeps the height that its phone stated. Of a tile a bounded choice of voices and heights is looked at, those
//! of the smallest ranks: neither the order of learning nor the number of threads matters.

use crate::limits::{HEIGHT_VOICES_MAX, HEIGHTS_PER_VOICE_MAX};
use crate::map::RadioMap;
use crate::mix::height_rank;
use crate::places::voice_order;
use crate::poll::Poll;
use crate::vote::Vote;
use cairn_evidence::Voice;
use cairn_ground::{Floor, Tile, TransmitterId};
use std::collections::{BTreeMap, BTreeSet};

/// How high phones are on a level of a tile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeightBelief {
    /// Where.
    pub tile: Tile,
    /// On which level, as those who heard there said; `None` where they said none.
    pub floor: Option<Floor>,
    /// Metres above the WGS 84 ellipsoid: the median of the voices' medians.
    pub hae_m: i16,
    /// Standard deviation of a phone's height there, m.
    pub sigma_m: f64,
}

/// Standard deviation of what one receiver's heights have in common, m. Source: as of a height without a claim in
/// `evidence` (GPS Standard Positioning Service performance standard, 2020, §3.8.3).
const RECEIVER_SIGMA_M: f64 = 10.0;
/// Greatest standard deviation of heights that say anything, m. Source: choice; of clients that count from the sea among
/// others that count from the ellipsoid more comes.
const SIGMA_MAX_M: f64 = 40.0;
/// Shares of a normal within so many of its standard deviations. Source: standard normal quantiles.
const WITHIN: [(f64, f64); 2] = [(0.68, 0.9945), (0.95, 1.96)];

/// Heights of a few voices, by the voices' ranks and their own.
#[derive(Debug, Default)]
struct Choice(BTreeMap<(u64, Voice), BTreeSet<(u64, i16)>>);

type Choices = BTreeMap<(Tile, Option<Floor>), Choice>;

impl RadioMap {
    /// How high phones are wherever the votes of enough voices say so, in the order of the tiles; on `threads` threads.
    ///
    /// # Cost
    /// A pass over the votes with heights, some half a microsecond each; at most 2 KB a tile and level.
    pub fn heights(&self, threads: usize) -> Vec<HeightBelief> {
        let choose = |part: &[(TransmitterId, &Poll)]| {
            let mut chosen = Choices::new();
            for (_, poll) in part {
                for (voice, vote) in once_each(&poll.without(&self.discredited)) {
                    add(&mut chosen, voice, &vote);
                }
            }
            chosen
        };
        let chosen = self.in_parts(threads, choose).into_iter().fold(Choices::new(), merged);
        let believed = chosen.into_iter().filter_map(|((tile, floor), choice)| {
            let (hae_m, sigma_m) = choice.belief(self.settings.voices_min)?;
            Some(HeightBelief { tile, floor, hae_m, sigma_m })
        });
        believed.collect()
    }
}

/// The votes with a height, those of one evidence once, however many voices sent it. It counts for the first of these by a
/// rank that all polls share: by each poll's own the copies of one report would count for one voice here, for another there.
fn once_each(poll: &Poll) -> Vec<(Voice, Vote)> {
    let mut votes: Vec<(u64, (u64, Voice), Vote)> = Vec::new();
    for ballot in &poll.ballots {
        let order = voice_order(ballot.voice);
        let with_height = ballot.votes.iter().filter(|vote| vote.height_m().is_some());
        votes.extend(with_height.map(|vote| (vote.rank(), order, *vote)));
    }
    votes.sort_unstable();
    votes.dedup_by_key(|(rank, ..)| *rank);
    votes.into_iter().map(|(_, (_, voice), vote)| (voice, vote)).collect()
}

/// Adds the height of a vote, when it has one.
fn add(chosen: &mut Choices, voice: Voice, vote: &Vote) {
    let Some(height_m) = vote.height_m() else { return };
    let key = (Tile::of(vote.place()), vote.floor());
    let rank = height_rank(vote.e7(), height_m);
    chosen.entry(key).or_default().add(voice, (rank, height_m));
}

fn merged(mut one: Choices, other: Choices) -> Choices {
    for (key, choice) in other {
        let mine = one.entry(key).or_default();
        for ((_, voice), heights) in choice.0 {
            for height in heights {
                mine.add(voice, height);
            }
        }
    }
    one
}

impl Choice {
    fn add(&mut self, voice: Voice, height: (u64, i16)) {
        let key = voice_order(voice);
        let is_beyond = |last: (&(u64, Voice), &_)| *last.0 < key;
        if self.0.len() >= HEIGHT_VOICES_MAX && self.0.last_key_value().is_some_and(is_beyond) {
            return;
        }
        let heights = self.0.entry(key).or_default();
        heights.insert(height);
        if heights.len() > HEIGHTS_PER_VOICE_MAX {
            heights.pop_last();
        }
        if self.0.len() > HEIGHT_VOICES_MAX {
            self.0.pop_last();
        }
    }

    /// The middle and the spread of a phone's height; `None` of too few voices, or of heights that agree on nothing.
    fn belief(&self, voices_min: u32) -> Option<(i16, f64)> {
        let n_voices = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        if n_voices < voices_min.max(1) {
            return None;
        }
        let of_voice = |heights: &BTreeSet<(u64, i16)>| middle_of(heights.iter().map(|one| one.1));
        let middle = middle_of(self.0.values().filter_map(of_voice))?;
        let off = |height: i16| (f64::from(height) - f64::from(middle)).abs();
        let mut offs: Vec<(f64, f64)> = self
            .0
            .values()
            .flat_map(|heights| {
                #[expect(clippy::cast_precision_loss, reason = "a few heights")]
                let weight = 1.0 / heights.len() as f64;
                heights.iter().map(move |(_, height)| (off(*height), weight))
            })
            .collect();
        let spreads = WITHIN.iter().filter_map(|(share, sigmas)| {
            Some(cairn_signal::robust::quantile(&mut offs, *share)? / sigmas)
        });
        let own_m = spreads.fold(0.0, f64::max);
        let sigma_m = own_m.hypot(RECEIVER_SIGMA_M / f64::from(n_voices).sqrt());
        (sigma_m <= SIGMA_MAX_M).then_some((middle, sigma_m))
    }
}

/// The middle one of some heights; of two the higher.
fn middle_of(heights: impl Iterator<Item = i16>) -> Option<i16> {
    let mut heights: Vec<i16> = heights.collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).copied()
}

#[cfg(test)]
#[path = "heights_tests.rs"]
mod tests;
