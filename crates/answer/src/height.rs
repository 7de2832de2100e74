//! How high a phone is: what is known of the place it was found at.

use crate::outcome::{Found, Height};
use cairn_ground::{Confidence, Floor, LatLng, Radii, Tile};
use cairn_snapshot::{PlaceHeight, SnapshotSet};

/// Radius of 68 % up to which heights of a place say how high a phone is, m. Source: choice, about as wide as a tile.
const R68_MAX_M: f64 = 100.0;
/// How much the ground rises in a metre: where a phone is not sure of its place, it is less sure of its height.
/// Source: measured on hilly streets, docs/measured/accuracy.md.
const SLOPE: f64 = 0.15;
/// Distance from the middle of a tile to that of the next, m. Source: H3, *Tables of Cell Statistics*: √3 edges of 76 m.
const NEXT_TILE_M: f64 = 131.0;

/// The answer with the height of its place and level, where it is sure enough of its place.
pub(crate) fn added(map: &SnapshotSet, found: Found) -> Found {
    let floor = found.floors.likeliest().map(|(floor, _)| floor);
    Found { height: height_at(map, found.place, &found.radii, floor), ..found }
}

/// How high a phone is that was found at a place with these radii, on a level when one is known: as high as those who
/// were in the tile, else as those around it.
///
/// # Cost
/// A search among the heights, seven where nothing is known of the tile itself.
pub fn height_at(
    map: &SnapshotSet,
    place: LatLng,
    radii: &Radii,
    floor: Option<Floor>,
) -> Option<Height> {
    let r68_m = radii.at_m(Confidence::P68);
    if r68_m > R68_MAX_M || !map.has_heights() {
        return None;
    }
    let tile = Tile::of(place);
    let Some(known) = map.height_at(tile, floor) else { return around(map, tile, r68_m) };
    let rise_m = if known.floor.is_some() { 0.0 } else { SLOPE * r68_m };
    Some(height(f64::from(known.hae_m), known.sigma_m.hypot(rise_m)))
}

/// The mean of the tiles around one, on no level.
fn around(map: &SnapshotSet, tile: Tile, r68_m: f64) -> Option<Height> {
    let known = || tile.neighbors().filter_map(|next| map.height_at(next, None));
    let n = f64::from(u8::try_from(known().count()).ok().filter(|n| *n > 0)?);
    let mean = |of: fn(&PlaceHeight) -> f64| known().map(|one| of(&one)).sum::<f64>() / n;
    let rise_m = SLOPE * r68_m.hypot(NEXT_TILE_M);
    Some(height(mean(|one| f64::from(one.hae_m)), mean(|one| one.sigma_m).hypot(rise_m)))
}

#[expect(clippy::cast_possible_truncation, reason = "metres to a millimetre")]
const fn height(hae_m: f64, sigma_m: f64) -> Height {
    Height { hae_m: hae_m as f32, sigma_m: sigma_m as f32 }
}

#[cfg(test)]
#[path = "height_tests.rs"]
mod tests;
