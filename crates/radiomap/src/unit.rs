//! Which unit (PSC or PCI) a cell has, which cell a unit names around a place, and which cells share one.

use crate::belief::Belief;
use crate::cell::together;
use crate::map::RadioMap;
use crate::poll::Poll;
use crate::vote::Vote;
use cairn_ground::{CellId, Mobility, TransmitterId, TransmitterKey, TransmitterKind, UnitId};
use cairn_signal::area::AreaCell;
use cairn_signal::cell::{Coverage, carriers, sector};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The unit most voices state, each once; of equally many the smaller.
pub(crate) fn of(kind: TransmitterKind, poll: &Poll) -> Option<u16> {
    most_frequent(poll.sampled(kind).filter_map(|(_, votes)| most(votes)))
}

/// The unit most votes of one voice state.
fn most(votes: &[Vote]) -> Option<u16> {
    most_frequent(votes.iter().filter_map(Vote::unit))
}

fn most_frequent(units: impl Iterator<Item = u16>) -> Option<u16> {
    let mut times = BTreeMap::new();
    units.for_each(|unit| *times.entry(unit).or_insert(0_u32) += 1);
    times.into_iter().max_by_key(|(unit, n)| (*n, Reverse(*unit))).map(|(unit, _)| unit)
}

impl RadioMap {
    /// What is believed about the cells among `beliefs` that have a unit in their network around their place, in the
    /// order of their keys: what a neighbor without an identity can be resolved to. Where several have it they can be
    /// one sector's carriers, or nothing is.
    pub fn units(&self, beliefs: &[Belief]) -> Vec<(TransmitterKey, Belief)> {
        let around = |belief: &Belief, cell, unit| UnitId::of(cell, unit).key(belief.place);
        self.sharing(beliefs, around, carriers)
    }

    /// What is believed about the cells among `beliefs` that share a unit in an area, where they can be one sector's,
    /// in the order of their keys: what a cell that nobody has reported is looked up by.
    pub fn sectors(&self, beliefs: &[Belief]) -> Vec<(TransmitterKey, Belief)> {
        let within = |cell: CellId, unit| UnitId::of(cell, unit).key_within(cell.area_id());
        self.sharing(beliefs, |_, cell, unit| within(cell, unit), sector)
    }

    /// The cells among `beliefs` whose unit is known, under keys that say so: a neighbor of that unit may be such a cell
    /// itself.
    pub fn stated_units(&self, beliefs: &[Belief]) -> Vec<(TransmitterKey, Belief)> {
        let stated = self.with_units(beliefs);
        stated.map(|(belief, cell, unit)| (UnitId::key_stated(cell, unit), *belief)).collect()
    }

    /// What `covered` makes of the cells among `beliefs` that share a key.
    fn sharing(
        &self,
        beliefs: &[Belief],
        key_of: impl Fn(&Belief, CellId, u16) -> TransmitterKey,
        covered: fn(&[AreaCell]) -> Option<Coverage>,
    ) -> Vec<(TransmitterKey, Belief)> {
        let mut sharing: BTreeMap<TransmitterKey, Vec<Belief>> = BTreeMap::new();
        for (belief, cell, unit) in self.with_units(beliefs) {
            sharing.entry(key_of(belief, cell, unit)).or_default().push(*belief);
        }
        let believed =
            |(key, cells): (TransmitterKey, Vec<Belief>)| Some((key, together(&cells, covered)?));
        sharing.into_iter().filter_map(believed).collect()
    }

