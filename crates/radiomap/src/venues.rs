//! Which fingerprints make one building: blocks that touch, and what was heard in them.

use crate::fingerprint::Fingerprint;
use crate::limits::{BLOCK_SCANS_MIN, VENUE_BLOCKS_MAX, VENUE_SCANS_MAX};
use crate::map::RadioMap;
use cairn_evidence::Voice;
use cairn_ground::{Block, Day, Floor};
use cairn_signal::venue::{Reading, SCANS_MIN, Scan};
use std::collections::{BTreeMap, BTreeSet};

/// Days after which a scan counts half, against the newest of its venue.
/// Source: choice; 57 % of access points gone after 12 months cost 11 % (evaluation study §1.1).
const HALF_DAYS: f32 = 300.0;

/// One building, or several that touch.
#[derive(Debug, Clone, PartialEq)]
pub struct VenueScans {
    /// The blocks it covers, rising.
    pub blocks: Vec<Block>,
    /// What was heard in them, in canonical order.
    pub scans: Vec<Scan>,
}

impl RadioMap {
    /// The buildings of which enough is known, in the order of their first block.
    ///
    /// A transmitter that fewer voices heard there than the settings ask for, or that `is_excluded`
    /// names, is left out of the scans.
    pub fn venues(&self, is_excluded: &dyn Fn(u64) -> bool) -> Vec<VenueScans> {
        let groups = groups(self.dense_blocks().into_iter());
        groups.into_iter().filter_map(|blocks| self.venue(blocks, is_excluded)).collect()
    }

    /// Blocks with enough scans, and those that touch one and have any.
    fn dense_blocks(&self) -> Vec<Block> {
        let is_dense = |block: &Block| {
            let voices = self.places.blocks.get(block).into_iter().flatten();
            voices.map(|voice| voice.scans.len()).sum::<usize>() >= BLOCK_SCANS_MIN
        };
        let blocks = self.places.blocks.keys().copied();
        blocks.filter(|block| block.around().any(|near| is_dense(&near))).collect()
    }

    fn venue(&self, blocks: Vec<Block>, is_excluded: &dyn Fn(u64) -> bool) -> Option<VenueScans> {
        let chosen = self.chosen(&blocks);
        let voices: BTreeSet<Voice> = chosen.iter().map(|(voice, _)| *voice).collect();
        let voices_min = usize::try_from(self.settings.voices_min).unwrap_or(usize::MAX);
        if chosen.len() < SCANS_MIN || voices.len() < voices_min {
            return None;
        }
        let known = known(&chosen, voices_min, is_excluded);
        let newest = chosen.iter().map(|(_, scan)| scan.day()).max()?;
        let scans: Vec<Scan> =
            chosen.iter().filter_map(|(voice, one)| scan(*voice, one, &known, newest)).collect();
        (scans.len() >= SCANS_MIN).then_some(VenueScans { blocks, scans })
    }

    /// At most [`VENUE_SCANS_MAX`] fingerprints, the first of every voice before the second of any.
    fn chosen(&self, blocks: &[Block]) -> Vec<(Voice, &Fingerprint)> {
        let mut by_voice: BTreeMap<Voice, Vec<&Fingerprint>> = BTreeMap::new();
        let kept = blocks.iter().filter_map(|block| self.places.blocks.get(block)).flatten();
        for one in kept.filter(|one| !self.discredited.contains(&one.voice)) {
            by_voice.entry(one.voice).or_default().extend(&one.scans);
        }
        let mut ranked: Vec<(usize, Voice, &Fingerprint)> = by_voice
            .into_iter()
            .flat_map(|(voice, mut scans)| {
                scans.sort_unstable();
                scans.into_iter().enumerate().map(move |(position, scan)| (position, voice, scan))
            })
            .collect();
        ranked.sort_unstable_by_key(|(position, voice, scan)| (*position, scan.rank, *voice));
        ranked.truncate(VENUE_SCANS_MAX);
        ranked.sort_unstable_by_key(|(_, voice, scan)| (*voice, scan.rank));
        ranked.into_iter().map(|(_, voice, scan)| (voice, scan)).collect()
    }
}

/// Keys that enough voices heard and nobody excludes.
fn known(
    chosen: &[(Voice, &Fingerprint)],
    voices_min: usize,
    is_excluded: &dyn Fn(u64) -> bool,
) -> BTreeSet<u64> {
    let mut heard: Vec<(u64, Voice)> = chosen
        .iter()
        .flat_map(|(voice, scan)| scan.readings.iter().map(|r| (r.transmitter, *voice)))
        .collect();
    heard.sort_unstable();
    heard.dedup();
    heard
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|voices| voices.len() >= voices_min && !is_excluded(voices[0].0))
        .map(|voices| voices[0].0)
        .collect()
}

