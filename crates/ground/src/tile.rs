//! The H3 cell that heights are kept by.

use crate::LatLng;
use h3o::{CellIndex, Resolution};

/// The H3 resolution of a tile.
///
/// # Source
/// H3 documentation, *Tables of Cell Statistics*: at resolution 10 an edge is 76 m on average, so that ground of one
/// in ten differs by 13 m within a tile, as much as a receiver's height does.
const RESOLUTION: Resolution = Resolution::Ten;

/// An H3 cell of resolution 10.
///
/// # Example
/// ```
/// use cairn_ground::{LatLng, Tile};
/// let tile = Tile::of(LatLng::new(51.5, -0.12)?);
/// assert_eq!(Tile::from_number(tile.number()), Some(tile));
/// # Ok::<(), cairn_ground::OutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Tile(CellIndex);

impl Tile {
    /// The tile a place lies in.
    pub fn of(place: LatLng) -> Self {
        // Both numbers are finite and in range (G1), the only thing the library refuses.
        let place = h3o::LatLng::new(place.lat_deg(), place.lng_deg());
        Self(place.unwrap_or_default().to_cell(RESOLUTION))
    }

    /// The tiles next to it: 6, or 5 around the grid's twelve pentagons.
    pub fn neighbors(self) -> impl Iterator<Item = Self> {
        let all = self.0.grid_disk::<Vec<_>>(1).into_iter().map(Self);
        all.filter(move |one| *one != self)
    }

    /// The H3 index as a number.
    pub fn number(self) -> u64 {
        self.0.into()
    }

    /// The tile of that H3 index; `None` for what is no cell of this resolution.
    pub fn from_number(number: u64) -> Option<Self> {
        let cell = CellIndex::try_from(number).ok()?;
        (cell.resolution() == RESOLUTION).then_some(Self(cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Block;

    #[test]
    fn only_cells_of_the_resolution_are_tiles() {
        let place = LatLng::new(31.2, 121.5).unwrap();
        let tile = Tile::of(place);
        assert_eq!(Tile::from_number(tile.number()), Some(tile));
        assert_eq!(Tile::from_number(Block::of(place).number()), None);
        assert_eq!(Tile::from_number(7), None);
        assert!(tile.neighbors().count() == 6 && tile.neighbors().all(|one| one != tile));
    }
}
