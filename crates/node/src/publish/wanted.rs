//! Where to measure next: how wrong answers are expected to be in each H3 cell, and what one more contribution
//! there is worth.
//!
//! Of the H3 cells that may be published, and of those next to them that may not: about these only what their
//! neighbours say is told, whether somebody reported from them or nobody.

use super::coverage::{ring, square_of};
use crate::limits::COVERAGE_SQUARES_MAX;
use cairn_ground::{Confidence, LatLng, Mobility};
use cairn_radiomap::{Belief, Scanned};
use h3o::{CellIndex, Resolution};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The first line of the table.
const HEADER: &str = "h3,expected_error_m,transmitters,walked,value\n";
/// Resolutions below an H3 cell's in which its walked parts are told apart: 49 parts.
const PARTS_FINER: u8 = 2;
/// How many times larger errors are where nobody walked.
///
/// # Source
/// Of held-out indoor scans the 15 in 100 that lie over 5 m from any walk carry a third of the errors:
/// (1/3 : 0.15) / (2/3 : 0.85).
const UNWALKED_TIMES: f64 = 2.8;
/// Share of an H3 cell that one walk through it passes. Source: the widest row of its 49 parts has seven.
const WALK_SHARE: f64 = 1.0 / 7.0;
/// The bounds of the classes errors are counted in, m. Source: choice: a room, a house, a block, a quarter.
pub(super) const ERROR_CLASSES_M: [f64; 4] = [10.0, 25.0, 50.0, 100.0];

/// What is known of one H3 cell.
#[derive(Debug, Default, Clone)]
struct Spot {
    /// Voices that reported from it, no more than are needed to publish it.
    voices: Vec<u64>,
    /// Its parts that somebody reported from, one bit each.
    walked: u64,
    n_heard: u32,
    /// Sum of the precisions of what is heard there, 1/m²; and had each one more voice.
    precision: f64,
    precision_after: f64,
}

/// What the layer says of an H3 cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Want {
    /// Median error expected of an answer there, m.
    pub(super) error_m: f64,
    /// Transmitters heard there: how much is asked there, for want of a better measure.
    pub(super) n_heard: f64,
    /// Share of it that was walked.
    pub(super) walked: f64,
    /// Expected drop of the error by one more contribution, times the transmitters heard.
    pub(super) value: f64,
}

/// The layer being made.
#[derive(Debug)]
pub(super) struct Wanted {
    resolution: Resolution,
    voices_min: usize,
    spots: BTreeMap<CellIndex, Spot>,
}

impl Wanted {
    /// An empty layer; a resolution that does not exist is the coarsest.
    pub(super) fn new(resolution: u8, voices_min: u32) -> Self {
        Self {
            resolution: Resolution::try_from(resolution).unwrap_or(Resolution::Zero),
            voices_min: usize::try_from(voices_min).unwrap_or(usize::MAX),
            spots: BTreeMap::new(),
        }
    }

    /// Counts one transmitter, once for each H3 cell it was heard in.
    pub(super) fn add(&mut self, one: &Scanned<'_>) {
        if let Some(belief) = one.belief().filter(|belief| belief.mobility != Mobility::Moving) {
            let votes = one.votes().map(|(voice, place)| (voice.0, place));
            self.add_votes(&belief, votes);
        }
    }

    fn add_votes(&mut self, belief: &Belief, votes: impl Iterator<Item = (u64, LatLng)>) {
        let part = u8::from(self.resolution) + PARTS_FINER;
        let Ok(part) = Resolution::try_from(part) else { return };
        let heard = votes.filter_map(|(voice, place)| Some((square_of(place, part)?, voice)));
        let mut heard: Vec<(CellIndex, CellIndex, u64)> = heard
            .filter_map(|(part, voice)| Some((part.parent(self.resolution)?, part, voice)))
            .collect();
        heard.sort_unstable();
        heard.dedup();
        for votes in heard.chunk_by(|a, b| a.0 == b.0) {
            let index = votes[0].0;
            if self.spots.len() < COVERAGE_SQUARES_MAX || self.spots.contains_key(&index) {
                let spot = self.spots.entry(index).or_default();
                spot.add(belief, votes, self.voices_min, self.resolution);
            }
        }
    }

    /// Every H3 cell of the layer, in their order: those that enough voices reported from, and those next to
    /// them.
    pub(super) fn wants(&self) -> BTreeMap<CellIndex, Want> {
        let is_public = |spot: &&Spot| spot.voices.len() >= self.voices_min;
        let public = |index: &CellIndex| self.spots.get(index).filter(is_public);
        let known = self.spots.iter().filter(|(_, spot)| is_public(spot));
        let mut wants: BTreeMap<CellIndex, Want> =
            known.map(|(index, spot)| (*index, spot.want())).collect();
        let edge: Vec<CellIndex> = (wants.keys())
            .flat_map(|index| index.grid_disk::<Vec<_>>(1))
            .filter(|index| public(index).is_none())
            .collect();
        for index in edge {
            let near = index.grid_disk::<Vec<_>>(1);
            let near: Vec<Want> = near.iter().filter_map(&public).map(Spot::want).collect();
            if let Some(want) = unwalked(&near) {
                wants.insert(index, want);
            }
        }
        wants
    }