/// A fingerprint as a model learns it; `None` when nothing in it is known.
fn scan(voice: Voice, one: &Fingerprint, known: &BTreeSet<u64>, newest: Day) -> Option<Scan> {
    let readings: Vec<Reading> = one
        .readings
        .iter()
        .filter(|reading| known.contains(&reading.transmitter))
        .map(|reading| Reading {
            key: reading.transmitter,
            rssi_dbm: f32::from(reading.rssi_dbm),
            age_s: reading.age_s(),
        })
        .collect();
    let floor = Floor::new(i32::from(one.floor)).ok()?;
    let age_days = f32::from(newest.days_since(one.day()));
    let weight = (-age_days / HALF_DAYS).exp2();
    (!readings.is_empty()).then(|| Scan {
        place: one.place(),
        floor,
        voice: voice.0,
        weight,
        readings,
    })
}

/// Blocks that touch, together; a group stops growing at [`VENUE_BLOCKS_MAX`].
fn groups(blocks: impl Iterator<Item = Block>) -> Vec<Vec<Block>> {
    let mut left: BTreeSet<Block> = blocks.collect();
    let mut groups = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut group = vec![first];
        let mut next = 0;
        while next < group.len() {
            let mut around: Vec<Block> = group[next].around().collect();
            around.sort_unstable();
            for block in around {
                if group.len() < VENUE_BLOCKS_MAX && left.remove(&block) {
                    group.push(block);
                }
            }
            next += 1;
        }
        group.sort_unstable();
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use crate::worlds::evidence;
    use cairn_evidence::Evidence;

    fn walk(voice: u64, lng: f64, hears: u64) -> impl Iterator<Item = Evidence> {
        (0..200_u64).map(move |n| {
            let heard: Vec<_> = (hears..hears + 5).map(|t| (t, -50)).collect();
            let along = f64::from(u32::try_from(n).unwrap()) * 2e-6;
            let mut one = evidence(voice * 1_000 + n, voice, (51.5 + along, lng), &heard);
            one.floor = Some(Floor::new(2).unwrap());
            one.fix_sigma_m = None;
            one
        })
    }

    fn map(voices_min: u32) -> RadioMap {
        let mut map = RadioMap::new(Settings { voices_min });
        let here = walk(1, -0.25, 0).chain(walk(2, -0.25, 1));
        let there = walk(3, -0.35, 50).chain(walk(4, -0.35, 50));
        here.chain(there).for_each(|one| map.add(&one));
        map
    }

    #[test]
    fn buildings_apart_are_two_venues_and_know_what_was_heard_in_each() {
        let venues = map(1).venues(&|_| false);
        assert_eq!(venues.len(), 2);
        for venue in &venues {
            assert_eq!(venue.scans.len(), 400);
            assert!(venue.scans.iter().all(|scan| venue.blocks.contains(&Block::of(scan.place))));
        }
    }

    #[test]
    fn a_transmitter_of_one_voice_is_left_out_where_two_are_asked_for() {
        let keys = |map: &RadioMap, excluded: Option<u64>| {
            let venues = map.venues(&|key| Some(key) == excluded);
            let readings = venues.iter().flat_map(|v| &v.scans).flat_map(|s| &s.readings);
            readings.map(|r| r.key).collect::<BTreeSet<_>>()
        };
        let all = keys(&map(1), None);
        let shared = keys(&map(2), None);
        assert_eq!((all.len(), shared.len()), (11, 9));
        let gone = shared.first().copied();
        assert_eq!(keys(&map(2), gone).len(), 8);
    }

    #[test]
    fn a_group_of_blocks_stops_growing_at_the_limit() {
        let start = Block::of(cairn_ground::LatLng::new(51.5, -0.25).unwrap());
        let mut many = BTreeSet::from([start]);
        while many.len() <= VENUE_BLOCKS_MAX {
            let grown: Vec<Block> = many.iter().flat_map(|block| block.around()).collect();
            many.extend(grown);
        }
        let n = many.len();
        let groups = groups(many.into_iter());
        assert!(groups.iter().all(|group| group.len() <= VENUE_BLOCKS_MAX));
        assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), n);
    }
}
