//! What the map believes about a cell area: the place of all that is heard of its cells.
//!
//! An area serves where a phone names a cell that nobody has reported. Its belief is a function of the
//! beliefs about its cells; of very many, those with the smallest keys stand for all, so that a belief
//! costs little to renew and does not depend on which cell came first.

use crate::belief::{Belief, VOICES_CONFIRMED, confirmed};
use crate::limits::AREA_CELLS_MAX;
use crate::map::RadioMap;
use cairn_ground::{AreaId, Day, LatLng, LocalFrame, Mobility, TransmitterId};
use cairn_signal::area::{AreaCell, estimate};
use std::collections::BTreeSet;

/// The belief about one cell area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaBelief {
    /// Which.
    pub id: AreaId,
    /// The middle of its cells.
    pub place: LatLng,
    /// Standard deviation per axis of the place of a phone that hears one of them, m.
    pub sigma_m: f64,
    /// Newest day of its cells.
    pub last_day: Day,
    /// Most voices that heard one of its cells.
    pub voices: u32,
    /// Observations of its cells.
    pub observations: u32,
    /// Whether any of its cells is known to stay.
    pub is_sure: bool,
}

impl RadioMap {
    /// What is believed about an area; `None` when none of its cells serves.
    ///
    /// # Cost
    /// A range look-up a shard, and a belief of each cell that several voices named until [`AREA_CELLS_MAX`] count;
    /// without any that many.
    pub fn area(&self, id: AreaId) -> Option<AreaBelief> {
        let cells = id.cells();
        let range = TransmitterId::Cell(*cells.start())..=TransmitterId::Cell(*cells.end());
        let polls: BTreeSet<_> = self
            .shards
            .iter()
            .flat_map(|shard| shard.polls.range(range.clone()))
            .map(|(id, poll)| (id.key(), *id, poll.ballots.len()))
            .collect();
        let cells_of = |n_ballots_min: usize, voices_min: u32| -> Vec<Belief> {
            let asked = polls.iter().filter(|(.., n_ballots)| *n_ballots >= n_ballots_min);
            let believed = asked.filter_map(|(_, id, _)| self.belief(*id)).filter(serves);
            believed.filter(|cell| cell.voices >= voices_min).take(AREA_CELLS_MAX).collect()
        };
        let several = cells_of(VOICES_CONFIRMED as usize, VOICES_CONFIRMED);
        of_cells(id, if several.is_empty() { cells_of(0, 0) } else { several })
    }
}

/// The areas of all cells among `beliefs`, which must be in the order of their transmitters, as
/// [`RadioMap::beliefs`] gives them; in the order of the areas. Equal to [`RadioMap::area`] of each.
pub fn areas_of(beliefs: &[Belief]) -> Vec<AreaBelief> {
    let cells: Vec<&Belief> = beliefs.iter().filter(|belief| area_of(belief).is_some()).collect();
    cells
        .chunk_by(|a, b| area_of(a) == area_of(b))
        .filter_map(|chunk| {
            let serving = chunk.iter().copied().copied().filter(serves).collect();
            let mut chosen: Vec<Belief> = confirmed(serving);
            chosen.sort_unstable_by_key(|belief| (belief.id.key(), belief.id));
            chosen.truncate(AREA_CELLS_MAX);
            of_cells(area_of(chunk[0])?, chosen)
        })
        .collect()
}

/// True for a cell that says something about its area.
fn serves(belief: &Belief) -> bool {
    belief.mobility != Mobility::Moving
}

fn area_of(belief: &Belief) -> Option<AreaId> {
    match belief.id {
        TransmitterId::Cell(cell) => Some(cell.area_id()),
        TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
    }
}

/// The area of these cells; they are put into one order.
fn of_cells(id: AreaId, mut cells: Vec<Belief>) -> Option<AreaBelief> {
    cells.sort_unstable_by_key(|cell| cell.id);
    let frame = LocalFrame::at(cells.first()?.place);
    let points: Vec<AreaCell> = cells
        .iter()
        .map(|cell| AreaCell {
            at: frame.enu_from_latlng(cell.place),
            sigma_m: cell.covariance.sigma_m(),
            reach_m: cell.reach_m,
        })
        .collect();
    let area = estimate(&points)?;
    Some(AreaBelief {
        id,
        place: frame.latlng_from_enu(area.at),
        sigma_m: area.sigma_m,
        last_day: cells.iter().map(|cell| cell.last_day).max()?,
        voices: cells.iter().map(|cell| cell.voices).max()?,
        observations: cells.iter().fold(0, |sum, cell| sum.saturating_add(cell.observations)),
        is_sure: cells.iter().any(|cell| cell.mobility == Mobility::Fixed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use crate::worlds::evidence;
    use cairn_evidence::{Evidence, Heard};
    use cairn_ground::{CellId, CellRadio, SiteId};

    fn cell(area: u32, number: u64) -> TransmitterId {
        TransmitterId::Cell(CellId::new(CellRadio::Lte, 234, 30, area, number).unwrap())
    }

    fn heard_at(n: u64, place: (f64, f64), id: TransmitterId) -> Evidence {
        let one = evidence(n, n % 5, place, &[(1, -70)]);
        let heard = Heard { transmitter: id, ..one.heard[0] };
        Evidence { heard: vec![heard], ..one }
    }

    fn map_of(n_cells: u64) -> RadioMap {
        let mut map = RadioMap::new(Settings { voices_min: 1 });
        for n in 0..n_cells {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
            let step = (n % 20) as f64 * 0.002;
            map.add(&heard_at(n, (51.5 + step, -0.25), cell(1 + u32::from(n % 2 == 0), n + 1)));
        }
        map
    }

    #[test]
    fn an_area_asked_alone_is_the_area_of_the_whole_list() {
        for n_cells in [1, 7, 400] {
            let map = map_of(n_cells);
            let all = areas_of(&map.beliefs(2));
            assert_eq!(all.len(), if n_cells == 1 { 1 } else { 2 });
            for area in all {
                assert_eq!(map.area(area.id), Some(area), "{n_cells}");
            }
        }
    }

    #[test]
    fn an_area_stands_amid_its_cells_and_one_without_cells_is_unknown() {
        let map = map_of(40);
        let area = areas_of(&map.beliefs(1))[0];
        assert!((area.place.lat_deg() - 51.52).abs() < 0.01, "{}", area.place.lat_deg());
        assert!((500.0..10_000.0).contains(&area.sigma_m));
        assert_eq!(map.area(AreaId::new(CellRadio::Lte, 234, 30, 9).unwrap()), None);
    }

    #[test]
    fn an_area_and_a_site_are_sure_when_several_voices_named_one_of_their_cells() {
        let mut map = RadioMap::new(Settings { voices_min: 1 });
        let told = |map: &RadioMap| {
            let TransmitterId::Cell(one) = cell(1, 9) else { return None };
            let site = map.site(SiteId::of(one))?;
            Some((map.area(one.area_id())?.is_sure, site.mobility == Mobility::Fixed))
        };
        for n in [5, 10, 15] {
            map.add(&heard_at(n, (51.5, -0.25), cell(1, 9)));
        }
        assert_eq!(told(&map), Some((false, false)), "one voice, three times");
        map.add(&heard_at(6, (51.5, -0.25), cell(1, 9)));
        assert_eq!(told(&map), Some((true, true)));
    }
}
