//! A cell without an identity: what a phone says of a neighbor it does not camp on, the network and the unit.

use crate::{AreaId, CellId, CellRadio, LatLng, TransmitterKey};

/// Tiles a degree, north and east: 11 km of latitude.
///
/// # Source
/// Choice: far more than a neighbor cell is heard (a few km), far less than the distance at which a network
/// reuses all its 504 units. Of a place's tile and its eight neighbors some lie beyond 5 km up to 63°.
const TILES_PER_DEGREE: f64 = 10.0;
/// Tiles around the globe.
const N_EAST: u32 = 3_600;

/// A unit (PSC or PCI) of a network: names one cell around a place, and many around the globe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId {
    radio: CellRadio,
    mcc: u16,
    mnc: Option<u16>,
    unit: u16,
}

impl UnitId {
    /// The unit `unit` of the network of `cell`, on the radio `radio`.
    pub const fn of_network(cell: CellId, radio: CellRadio, unit: u16) -> Self {
        Self { radio, mcc: cell.mcc(), mnc: cell.mnc(), unit }
    }

    /// The unit of `cell` itself.
    pub const fn of(cell: CellId, unit: u16) -> Self {
        Self::of_network(cell, cell.radio(), unit)
    }

    /// The look-up key of the one cell of this unit in the tile of a place: that of a cell of a made-up area
    /// with a number no real cell has.
    pub fn key(self, place: LatLng) -> TransmitterKey {
        self.key_of(tile(place))
    }

    /// The keys of the tile of a place and of the eight around it, the place's own first.
    pub fn keys_around(self, place: LatLng) -> impl Iterator<Item = TransmitterKey> {
        let (north, east) = tile(place);
        let steps = [0_u32, 1, N_EAST - 1];
        steps.into_iter().flat_map(move |up| {
            let north = if up == N_EAST - 1 { north.saturating_sub(1) } else { north + up };
            steps.into_iter().map(move |right| self.key_of((north, (east + right) % N_EAST)))
        })
    }

    /// The look-up key of the cells of this unit in an area: that of a cell of it with a number no real cell has.
    ///
    /// What stands for one sector: operators give its carriers one unit, each its own cell.
    pub fn key_within(self, area: AreaId) -> TransmitterKey {
        TransmitterKey::of_cell(area, u64::from(self.unit) | 1 << 61)
    }

    /// The look-up key that is there where `cell` has the unit `unit`: that of a cell of its area with a number no real
    /// cell has.
    pub fn key_stated(cell: CellId, unit: u16) -> TransmitterKey {
        TransmitterKey::of_cell(cell.area_id(), cell.cell() | u64::from(unit) << 40 | 1 << 57)
    }

    fn key_of(self, (north, east): (u32, u32)) -> TransmitterKey {
        let area = AreaId::made_up(self.radio, self.mcc, self.mnc, north * N_EAST + east);
        TransmitterKey::of_cell(area, u64::from(self.unit) | 1 << 60)
    }
}

/// The tile of a place, counted from the south pole and the antimeridian.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 3,600")]
fn tile(place: LatLng) -> (u32, u32) {
    let north = ((place.lat_deg() + 90.0) * TILES_PER_DEGREE).floor() as u32;
    let east = ((place.lng_deg() + 180.0) * TILES_PER_DEGREE).floor() as u32;
    (north, east % N_EAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(n: u16) -> UnitId {
        let cell = CellId::new(CellRadio::Lte, 302, 720, 29_100, 7).unwrap();
        UnitId::of(cell, n)
    }

    fn at(lat_deg: f64, lng_deg: f64) -> LatLng {
        LatLng::new(lat_deg, lng_deg).unwrap()
    }

    #[test]
    fn a_cell_nearby_is_found_across_the_edges_of_tiles_and_one_far_off_is_not() {
        for place in [at(45.401, -75.699), at(-0.001, 0.001), at(10.0, 179.999), at(89.99, 3.0)] {
            let keys: Vec<_> = unit(269).keys_around(place).collect();
            assert_eq!(keys[0], unit(269).key(place));
            for (north, east) in [(0.005, 0.01), (-0.005, -0.01), (0.005, -0.01)] {
                let near = LatLng::wrapped(place.lat_deg() + north, place.lng_deg() + east);
                assert!(keys.contains(&unit(269).key(near)), "{place:?} {near:?}");
                assert!(!keys.contains(&unit(270).key(near)));
            }
            let far = LatLng::wrapped(place.lat_deg() - 0.25, place.lng_deg());
            assert!(!keys.contains(&unit(269).key(far)));
        }
    }

    #[test]
    fn networks_and_radios_do_not_share_a_unit_s_key() {
        let place = at(45.4, -75.7);
        let stated = CellId::new(CellRadio::Lte, 302, 720, 29_100, 7).unwrap();
        let unknown = CellId::of_unknown_network(CellRadio::Lte, 302, 29_100, 7).unwrap();
        let other = CellId::new(CellRadio::Lte, 302, 610, 29_100, 7).unwrap();
        let mut keys = vec![
            UnitId::of(stated, 5).key(place),
            UnitId::of(unknown, 5).key(place),
            UnitId::of(other, 5).key(place),
            UnitId::of_network(stated, CellRadio::Nr, 5).key(place),
        ];
        keys.push(UnitId::of(stated, 5).key_within(stated.area_id()));
        keys.push(UnitId::of(stated, 6).key_within(stated.area_id()));
        keys.push(UnitId::of(stated, 5).key_within(other.area_id()));
        keys.push(stated.area_id().key());
        keys.push(UnitId::key_stated(stated, 5));
        keys.push(UnitId::key_stated(stated, 6));
        keys.push(UnitId::key_stated(other, 5));
        let n = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), n);
    }
}
