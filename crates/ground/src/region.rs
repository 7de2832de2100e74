//! An H3 cell of any size as a part of the world: what archives are parted by, what can be taken out.

use crate::LatLng;
use h3o::{CellIndex, Resolution};
use std::fmt;

/// An H3 cell.
///
/// # Example
/// ```
/// use cairn_ground::{LatLng, Region};
/// let town = Region::of(LatLng::new(51.5, -0.12)?, 3).expect("3 is a resolution");
/// assert!(town.contains(LatLng::new(51.51, -0.11)?));
/// assert_eq!(Region::parse(&town.to_string()), Some(town));
/// # Ok::<(), cairn_ground::OutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Region(CellIndex);

impl Region {
    /// The region of H3 resolution `resolution` that a place lies in; `None` above 15.
    pub fn of(place: LatLng, resolution: u8) -> Option<Self> {
        let resolution = Resolution::try_from(resolution).ok()?;
        Some(Self(cell(place, resolution)))
    }

    /// True for a place within it.
    pub fn contains(self, place: LatLng) -> bool {
        cell(place, self.0.resolution()) == self.0
    }

    /// False when no place is within both. Of a fine and a coarse region it is judged by the grid's own
    /// parentage, which places near an edge may not follow: neighbors of the coarse one may share.
    pub fn may_share(self, other: Self) -> bool {
        let (coarse, fine) = if self.resolution() <= other.resolution() {
            (self.0, other.0)
        } else {
            (other.0, self.0)
        };
        let parent = fine.parent(coarse.resolution());
        parent.is_none_or(|parent| coarse.grid_disk::<Vec<_>>(1).contains(&parent))
    }

    /// How fine it is: the H3 resolution, 0 to 15.
    pub fn resolution(self) -> u8 {
        self.0.resolution().into()
    }

    /// The H3 index as a number.
    pub fn number(self) -> u64 {
        self.0.into()
    }

    /// The region of that H3 index; `None` for what is no cell.
    pub fn from_number(number: u64) -> Option<Self> {
        CellIndex::try_from(number).ok().map(Self)
    }

    /// Reads what [`fmt::Display`] prints: the index in hexadecimal, as H3's tools write it.
    pub fn parse(text: &str) -> Option<Self> {
        u64::from_str_radix(text.trim(), 16).ok().and_then(Self::from_number)
    }
}

/// The cell of a place; both numbers are finite and in range (G1), the only thing the library refuses.
fn cell(place: LatLng, resolution: Resolution) -> CellIndex {
    let place = h3o::LatLng::new(place.lat_deg(), place.lng_deg());
    place.unwrap_or_default().to_cell(resolution)
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_within_its_region_of_every_size_and_in_no_other_of_that_size() {
        let (here, far) = (LatLng::new(31.2, 121.5).unwrap(), LatLng::new(48.2, 16.4).unwrap());
        for resolution in 0..=15 {
            let region = Region::of(here, resolution).unwrap();
            assert!(region.contains(here) && !region.contains(far));
            assert_eq!(region.resolution(), resolution);
            assert_eq!(Region::from_number(region.number()), Some(region));
        }
        assert_eq!(Region::of(here, 16), None);
    }

    #[test]
    fn regions_of_one_place_may_share_it_and_far_ones_may_not() {
        let (here, far) = (LatLng::new(31.2, 121.5).unwrap(), LatLng::new(48.2, 16.4).unwrap());
        for (one, other) in [(3, 9), (9, 3), (0, 15), (5, 5)] {
            let of = |place, resolution| Region::of(place, resolution).unwrap();
            assert!(of(here, one).may_share(of(here, other)));
            assert!(!of(here, one).may_share(of(far, other)));
        }
    }

    #[test]
    fn what_is_no_cell_is_not_read() {
        for text in ["", "7", "zz", "ffffffffffffffff"] {
            assert_eq!(Region::parse(text), None, "{text}");
        }
    }
}
