//! How high phones are: what the votes of a tile say, level by level.
//!
//! A vote keeps the height that its phone stated. Of a tile a bounded choice of voices and heights is looked at, those
//! of the smallest ranks: neither the order of learning nor the number of threads matters.

use crate::limits::{HEIGHT_VOICES_MAX, HEIGHTS_PER_VOICE_MAX};
use crate::map::RadioMap;
use crate::mix::{height_rank, place_voice_rank};
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
                for ballot in &poll.without(&self.discredited).ballots {
                    ballot.votes.iter().for_each(|vote| add(&mut chosen, ballot.voice, vote));
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
        let key = (place_voice_rank(voice), voice);
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
mod tests {
    use super::*;
    use crate::Settings;
    use crate::worlds::{any_evidence, evidence};
    use cairn_evidence::{Evidence, Height};
    use proptest::prelude::*;

    fn at(id: u64, voice: u64, stated_m: f32, level: Option<i32>) -> Evidence {
        Evidence {
            height: Some(Height { stated_m, sigma_m: 3.0 }),
            floor: level.map(|level| Floor::new(level).unwrap()),
            ..evidence(id, voice, (51.5, -0.25), &[(3, -61), (4, -70)])
        }
    }

    fn map_of(pieces: &[Evidence], voices_min: u32) -> RadioMap {
        let mut map = RadioMap::new(Settings { voices_min });
        map.learn(pieces, 1);
        map
    }

    #[test]
    fn a_tile_is_as_high_as_most_of_its_voices_say_level_by_level() {
        let mut pieces: Vec<Evidence> = (0..9).map(|n| at(n, n, 80.0, None)).collect();
        pieces.extend((9..12).map(|n| at(n, n, 127.0, None)));
        pieces.extend((20..50).map(|n| at(n, 20, 92.0, Some(3))));
        pieces.push(Evidence { height: None, ..at(60, 60, 0.0, None) });
        let [street, third] = map_of(&pieces, 1).heights(1)[..] else { panic!("two levels") };
        assert_eq!((street.floor, street.hae_m), (None, 80));
        assert!((20.0..30.0).contains(&street.sigma_m), "a quarter stands 47 m off: {street:?}");
        assert_eq!((third.floor.map(Floor::get), third.hae_m), (Some(3), 92));
        assert!((third.sigma_m - 10.0).abs() < 1e-9, "one receiver is off by as much: {third:?}");
        assert_eq!(map_of(&pieces, 2).heights(1).len(), 1, "one voice alone is too few then");
    }

    #[test]
    fn heights_that_agree_on_nothing_say_nothing() {
        let pieces: Vec<Evidence> =
            (0..8).map(|n| at(n, n, if n % 2 == 0 { 10.0 } else { 110.0 }, None)).collect();
        assert_eq!(map_of(&pieces, 1).heights(1), []);
    }

    proptest! {
        #[test]
        fn neither_order_nor_threads_matter(
            pieces in prop::collection::vec((any_evidence(), -50..200_i16), 1..60), shift in 0..60_usize,
        ) {
            let pieces: Vec<Evidence> = pieces.into_iter().map(|(one, height)| Evidence {
                height: Some(Height { stated_m: f32::from(height), sigma_m: 3.0 }),
                ..one
            }).collect();
            let mut turned = pieces.clone();
            turned.rotate_left(shift % pieces.len());
            let all = map_of(&pieces, 1).heights(1);
            prop_assert_eq!(&map_of(&turned, 1).heights(3), &all);
        }
    }
}
