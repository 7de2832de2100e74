//! Which networks one transmitter sends, as the scans of a building show.
//!
//! An access point sends several networks from one place: what a phone hears of each is one more measurement of
//! the same thing, and a model that takes each for a transmitter of its own learns the same many times, from
//! fewer scans each. Addresses say only who may belong together: two radios of one box, for 2.4 and 5 GHz, sound
//! unlike, and so do access points that were numbered in series. So those are one whose addresses are of one box
//! and that are heard together, about as loud. What it gains: docs/measured/venues.md.

use super::course::n_voices;
use super::heard::box_of;
use super::learn::{Scan, VOICES_MIN};
use std::collections::BTreeMap;
use std::ops::Range;

/// Power from which a network is loud: its siblings should be heard as well, dBm. Source: measured,
/// docs/measured/venues.md.
const LOUD_DBM: f32 = -88.0;
/// How far apart in power siblings may be heard, dB. Source: choice, twice the noise of readings (4 to 6 dB).
const APART_DB: f32 = 8.0;
/// Age up to which readings are compared, s. Source: choice, 10 m on foot.
const AGE_MAX_S: f32 = 8.0;
/// Share of the scans with one loud in which the other is heard about as loud, each way, from which both are one.
/// Source: as [`LOUD_DBM`].
const TOGETHER_MIN: f64 = 0.5;
/// Scans that must have heard a network loud before it is judged; of fewer it goes with its box, if that is one.
/// Source: as [`LOUD_DBM`].
const LOUD_MIN: u32 = 3;
/// Networks of one box that are compared, the first by number; more stay alone. Source: choice, four radios of 16.
const BOX_NETWORKS_MAX: usize = 64;
/// Voices that heard a transmitter at least, where there are enough voices: what one voice alone heard
/// may have come with it. Source: measured, docs/measured/venues.md.
const VOICES_PER_TRANSMITTER_MIN: usize = 2;

/// The networks a model knows, and which of its transmitters sends each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Networks {
    /// Their keys, rising.
    pub(super) keys: Vec<u64>,
    /// For each the number of its transmitter.
    pub(super) transmitters: Vec<u32>,
    pub(super) n_transmitters: usize,
}

/// A network of a scan's readings: its number among all, and its power.
type Loud = (usize, f32);

/// Networks of one box: how often each is loud, and how often another then is about as loud.
struct BoxCounts {
    numbers: Range<usize>,
    loud: Vec<u32>,
    /// For each network a row of all.
    alike: Vec<u32>,
}

impl Networks {
    /// Those that enough voices heard.
    pub(super) fn of(scans: &[Scan]) -> Self {
        let all = all(scans);
        let firsts = firsts(&all, scans);
        let mut voices: Vec<(usize, u64)> = scans
            .iter()
            .flat_map(|scan| scan.readings.iter().map(|reading| (reading.key, scan.voice)))
            .filter_map(|(key, voice)| Some((firsts[number(&all, key)?], voice)))
            .collect();
        voices.sort_unstable();
        voices.dedup();
        let needed = if n_voices(scans) < VOICES_MIN { 1 } else { VOICES_PER_TRANSMITTER_MIN };
        let heard = voices.chunk_by(|a, b| a.0 == b.0).filter(|voices| voices.len() >= needed);
        let numbers: BTreeMap<usize, u32> = heard.map(|voices| voices[0].0).zip(0..).collect();
        let named = all.iter().zip(&firsts);
        let mut networks: Vec<(u64, u32)> =
            named.filter_map(|((_, key), first)| Some((*key, *numbers.get(first)?))).collect();
        networks.sort_unstable();
        let (keys, transmitters) = networks.into_iter().unzip();
        Self { keys, transmitters, n_transmitters: numbers.len() }
    }

    /// The transmitter that sends a network.
    pub(super) fn find(&self, key: u64) -> Option<usize> {
        let at = self.keys.binary_search(&key).ok()?;
        usize::try_from(self.transmitters[at]).ok()
    }
}

