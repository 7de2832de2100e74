//! Where to measure next: how wrong answers are expected to be in each H3 cell, and what one more contribution
//! there is worth.
//!
//! Of the H3 cells that may be published, and of those next to them that may not: about these only what their
//! neighbours say is told, whether somebody reported from them or nobody.

use super::coverage::{ring, square_of};
use super::spot::{Spot, unwalked};
use crate::limits::COVERAGE_SQUARES_MAX;
use cairn_ground::{LatLng, Mobility};
use cairn_radiomap::{Belief, Scanned};
use cairn_signal::calibration::Calibration;
use h3o::{CellIndex, Resolution};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The first line of the table.
const HEADER: &str = "h3,expected_error_m,transmitters,walked,value\n";
/// Resolutions below an H3 cell's in which its walked parts are told apart: 49 parts.
const PARTS_FINER: u8 = 2;
/// The bounds of the classes errors are counted in, m. Source: choice: a room, a house, a block, a quarter.
pub(super) const ERROR_CLASSES_M: [f64; 4] = [10.0, 25.0, 50.0, 100.0];

/// What the layer says of an H3 cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Want {
    /// Median error expected of an answer where people reported from, m.
    pub error_m: f64,
    /// Transmitters heard there: how much is asked there, for want of a better measure.
    pub n_heard: f64,
    /// Share of it that was walked.
    pub walked: f64,
    /// Expected drop of the error over all its ground by one more contribution, m, times the transmitters heard.
    pub value: f64,
}

/// The layer being made.
#[derive(Debug)]
pub(super) struct Wanted {
    resolution: Resolution,
    voices_min: usize,
    calibration: Calibration,
    spots: BTreeMap<CellIndex, Spot>,
}

impl Wanted {
    /// An empty layer; a resolution that does not exist is the coarsest. What errors are worth is as the answers' own
    /// calibration says.
    pub(super) fn new(resolution: u8, voices_min: u32, calibration: &Calibration) -> Self {
        Self {
            resolution: Resolution::try_from(resolution).unwrap_or(Resolution::Zero),
            voices_min: usize::try_from(voices_min).unwrap_or(usize::MAX),
            calibration: *calibration,
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
        let n_parts = n_parts(&heard);
        for votes in heard.chunk_by(|a, b| a.0 == b.0) {
            let index = votes[0].0;
            if self.spots.len() < COVERAGE_SQUARES_MAX || self.spots.contains_key(&index) {
                let spot = self.spots.entry(index).or_insert_with(|| Spot::of(index));
                let voices = votes.iter().map(|(_, part, voice)| (*part, *voice));
                spot.add(belief, self::n_parts(votes) / n_parts, voices, self.voices_min);
            }
        }
    }

    /// Every H3 cell of the layer, in their order: those that enough voices reported from, and those next to
    /// them.
    pub(super) fn wants(&self) -> BTreeMap<CellIndex, Want> {
        let is_public = |spot: &&Spot| spot.n_voices() >= self.voices_min;
        let known = self.spots.iter().filter(|(_, spot)| is_public(spot));
        let public: BTreeMap<CellIndex, Want> =
            known.map(|(index, spot)| (*index, spot.want(&self.calibration))).collect();
        let edge: Vec<CellIndex> = (public.keys())
            .flat_map(|index| index.grid_disk::<Vec<_>>(1))
            .filter(|index| !public.contains_key(index))
            .collect();
        let mut wants = public.clone();
        for index in edge {
            let near = index.grid_disk::<Vec<_>>(1);
            let near: Vec<Want> =
                near.iter().filter_map(|near| public.get(near).copied()).collect();
            if let Some(want) = unwalked(&near, index) {
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

/// Parts of H3 cells among what a transmitter was heard in, which is in their order.
fn n_parts(heard: &[(CellIndex, CellIndex, u64)]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred votes")]
    let n = heard.chunk_by(|a, b| a.1 == b.1).count() as f64;
    n
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
