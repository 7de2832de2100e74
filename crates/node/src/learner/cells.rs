//! What a snapshot keeps of cells beside the cells themselves: ways of hearing them, their sites, what a
//! unit names around a place, the sectors of an area, and which unit a cell has. All of it under keys that no cell has.

use super::seal::record;
use cairn_ground::{CellId, SiteId, TransmitterId};
use cairn_radiomap::{Belief, RadioMap, sites_of};
use cairn_snapshot::TransmitterRecord;
use std::collections::BTreeSet;

/// The records of all cells; `beliefs` are the map's.
pub(super) fn of_base(
    map: &RadioMap,
    beliefs: &[Belief],
    n_threads: usize,
) -> Vec<TransmitterRecord> {
    let hearings = map.all_hearings(n_threads).into_iter();
    let hearings = hearings.map(|(cell, one)| (one.hearing.key(cell), one.belief));
    let sites = sites_of(beliefs).into_iter().map(|(id, site)| (id.key(), site));
    let all = hearings.chain(sites).chain(map.units(beliefs));
    let all = all.chain(map.sectors(beliefs)).chain(map.stated_units(beliefs));
    all.map(|(key, belief)| TransmitterRecord { key, ..record(&belief) }).collect()
}

/// The records of the cells among `ids`. What units name is a matter of all cells around, and so are
/// sectors: both wait for the next base.
pub(super) fn of_overlay(map: &RadioMap, ids: &[TransmitterId]) -> Vec<TransmitterRecord> {
    let cells: BTreeSet<CellId> = ids.iter().filter_map(|id| cell(*id)).collect();
    let sites: BTreeSet<SiteId> = cells.iter().map(|cell| SiteId::of(*cell)).collect();
    let of_cell = |cell: &CellId| {
        let cell = *cell;
        map.hearings(cell).into_iter().map(move |one| (one.hearing.key(cell), one.belief))
    };
    let sites = sites.into_iter().filter_map(|id| Some((id.key(), map.site(id)?)));
    let all = cells.iter().flat_map(of_cell).chain(sites);
    all.map(|(key, belief)| TransmitterRecord { key, ..record(&belief) }).collect()
}

const fn cell(id: TransmitterId) -> Option<CellId> {
    match id {
        TransmitterId::Cell(cell) => Some(cell),
        TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
    }
}
