//! Which fingerprints make one building: blocks that touch, and what was heard in them.

use crate::fingerprint::Fingerprint;
use crate::limits::{BLOCK_SCANS_MIN, VENUE_BLOCKS_MAX, VENUE_SCANS_MAX};
use crate::map::RadioMap;
use crate::places::voice_order;
use cairn_evidence::Voice;
use cairn_ground::{Block, Day, Floor, Geodesic, LatLng};
use cairn_signal::venue::{Reading, SCANS_MIN, Scan};
use std::collections::{BTreeMap, BTreeSet};

/// Days after which a scan counts half, against the newest of its venue.
/// Source: choice, measured beside 100 days and none; transmitters do not age each by itself
/// (docs/decisions/2026-11-28-venue-ageing.md).
const HALF_DAYS: f32 = 300.0;

/// Distance from where a transmitter stands beyond which what was heard of it is of the time before, m.
/// Source: as far as what no reading contradicts before it is said to have moved (`signal::mobility`).
const CARRIED_M: f64 = 150.0;

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
    /// names, is left out of the scans; one that stands at a place which `stands_at` names, out of those heard
    /// 150 m and farther from there: it was carried.
    pub fn venues(
        &self,
        is_excluded: &dyn Fn(u64) -> bool,
        stands_at: &BTreeMap<u64, LatLng>,
    ) -> Vec<VenueScans> {
        let groups = groups(self.dense_blocks().into_iter());
        let venue = |blocks| self.venue(blocks, is_excluded, stands_at);
        groups.into_iter().filter_map(venue).collect()
    }

    /// Blocks with enough scans, and those that touch one and have any.
    fn dense_blocks(&self) -> Vec<Block> {
        let is_dense = |block: &Block| self.once_each(&[*block]).len() >= BLOCK_SCANS_MIN;
        let blocks = || self.places.blocks.keys().copied();
        let dense: BTreeSet<Block> = blocks().filter(is_dense).collect();
        blocks().filter(|block| block.around().any(|near| dense.contains(&near))).collect()
    }

    fn venue(
        &self,
        blocks: Vec<Block>,
        is_excluded: &dyn Fn(u64) -> bool,
        stands_at: &BTreeMap<u64, LatLng>,
    ) -> Option<VenueScans> {
        let chosen = self.chosen(&blocks);
        let voices: BTreeSet<Voice> = chosen.iter().map(|(voice, _)| *voice).collect();
        let voices_min = usize::try_from(self.settings.voices_min).unwrap_or(usize::MAX);
        if chosen.len() < SCANS_MIN || voices.len() < voices_min {
            return None;
        }
        let known = known(&chosen, voices_min, is_excluded);
        let newest = chosen.iter().map(|(_, scan)| scan.day()).max()?;
        let carried: BTreeMap<u64, LatLng> =
            known.iter().filter_map(|key| Some((*key, *stands_at.get(key)?))).collect();
        let is_there = |key: u64, heard_at: LatLng| {
            let place = carried.get(&key);
            known.contains(&key)
                && place.is_none_or(|it| Geodesic.distance_m(*it, heard_at) < CARRIED_M)
        };
        let scans: Vec<Scan> =
            chosen.iter().filter_map(|(voice, one)| scan(*voice, one, &is_there, newest)).collect();
        (scans.len() >= SCANS_MIN).then_some(VenueScans { blocks, scans })
    }

    /// At most [`VENUE_SCANS_MAX`] fingerprints, the first of every voice before the second of any.
    fn chosen(&self, blocks: &[Block]) -> Vec<(Voice, &Fingerprint)> {
        let mut by_voice: BTreeMap<Voice, Vec<&Fingerprint>> = BTreeMap::new();
        for (voice, scan) in self.once_each(blocks) {
            by_voice.entry(voice).or_default().push(scan);
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

    /// The fingerprints of some blocks, those of one evidence once, however many voices sent it: as its first voice's.
    fn once_each(&self, blocks: &[Block]) -> Vec<(Voice, &Fingerprint)> {
        let kept = blocks.iter().filter_map(|block| self.places.blocks.get(block)).flatten();
        let asked = kept.filter(|one| !self.discredited.contains(&one.voice));
        let mut scans: Vec<(u64, (u64, Voice), &Fingerprint)> = asked
            .flat_map(|one| one.scans.iter().map(|it| (it.rank, voice_order(one.voice), it)))
            .collect();
        scans.sort_unstable();
        scans.dedup_by_key(|(rank, ..)| *rank);
        scans.into_iter().map(|(_, (_, voice), scan)| (voice, scan)).collect()
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
fn scan(
    voice: Voice,
    one: &Fingerprint,
    is_there: &dyn Fn(u64, LatLng) -> bool,
    newest: Day,
) -> Option<Scan> {
    let place = one.place();
    let readings: Vec<Reading> = one
        .readings
        .iter()
        .filter(|reading| is_there(reading.transmitter, place))
        .map(|reading| Reading {
            key: reading.transmitter,
            rssi_dbm: f32::from(reading.rssi_dbm),
            age_s: reading.age_s(),
        })
        .collect();
    let floor = Floor::new(i32::from(one.floor)).ok()?;
    let age_days = f32::from(newest.days_since(one.day()));
    let weight = (-age_days / HALF_DAYS).exp2();
    (!readings.is_empty()).then_some(Scan { place, floor, voice: voice.0, weight, readings })
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
#[path = "venues_tests.rs"]
mod tests;
