//! Neighbor cells without an identity: resolved to the one cell of that unit around what is known already.

use crate::Heard;
use crate::limits::HEARD_MAX;
use crate::lookup::{Asked, known_as};
use cairn_ground::{CellId, CellRadio, Geodesic, Mobility, TransmitterId, UnitId};
use cairn_signal::locate::Known;
use cairn_snapshot::{SnapshotSet, TransmitterRecord};

/// A neighbor cell as a phone states it: no identity, only what it is told apart by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeardUnit {
    /// Its radio.
    pub radio: CellRadio,
    /// PSC or PCI.
    pub unit: u16,
    /// How strongly, dBm, when stated.
    pub rssi_dbm: Option<f32>,
    /// How long ago, ms; 0 is now.
    pub age_ms: i32,
}

/// Distance from the serving cell's phones beyond which a neighbor is another cell of the same unit, m.
/// Source: choice; neighbors are heard where the serving cell is, and macro cells reach a few km
/// (docs/measured/accuracy.md: reach of the Ottawa cells below 2 km).
const NEIGHBOR_WITHIN_M: f64 = 5_000.0;
/// Times as far as the nearest that a second cell of the unit must be. Source: choice; else nobody knows
/// which one it is.
const UNIQUE_TIMES: f64 = 2.0;

/// Cells with an identity, the strongest, of which a neighbor without one may be another mention.
/// Source: choice; phones state one of each radio and SIM.
const CELLS_MAX: usize = 8;
/// Keys that a unit has around a place. Source: `UnitId::keys_around`, a tile and the eight around it.
const AROUND: usize = 9;

/// Memory of the neighbors of a query, used again by the next one.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    ordered: Vec<HeardUnit>,
    cells: Vec<CellId>,
    asked: Asked,
}

/// Puts what the map knows of the neighbors `units` into `found`, given the strongest known cell with an identity, and
/// all that is heard.
///
/// The network of a neighbor is its serving cell's: the strongest cell known. None is resolved without one. One whose
/// unit is that of a cell heard by its identity is no other cell as far as anybody knows: operators give all carriers of
/// a sector one unit, and what a unit names may be the cell itself.
///
/// # Cost
/// One batched look-up of nine keys a neighbor, and of one for each of [`CELLS_MAX`] cells heard.
pub(crate) fn known(
    map: &SnapshotSet,
    (serving, heard): (Option<(CellId, Known)>, &[Heard]),
    units: &[HeardUnit],
    scratch: &mut Scratch,
    found: &mut Vec<Known>,
) {
    let Some((cell, at)) = serving.filter(|(_, at)| at.mobility != Mobility::Moving) else {
        return;
    };
    let Scratch { ordered, cells, asked } = scratch;
    loudest_of_each(units, ordered);
    cells.clear();
    cells.extend(heard.iter().filter_map(cell_of).take(CELLS_MAX));
    let keys = ordered.iter().flat_map(|one| {
        let around = UnitId::of_network(cell, one.radio, one.unit).keys_around(at.place);
        around.chain(cells.iter().map(|cell| UnitId::key_stated(*cell, one.unit)))
    });
    let records = asked.look_up(map, keys);
    for (one, records) in ordered.iter().zip(records.chunks(AROUND + cells.len())) {
        let (around, stated) = records.split_at(AROUND.min(records.len()));
        let has_it = |(cell, stated): (&CellId, &Option<TransmitterRecord>)| {
            cell.radio() == one.radio && stated.is_some()
        };
        if cells.iter().zip(stated).any(has_it) {
            continue;
        }
        if let Some(record) = unique(around, &at) {
            found.push(known_as(record.key.get(), one.rssi_dbm, one.age_ms, record));
        }
    }
}

/// The neighbors in an order that only their content decides, of those of one unit the strongest.
fn loudest_of_each(units: &[HeardUnit], ordered: &mut Vec<HeardUnit>) {
    ordered.clear();
    ordered.extend_from_slice(units);
    ordered.sort_by(|a, b| {
        let power = |h: &HeardUnit| h.rssi_dbm.unwrap_or(f32::NEG_INFINITY);
        (a.radio, a.unit).cmp(&(b.radio, b.unit)).then(power(b).total_cmp(&power(a)))
    });
    ordered.dedup_by_key(|one| (one.radio, one.unit));
    ordered.truncate(HEARD_MAX);
}

const fn cell_of(heard: &Heard) -> Option<CellId> {
    match heard.transmitter {
        TransmitterId::Cell(cell) => Some(cell),
        TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
    }
}

/// The one record near a known cell; `None` when there is none, or a second not much farther.
fn unique<'a>(found: &'a [Option<TransmitterRecord>], at: &Known) -> Option<&'a TransmitterRecord> {
    let near = || {
        let all = found.iter().flatten();
        let all = all.map(|record| (Geodesic.distance_m(record.place, at.place), record));
        all.filter(|(distance_m, _)| *distance_m <= NEIGHBOR_WITHIN_M)
    };
    let nearer = |a: &(f64, &TransmitterRecord), b: &(f64, &TransmitterRecord)| {
        a.0.total_cmp(&b.0).then(a.1.key.cmp(&b.1.key))
    };
    let (first_m, one) = near().min_by(nearer)?;
    let second = near().filter(|(_, other)| other.key != one.key).min_by(nearer);
    let is_alone = second.is_none_or(|(second_m, _)| second_m > UNIQUE_TIMES * first_m);
    is_alone.then_some(one)
}

#[cfg(test)]
#[path = "units_tests.rs"]
mod tests;
