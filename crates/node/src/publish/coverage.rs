//! The coverage layer: how many transmitters are heard in each H3 cell that enough voices reported from.

use super::months::Group;
use crate::limits::COVERAGE_SQUARES_MAX;
use cairn_ground::LatLng;
use cairn_radiomap::Scanned;
use h3o::{CellIndex, Resolution};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The first line of the table.
const HEADER: &str = "h3,transmitters_wifi,transmitters_ble,transmitters_cell\n";

/// What is known of one H3 cell.
#[derive(Debug, Default)]
struct Square {
    /// Voices that reported from it, no more than are needed to publish it.
    voices: Vec<u64>,
    wifi: u32,
    ble: u32,
    cell: u32,
}

/// The layer being counted.
///
/// Voices are counted over all transmitters of an H3 cell. A report sent again under other voices counts
/// once for each transmitter, but perhaps under another voice for each: it can pass for several.
#[derive(Debug)]
pub(super) struct Coverage {
    resolution: Resolution,
    voices_min: usize,
    squares: BTreeMap<CellIndex, Square>,
    n_left_out: u64,
}

impl Coverage {
    /// An empty layer; a resolution that does not exist is the coarsest.
    pub(super) fn new(resolution: u8, voices_min: u32) -> Self {
        Self {
            resolution: Resolution::try_from(resolution).unwrap_or(Resolution::Zero),
            voices_min: usize::try_from(voices_min).unwrap_or(usize::MAX),
            squares: BTreeMap::new(),
            n_left_out: 0,
        }
    }

    /// Counts one transmitter, once for each H3 cell it was heard in.
    pub(super) fn add(&mut self, one: &Scanned<'_>) {
        let votes = one.votes().map(|(voice, place)| (voice.0, place));
        self.add_votes(Group::of(one.id()), votes);
    }

    fn add_votes(&mut self, group: Group, votes: impl Iterator<Item = (u64, LatLng)>) {
        let square = |place: LatLng| square_of(place, self.resolution);
        let mut heard: Vec<(CellIndex, u64)> =
            votes.filter_map(|(voice, place)| Some((square(place)?, voice))).collect();
        heard.sort_unstable();
        heard.dedup();
        for votes in heard.chunk_by(|a, b| a.0 == b.0) {
            self.add_heard(group, votes);
        }
    }

    /// Counts a transmitter in one H3 cell, with the voices that heard it there.
    fn add_heard(&mut self, group: Group, votes: &[(CellIndex, u64)]) {
        let index = votes[0].0;
        if self.squares.len() == COVERAGE_SQUARES_MAX && !self.squares.contains_key(&index) {
            self.n_left_out += 1;
            return;
        }
        let square = self.squares.entry(index).or_default();
        let count = match group {
            Group::Wifi => &mut square.wifi,
            Group::Ble => &mut square.ble,
            Group::Cell => &mut square.cell,
        };
        *count += 1;
        for (_, voice) in votes {
            if square.voices.len() < self.voices_min && !square.voices.contains(voice) {
                square.voices.push(*voice);
            }
        }
    }

    /// The H3 cells that enough voices reported from, in their order.
    fn public(&self) -> impl Iterator<Item = (CellIndex, &Square)> {
        let is_public =
            |(_, square): &(&CellIndex, &Square)| square.voices.len() >= self.voices_min;
        self.squares.iter().filter(is_public).map(|(index, square)| (*index, square))
    }

    /// H3 cells that would be published.
    pub(super) fn n_public(&self) -> usize {
        self.public().count()
    }

    /// Transmitters times H3 cells that were left out because the layer was full.
    pub(super) const fn n_left_out(&self) -> u64 {
        self.n_left_out
    }

    /// Writes the layer as a table.
    pub(super) fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(HEADER.as_bytes())?;
        for (index, square) in self.public() {
            writeln!(out, "{index},{},{},{}", square.wifi, square.ble, square.cell)?;
        }
        Ok(())
    }

    /// Writes the layer as `GeoJSON`, one polygon an H3 cell. Source: RFC 7946.
    pub(super) fn write_geojson(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(br#"{"type":"FeatureCollection","features":["#)?;
        for (n, (index, square)) in self.public().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            let Square { wifi, ble, cell, voices: _ } = square;
            write!(
                out,
                "{comma}\n{{\"type\":\"Feature\",\"properties\":{{\"h3\":\"{index}\",\
                 \"transmitters_wifi\":{wifi},\"transmitters_ble\":{ble},\
                 \"transmitters_cell\":{cell}}},\"geometry\":{{\"type\":\"Polygon\",\
                 \"coordinates\":[[{}]]}}}}",
                ring(index)
            )?;
        }
        out.write_all(b"\n]}\n")
    }
}

/// The H3 cell of a place.
pub(super) fn square_of(place: LatLng, resolution: Resolution) -> Option<CellIndex> {
    let place = h3o::LatLng::new(place.lat_deg(), place.lng_deg()).ok()?;
    Some(place.to_cell(resolution))
}

/// The closed outline of an H3 cell; one across the 180th meridian goes on beyond it.
pub(super) fn ring(index: CellIndex) -> String {
    let corners: Vec<(f64, f64)> =
        index.boundary().iter().map(|corner| (corner.lng(), corner.lat())).collect();
    let is_across = corners.iter().any(|it| it.0 > 90.0) && corners.iter().any(|it| it.0 < -90.0);
    let turn = |lng_deg: f64| if is_across && lng_deg < 0.0 { lng_deg + 360.0 } else { lng_deg };
    let closed = corners.iter().chain(corners.first());
    let points: Vec<String> =
        closed.map(|(lng, lat)| format!("[{:.6},{lat:.6}]", turn(*lng))).collect();
    points.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat_deg: f64, lng_deg: f64) -> LatLng {
        LatLng::new(lat_deg, lng_deg).unwrap()
    }

    fn csv(layer: &Coverage) -> String {
        let mut bytes = Vec::new();
        layer.write_csv(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_square_is_published_when_enough_voices_reported_from_it_and_not_before() {
        let mut layer = Coverage::new(7, 3);
        let here = at(37.361_559_3, -122.055_323_8);
        layer.add_votes(Group::Wifi, [(1, here), (1, here), (2, here)].into_iter());
        layer.add_votes(Group::Cell, [(2, here)].into_iter());
        assert_eq!(csv(&layer), HEADER, "two voices");
        layer.add_votes(Group::Wifi, [(3, here), (3, at(10.0, 10.0))].into_iter());
        // The index is the one in the README of H3's own JavaScript library.
        assert_eq!(csv(&layer), format!("{HEADER}87283472bffffff,2,0,1\n"));
        assert_eq!((layer.n_public(), layer.n_left_out()), (1, 0));
    }

    #[test]
    fn the_map_is_geojson_with_closed_rings_also_across_the_date_line() {
        let mut layer = Coverage::new(3, 2);
        for place in [at(0.0, 179.99), at(51.5, -0.12)] {
            layer.add_votes(Group::Ble, [(1, place), (2, place)].into_iter());
        }
        let mut bytes = Vec::new();
        layer.write_geojson(&mut bytes).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let features = json["features"].as_array().unwrap();
        assert_eq!(features.len(), 2);
        for feature in features {
            let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
            assert_eq!(ring.first(), ring.last());
            let lngs = ring.iter().map(|point| point[0].as_f64().unwrap());
            let (low, high) = lngs.fold((400.0_f64, -400.0_f64), |(l, h), x| (l.min(x), h.max(x)));
            assert!(high - low < 10.0, "{ring:?}");
        }
    }
}
