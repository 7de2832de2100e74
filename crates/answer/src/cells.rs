//! What is known of the cells that are heard: of each the most exact that fits how it is heard, else the
//! cell itself.

use crate::Heard;
use crate::lookup::{Asked, join};
use cairn_ground::{CellHearing, CellId, Mobility, TransmitterId, TransmitterKey};
use cairn_signal::locate::Known;
use cairn_snapshot::{SnapshotSet, TransmitterRecord};

/// Memory of the cells of a query, used again by the next one.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    asked: Asked,
}

/// Puts what the map knows of the cells among `heard` into `found`, in their order, of which it says `records`
/// by their plain keys; the first of them is told: the serving cell.
///
/// A moving cell stays itself, so that nobody is placed by it.
///
/// # Cost
/// One batched look-up of at most three keys a cell.
pub(crate) fn known(
    map: &SnapshotSet,
    (heard, records): (&[Heard], &[Option<TransmitterRecord>]),
    scratch: &mut Scratch,
    found: &mut Vec<Known>,
) -> Option<(CellId, Known)> {
    let cells = || {
        heard.iter().zip(records).filter_map(|(heard, record)| match heard.transmitter {
            TransmitterId::Cell(cell) => Some((heard, cell, record.as_ref())),
            TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
        })
    };
    let keys = cells().flat_map(|(heard, cell, plain)| finer(heard, cell, plain));
    let mut rest = scratch.asked.look_up(map, keys);
    let mut serving = None;
    for (heard, cell, plain) in cells() {
        let (own, others) = rest.split_at(finer(heard, cell, plain).count().min(rest.len()));
        rest = others;
        let Some(best) = own.iter().flatten().next().or(plain) else { continue };
        let known = join(heard, best);
        found.push(known);
        serving = serving.or(Some((cell, known)));
    }
    serving
}

/// The keys to try beside the cell's own, the best first.
fn finer(
    heard: &Heard,
    cell: CellId,
    plain: Option<&TransmitterRecord>,
) -> impl Iterator<Item = TransmitterKey> {
    let stays = plain.is_some_and(|record| record.mobility != Mobility::Moving);
    let power_dbm = heard.rssi_dbm.map(f64::from).filter(|_| stays);
    let hearing = CellHearing::of(power_dbm, heard.timing_advance.filter(|_| stays));
    hearing.and_wider().map(move |one| one.key(cell))
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