/// All networks by box and key.
fn all(scans: &[Scan]) -> Vec<(u64, u64)> {
    let readings = scans.iter().flat_map(|scan| &scan.readings);
    let mut all: Vec<(u64, u64)> = readings.map(|one| (box_of(one.key), one.key)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn number(all: &[(u64, u64)], key: u64) -> Option<usize> {
    all.binary_search(&(box_of(key), key)).ok()
}

/// For each network the first of those that are one with it.
fn firsts(all: &[(u64, u64)], scans: &[Scan]) -> Vec<usize> {
    let mut boxes = boxes(all);
    let mut box_of_number = vec![usize::MAX; all.len()];
    for (index, one) in boxes.iter().enumerate() {
        box_of_number[one.numbers.clone()].fill(index);
    }
    for scan in scans {
        let fresh = scan.readings.iter().filter(|reading| reading.age_s.abs() < AGE_MAX_S);
        let mut heard: Vec<Loud> = fresh
            .filter_map(|reading| Some((number(all, reading.key)?, reading.rssi_dbm)))
            .filter(|(number, _)| box_of_number[*number] < boxes.len())
            .collect();
        heard.sort_unstable_by_key(|(number, _)| *number);
        for heard in heard.chunk_by(|a, b| box_of_number[a.0] == box_of_number[b.0]) {
            boxes[box_of_number[heard[0].0]].count(heard);
        }
    }
    let mut firsts: Vec<usize> = (0..all.len()).collect();
    for one in &boxes {
        one.join(&mut firsts[one.numbers.clone()]);
    }
    firsts
}

/// The boxes of several networks.
fn boxes(all: &[(u64, u64)]) -> Vec<BoxCounts> {
    let mut next = 0;
    let spans = all.chunk_by(|a, b| a.0 == b.0).map(|networks| {
        let from = next;
        next += networks.len();
        from..next.min(from + BOX_NETWORKS_MAX)
    });
    let several = spans.filter(|numbers| numbers.len() > 1);
    several
        .map(|numbers| BoxCounts {
            loud: vec![0; numbers.len()],
            alike: vec![0; numbers.len() * numbers.len()],
            numbers,
        })
        .collect()
}

impl BoxCounts {
    /// Counts what one scan heard of the box.
    fn count(&mut self, heard: &[Loud]) {
        let n = self.numbers.len();
        for (number, dbm) in heard.iter().filter(|(_, dbm)| *dbm >= LOUD_DBM) {
            let row = number - self.numbers.start;
            self.loud[row] += 1;
            for (other, other_dbm) in heard {
                if (dbm - other_dbm).abs() <= APART_DB {
                    self.alike[row * n + other - self.numbers.start] += 1;
                }
            }
        }
    }

    /// True when two are heard together, about as loud.
    fn is_one(&self, a: usize, b: usize) -> bool {
        let n = self.numbers.len();
        let share =
            |a: usize, b: usize| f64::from(self.alike[a * n + b]) / f64::from(self.loud[a].max(1));
        self.is_judged(a) && self.is_judged(b) && share(a, b).min(share(b, a)) >= TOGETHER_MIN
    }

    fn is_judged(&self, network: usize) -> bool {
        self.loud[network] >= LOUD_MIN
    }

    /// Gives all that are one the number of their first.
    fn join(&self, firsts: &mut [usize]) {
        for a in 0..firsts.len() {
            for b in 0..a {
                let (low, high) = (firsts[a].min(firsts[b]), firsts[a].max(firsts[b]));
                if low != high && self.is_one(a, b) {
                    firsts.iter_mut().filter(|first| **first == high).for_each(|it| *it = low);
                }
            }
        }
        let judged: Vec<usize> = (0..firsts.len()).filter(|it| self.is_judged(*it)).collect();
        let Some(only) = judged.first().map(|it| firsts[*it]) else { return };
        if judged.iter().all(|it| firsts[*it] == only) {
            firsts.fill(only);
        }
    }
}

#[cfg(test)]
#[path = "networks_tests.rs"]
mod tests;