    /// Writes the layer as a table.
    pub(super) fn write_csv(
        wants: &BTreeMap<CellIndex, Want>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(HEADER.as_bytes())?;
        for (index, want) in wants {
            let Want { error_m, n_heard, walked, value } = want;
            writeln!(out, "{index},{error_m:.1},{n_heard:.0},{walked:.2},{value:.0}")?;
        }
        Ok(())
    }

    /// Writes the layer as `GeoJSON`, one polygon an H3 cell. Source: RFC 7946.
    pub(super) fn write_geojson(
        wants: &BTreeMap<CellIndex, Want>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(br#"{"type":"FeatureCollection","features":["#)?;
        for (n, (index, want)) in wants.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            let Want { error_m, n_heard, walked, value } = want;
            write!(
                out,
                "{comma}\n{{\"type\":\"Feature\",\"properties\":{{\"h3\":\"{index}\",\
                 \"expected_error_m\":{error_m:.1},\"transmitters\":{n_heard:.0},\
                 \"walked\":{walked:.2},\"value\":{value:.0}}},\"geometry\":{{\"type\":\"Polygon\",\
                 \"coordinates\":[[{}]]}}}}",
                ring(*index)
            )?;
        }
        out.write_all(b"\n]}\n")
    }
}

impl Spot {
    fn add(
        &mut self,
        belief: &Belief,
        votes: &[(CellIndex, CellIndex, u64)],
        voices_min: usize,
        resolution: Resolution,
    ) {
        let (now, after) = variances_m2(belief);
        self.n_heard += 1;
        self.precision += now.recip();
        self.precision_after += after.recip();
        for (_, part, voice) in votes {
            self.walked |= 1 << part.child_position(resolution).unwrap_or(0).min(63);
            if self.voices.len() < voices_min && !self.voices.contains(voice) {
                self.voices.push(*voice);
            }
        }
    }

    /// What is expected there: where it was walked as the transmitters tell, elsewhere worse.
    fn want(&self) -> Want {
        let walked = (f64::from(self.walked.count_ones()) / 49.0).min(1.0);
        let n_heard = f64::from(self.n_heard);
        want(median_m(self.precision), median_m(self.precision_after), walked, n_heard)
    }
}

/// Variance per axis of a phone that hears a transmitter, m²: of the transmitter's place, and of the way between;
/// and the same with one more voice.
fn variances_m2(belief: &Belief) -> (f64, f64) {
    let place2 = belief.covariance.sigma_m().powi(2);
    let way2 = (belief.reach_m / Confidence::P95.rayleigh()).powi(2).max(1.0);
    let voices = f64::from(belief.voices.max(1));
    (place2 + way2, place2.mul_add(voices / (voices + 1.0), way2))
}

/// Median distance of a place known with this precision per axis, m.
fn median_m(precision: f64) -> f64 {
    Confidence::P50.rayleigh() / precision.sqrt()
}

fn want(now_m: f64, after_m: f64, walked: f64, n_heard: f64) -> Want {
    let mixed = |error_m: f64, walked: f64| error_m * UNWALKED_TIMES.mul_add(1.0 - walked, walked);
    let error_m = mixed(now_m, walked);
    let walked_after = (1.0 - walked).mul_add(WALK_SHARE, walked);
    let value = (error_m - mixed(after_m, walked_after)) * n_heard;
    Want { error_m, n_heard, walked, value }
}

/// What is expected of an H3 cell of which nothing is said but by those next to it.
fn unwalked(near: &[Want]) -> Option<Want> {
    if near.is_empty() {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most six")]
    let share = 1.0 / near.len() as f64;
    let unmixed =
        |near: &Want| near.error_m / UNWALKED_TIMES.mul_add(1.0 - near.walked, near.walked);
    let now_m = near.iter().map(unmixed).sum::<f64>() * share;
    let n_heard = near.iter().map(|near| near.n_heard).sum::<f64>() * share;
    Some(want(now_m, now_m, 0.0, n_heard))
}

/// How many H3 cells fall into each class of [`ERROR_CLASSES_M`], and above.
pub(super) fn by_class(wants: &BTreeMap<CellIndex, Want>) -> [u64; ERROR_CLASSES_M.len() + 1] {
    let mut counts = [0; ERROR_CLASSES_M.len() + 1];
    for want in wants.values() {
        counts[ERROR_CLASSES_M.partition_point(|bound_m| *bound_m <= want.error_m)] += 1;
    }
    counts
}

#[cfg(test)]
#[path = "wanted_tests.rs"]
mod tests;
