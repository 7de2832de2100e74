//! What a snapshot knows of places: heights, and the models of buildings.

use crate::Snapshot;
use crate::heights::{Heights, PlaceHeight};
use crate::venues::{Venue, Venues};
use cairn_ground::{Block, Floor, Tile};

impl Snapshot {
    /// What is known of places: heights, and the models of buildings.
    fn places(&self) -> (Heights<'_>, &[u8]) {
        let (section, has_heights) = self.places_section();
        if has_heights { Heights::of(section) } else { (Heights::default(), section) }
    }

    /// How high phones are on a level of a tile, or on any where nothing is known of that one.
    pub fn height_at(&self, tile: Tile, floor: Option<Floor>) -> Option<PlaceHeight> {
        self.places().0.at(tile, floor)
    }

    /// All heights, in the order of the file.
    pub fn heights(&self) -> impl Iterator<Item = PlaceHeight> {
        self.places().0.iter()
    }

    /// Whether it holds a model of any building.
    pub fn has_venues(&self) -> bool {
        !self.places().1.is_empty()
    }

    /// The model of the building that covers a block.
    pub fn venue_at(&self, block: Block) -> Option<&[u8]> {
        Venues::of(self.places().1).at(block)
    }

    /// The models of all buildings, in the order of the file.
    pub fn venues(&self) -> impl Iterator<Item = &[u8]> {
        Venues::of(self.places().1).iter()
    }

    /// The models with their blocks, as a writer takes them.
    pub(crate) fn venues_owned(&self) -> Vec<Venue> {
        Venues::of(self.places().1).owned()
    }
}
