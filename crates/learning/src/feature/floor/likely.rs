//! How likely levels are by how often, and how loudly, each transmitter was heard there.

use super::levels::{Heard, Known};
use std::collections::BTreeMap;

/// Scans in which a transmitter is believed to have been heard on a level before any was, of [`SCANS_BEFORE`].
const HEARD_BEFORE: f32 = 0.1;
/// See [`HEARD_BEFORE`].
const SCANS_BEFORE: f32 = 1.0;
/// How far a reading's power strays from its mean on a level. Source: 4 to 6 dB of fading in
/// `shared/evaluation/accuracy.md` §5, and phones that differ.
const STRAYS_DB: f32 = 8.0;
/// The power of a transmitter on a level where nobody heard it.
const UNHEARD_DBM: f32 = -95.0;
/// The most that one reading's power says against a level.
const AGAINST_MAX: f32 = 6.0;
/// Numbers ahead of the next level are no larger than this.
const AHEAD_MAX: f32 = 60.0;

/// How likely a level is by what is heard: log odds of hearing all of it there, and of hearing it as loudly.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Likely {
    pub(super) rate: f32,
    pub(super) power: f32,
}

impl Likely {
    pub(super) fn of(level: i16, n_scans: u32, known: &[Known<'_>]) -> Self {
        let one = |one: &Known<'_>| {
            let heard = one.levels.get(&level);
            let n = heard.map_or(0, |heard| heard.n) as f32;
            let rate = (n + HEARD_BEFORE) / (n_scans as f32 + SCANS_BEFORE);
            let mean_dbm = heard.map_or(UNHEARD_DBM, Heard::mean_dbm);
            let off = (one.reading.rssi_dbm - mean_dbm) / STRAYS_DB;
            (rate.min(1.0).ln(), -(0.5 * off * off).min(AGAINST_MAX))
        };
        known.iter().map(one).fold(Self::default(), |sum, (rate, power)| Self {
            rate: sum.rate + rate,
            power: sum.power + power,
        })
    }
}

/// How far a level's number is ahead of the best of the others.
pub(super) fn ahead(level: i16, likely: &BTreeMap<i16, Likely>, of: fn(&Likely) -> f32) -> f32 {
    let others = likely.iter().filter(|(other, _)| **other != level).map(|(_, it)| of(it));
    let best = others.fold(f32::NEG_INFINITY, f32::max);
    let own = likely.get(&level).map_or(0.0, of);
    (own - best).clamp(-AHEAD_MAX, AHEAD_MAX)
}