    /// The cells among `beliefs` that stay and whose unit is known, with it.
    fn with_units<'a>(
        &'a self,
        beliefs: &'a [Belief],
    ) -> impl Iterator<Item = (&'a Belief, CellId, u16)> {
        beliefs.iter().filter(|belief| belief.mobility != Mobility::Moving).filter_map(|belief| {
            let TransmitterId::Cell(cell) = belief.id else { return None };
            Some((belief, cell, of(belief.id.kind(), &*self.poll(belief.id)?)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use crate::worlds::evidence;
    use cairn_evidence::{Evidence, Heard};
    use cairn_ground::CellRadio;

    fn cell(n: u64) -> CellId {
        CellId::new(CellRadio::Lte, 302, 720, 29_100, n).unwrap()
    }

    fn heard(n: u64, lat_deg: f64, unit: u16) -> Evidence {
        let one = evidence(n, n, (lat_deg, -75.7), &[(1, -80)]);
        let transmitter = TransmitterId::Cell(cell(n));
        let heard = vec![Heard { transmitter, unit: Some(unit), ..one.heard[0] }];
        Evidence { heard, ..one }
    }

    /// The latitudes that units are named at, with them.
    fn named(map: &RadioMap) -> Vec<(u16, f64)> {
        let units = map.units(&map.beliefs(1)).into_iter().map(|(key, belief)| {
            let is_of = |unit: &u16| UnitId::of(cell(9), *unit).key(belief.place) == key;
            ((0..504).find(is_of).unwrap(), (belief.place.lat_deg() * 1e3).round() / 1e3)
        });
        let mut units: Vec<_> = units.collect();
        units.sort_by(|a, b| a.1.total_cmp(&b.1));
        units
    }

    #[test]
    fn a_unit_that_two_sectors_of_a_neighborhood_share_names_neither() {
        let mut map = RadioMap::new(Settings { voices_min: 1 });
        for (n, lat_deg, unit) in [(1, 45.41, 7), (2, 45.42, 8), (3, 45.46, 8), (4, 46.42, 8)] {
            map.add(&heard(n, lat_deg, unit));
        }
        assert_eq!(named(&map), [(7, 45.41), (8, 46.42)]);
    }

    #[test]
    fn carriers_of_a_sector_share_their_unit_and_one_voice_cannot_take_it_from_a_known_cell() {
        let mut map = RadioMap::new(Settings { voices_min: 1 });
        let twice = |n: u64, lat_deg, unit| {
            [0, 100].map(|more| Evidence {
                heard: heard(n, lat_deg, unit).heard,
                ..heard(n + more, lat_deg, unit)
            })
        };
        let told = [twice(1, 45.420, 7), twice(2, 45.422, 7)].concat();
        for one in &told {
            map.add(one);
        }
        assert_eq!(named(&map), [(7, 45.421)]);
        map.add(&heard(3, 45.48, 7));
        assert_eq!(named(&map), [(7, 45.421)], "an invented cell of the unit");
    }

    #[test]
    fn cells_that_share_a_unit_in_an_area_are_one_sector_unless_they_lie_far_apart() {
        let mut map = RadioMap::new(Settings { voices_min: 1 });
        for (n, lat_deg, unit) in [(1, 45.420, 7), (2, 45.422, 7), (3, 45.40, 8), (4, 45.60, 8)] {
            map.add(&heard(n, lat_deg, unit));
        }
        let sectors = map.sectors(&map.beliefs(1));
        let [(key, belief)] = &sectors[..] else { panic!("{sectors:?}") };
        assert_eq!(*key, UnitId::of(cell(9), 7).key_within(cell(9).area_id()));
        assert!((belief.place.lat_deg() - 45.421).abs() < 1e-4, "{belief:?}");
    }

    #[test]
    fn every_cell_that_stays_says_its_own_unit_also_where_the_unit_names_several() {
        let mut map = RadioMap::new(Settings { voices_min: 1 });
        for (n, lat_deg, unit) in [(1, 45.420, 7), (2, 45.422, 7), (3, 45.46, 8)] {
            map.add(&heard(n, lat_deg, unit));
        }
        let mut said: Vec<_> =
            map.stated_units(&map.beliefs(1)).into_iter().map(|(key, _)| key).collect();
        said.sort_unstable();
        let mut want = [(1, 7), (2, 7), (3, 8)].map(|(n, unit)| UnitId::key_stated(cell(n), unit));
        want.sort_unstable();
        assert_eq!(said, want);
    }

    #[test]
    fn of_equally_many_voices_the_smaller_unit_counts() {
        assert_eq!(most_frequent([9, 4].into_iter()), Some(4));
        assert_eq!(most_frequent([9, 4, 9].into_iter()), Some(9));
        assert_eq!(most_frequent([].into_iter()), None);
    }
}
