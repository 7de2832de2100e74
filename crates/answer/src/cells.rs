//! What is known of the cells that are heard: of each the most exact that fits how it is heard, else the
//! cell itself.

use crate::Heard;
use crate::lookup::{join, look_up};
use cairn_ground::{CellHearing, CellId, Mobility, TransmitterId, TransmitterKey};
use cairn_signal::locate::Known;
use cairn_snapshot::{SnapshotSet, TransmitterRecord};

/// What the map knows of the cells among `heard`, in their order, of which it says `records` by their plain keys.
///
/// A moving cell stays itself, so that nobody is placed by it.
///
/// # Cost
/// One batched look-up of at most three keys a cell.
pub(crate) fn known(
    map: &SnapshotSet,
    heard: &[Heard],
    records: &[Option<TransmitterRecord>],
) -> Vec<(CellId, Known)> {
    let cells: Vec<(&Heard, CellId, Option<&TransmitterRecord>)> = heard
        .iter()
        .zip(records)
        .filter_map(|(heard, record)| match heard.transmitter {
            TransmitterId::Cell(cell) => Some((heard, cell, record.as_ref())),
            TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
        })
        .collect();
    if cells.is_empty() {
        return Vec::new();
    }
    let asked: Vec<Vec<TransmitterKey>> =
        cells.iter().map(|(heard, cell, record)| finer(heard, *cell, *record)).collect();
    let found = look_up(map, &asked.concat());
    let mut rest = found.as_slice();
    let mut known = Vec::with_capacity(cells.len());
    for ((heard, cell, plain), keys) in cells.iter().zip(&asked) {
        let (own, others) = rest.split_at(keys.len());
        rest = others;
        let best = own.iter().flatten().next().or(*plain);
        known.extend(best.map(|record| (*cell, join(heard, record))));
    }
    known
}

/// The keys to try beside the cell's own, the best first.
fn finer(heard: &Heard, cell: CellId, plain: Option<&TransmitterRecord>) -> Vec<TransmitterKey> {
    match plain.map(|record| record.mobility) {
        None | Some(Mobility::Moving) => Vec::new(),
        Some(Mobility::Fixed | Mobility::Unsure) => {
            let power_dbm = heard.rssi_dbm.map(f64::from);
            let hearing = CellHearing::of(power_dbm, heard.timing_advance);
            hearing.and_wider().map(|one| one.key(cell)).collect()
        }
    }
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
