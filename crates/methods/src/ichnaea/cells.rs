//! Answers from cells and from their areas.

use super::Ichnaea;
use super::choice::{Answered, p95_m};
use super::record::Record;
use super::weight::signal_dbm;
use crate::plane::{Bounds, mean};
use cairn_ground::{AreaId, Day, LatLng, TransmitterId, TransmitterKind};
use cairn_report::Observation;
use std::collections::BTreeMap;

/// Radii of an answer from cells, m.
const CELL_RADIUS_M: (f64, f64) = (1_000.0, 50_000.0);
/// Radii of an answer from an area, m.
const AREA_RADIUS_M: (f64, f64) = (50_000.0, 500_000.0);

/// The cells of one area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    place: LatLng,
    radius_m: f64,
    n_cells: u32,
    age_score: f64,
    collected_score: f64,
}

/// A known cell of a query.
struct Known<'a> {
    record: &'a Record,
    place: LatLng,
    weight: f64,
    score: f64,
}

/// The areas of all cells that have a place.
pub(super) fn areas(
    records: &BTreeMap<TransmitterId, Record>,
    today: Day,
) -> BTreeMap<AreaId, Area> {
    let mut by_area: BTreeMap<AreaId, Vec<&Record>> = BTreeMap::new();
    for (id, record) in records {
        if let TransmitterId::Cell(cell) = id {
            by_area.entry(cell.area_id()).or_default().push(record);
        }
    }
    by_area.into_iter().filter_map(|(id, cells)| Some((id, area(&cells, today)?))).collect()
}

fn area(cells: &[&Record], today: Day) -> Option<Area> {
    let boxes: Vec<(LatLng, Bounds)> =
        cells.iter().filter_map(|cell| cell.place().zip(cell.bounds())).collect();
    let centers: Vec<_> = boxes.iter().map(|(place, _)| (*place, 1.0)).collect();
    let place = mean(&centers)?;
    let corners_m = boxes.iter().map(|(_, bounds)| bounds.farthest_m(place));
    Some(Area {
        place,
        radius_m: corners_m.fold(0.0, f64::max).round(),
        n_cells: u32::try_from(boxes.len()).unwrap_or(u32::MAX),
        // An area is touched with every cell of it; the newest cell stands for it.
        age_score: cells.iter().map(|c| c.age_score(today)).fold(0.0, f64::max),
        collected_score: cells.iter().map(|c| c.collected_score()).fold(0.0, f64::max),
    })
}

/// An answer for each area that has known cells in the query.
pub(super) fn locate(map: &Ichnaea, observations: &[Observation]) -> Vec<Answered> {
    let mut by_area: BTreeMap<AreaId, Vec<Known<'_>>> = BTreeMap::new();
    for observation in observations {
        let TransmitterId::Cell(cell) = observation.transmitter else { continue };
        if let Some(known) = known(map, observation) {
            by_area.entry(cell.area_id()).or_default().push(known);
        }
    }
    by_area.values().filter_map(|cells| of_area(cells)).collect()
}

fn known<'a>(map: &'a Ichnaea, observation: &Observation) -> Option<Known<'a>> {
    let record = map.usable(observation.transmitter)?;
    let unstated = unstated_dbm(observation.transmitter.kind());
    let dbm = signal_dbm(observation).unwrap_or(unstated);
    let age_ms = f64::from(observation.age.get().abs()).max(1_000.0);
    let score = record.score(map.today);
    let weight = score * (2_000.0 / age_ms).sqrt().min(1.0) / dbm.powi(2);
    Some(Known { record, place: record.place()?, weight, score })
}

fn of_area(cells: &[Known<'_>]) -> Option<Answered> {
    let weighted: Vec<_> = cells.iter().map(|cell| (cell.place, cell.weight)).collect();
    let place = mean(&weighted)?;
    let radius_m = match cells {
        [only] => only.record.radius_m(),
        _ => p95_m(place, cells.iter().map(|cell| cell.place)),
    };
    let radius_m = radius_m.clamp(CELL_RADIUS_M.0, CELL_RADIUS_M.1);
    Some(Answered { place, radius_m, score: cells.iter().map(|cell| cell.score).sum() })
}

/// An answer for each known area.
pub(super) fn locate_areas(map: &Ichnaea, areas: &[AreaId]) -> Vec<Answered> {
    let known = areas.iter().filter_map(|id| map.areas.get(id));
    known
        .map(|area| Answered {
            place: area.place,
            radius_m: area.radius_m.clamp(AREA_RADIUS_M.0, AREA_RADIUS_M.1),
            score: area.age_score * area.collected_score * f64::from(area.n_cells).sqrt().min(10.0),
        })
        .collect()
}

/// The least power that a radio may state.
const fn unstated_dbm(kind: TransmitterKind) -> f64 {
    match kind {
        TransmitterKind::Gsm => -113.0,
        TransmitterKind::Wcdma => -121.0,
        _ => -140.0,
    }
}
