//! The H3 cell as a place's address: what is learned of buildings is kept by it.

use crate::LatLng;
use h3o::{CellIndex, Resolution};

/// The H3 resolution of a block.
///
/// # Source
/// H3 documentation, *Tables of Cell Statistics*: at resolution 9 an edge is 201 m on average, an area
/// 0.105 km²: a large building is a few blocks, a block is a few buildings.
const RESOLUTION: Resolution = Resolution::Nine;

/// An H3 cell of resolution 9.
///
/// # Example
/// ```
/// use cairn_ground::{Block, LatLng};
/// let block = Block::of(LatLng::new(51.5, -0.12)?);
/// assert_eq!(Block::from_number(block.number()), Some(block));
/// assert_eq!(block.around().count(), 7);
/// # Ok::<(), cairn_ground::OutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Block(CellIndex);

impl Block {
    /// The block a place lies in.
    pub fn of(place: LatLng) -> Self {
        // Both numbers are finite and in range (G1), the only thing the library refuses.
        let place = h3o::LatLng::new(place.lat_deg(), place.lng_deg());
        Self(place.unwrap_or_default().to_cell(RESOLUTION))
    }

    /// The H3 index as a number.
    pub fn number(self) -> u64 {
        self.0.into()
    }

    /// The block of that H3 index; `None` for what is no cell of this resolution.
    pub fn from_number(number: u64) -> Option<Self> {
        let cell = CellIndex::try_from(number).ok()?;
        (cell.resolution() == RESOLUTION).then_some(Self(cell))
    }

    /// The block itself and its neighbors: 7, or 6 around the grid's twelve pentagons.
    pub fn around(self) -> impl Iterator<Item = Self> {
        self.0.grid_disk::<Vec<_>>(1).into_iter().map(Self)
    }

    /// The block's center.
    pub fn center(self) -> LatLng {
        let center = h3o::LatLng::from(self.0);
        LatLng::wrapped(center.lat(), center.lng())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cells_of_the_resolution_are_blocks() {
        let block = Block::of(LatLng::new(31.2, 121.5).unwrap());
        let parent = block.0.parent(Resolution::Eight).unwrap();
        assert_eq!(Block::from_number(u64::from(parent)), None);
        assert_eq!(Block::from_number(7), None);
        assert!(block.around().any(|one| one == block));
        assert_eq!(Block::of(block.center()), block);
    }
}
