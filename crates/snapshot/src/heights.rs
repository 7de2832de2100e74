//! How high phones are at places: the first part of the section `VENU`, from version 4 on.
//!
//! Number of heights u32; then each (H3 index u64, metres i16, class of σ u8, floor i8 or −128), rising. The section is
//! empty when it holds neither heights nor models.

use crate::error::Fault;
use crate::scale::SIGMA_M;
use cairn_ground::{Floor, Tile};

/// How high phones are somewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceHeight {
    /// Where.
    pub tile: Tile,
    /// On which level of a building; `None` where nobody said.
    pub floor: Option<Floor>,
    /// Metres above the WGS 84 ellipsoid.
    pub hae_m: i16,
    /// Standard deviation of a phone's height there, m.
    pub sigma_m: f64,
}

const HEAD_BYTES: usize = 4;
const ENTRY_BYTES: usize = 12;
/// The floor of a height without one.
const NO_FLOOR: i8 = i8::MIN;
/// Classes of σ.
const CLASSES: u8 = 128;

type Entry = [u8; ENTRY_BYTES];

/// The section of these heights and of these models, each as their own part; empty without any.
pub(crate) fn encode(heights: &[PlaceHeight], venues: &[u8]) -> Vec<u8> {
    if heights.is_empty() && venues.is_empty() {
        return Vec::new();
    }
    let mut entries: Vec<Entry> = heights.iter().map(entry).collect();
    // Of two at one place on one level the first stays.
    entries.sort_by_key(place);
    entries.dedup_by_key(|entry| place(entry));
    let n = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let mut section = Vec::with_capacity(HEAD_BYTES + ENTRY_BYTES * entries.len() + venues.len());
    section.extend(n.to_le_bytes());
    section.extend(entries.iter().flatten());
    section.extend(venues);
    section
}

fn entry(height: &PlaceHeight) -> Entry {
    let mut entry = [0; ENTRY_BYTES];
    entry[..8].copy_from_slice(&height.tile.number().to_le_bytes());
    entry[8..10].copy_from_slice(&height.hae_m.to_le_bytes());
    entry[10] = SIGMA_M.encode(height.sigma_m);
    entry[11] = floor_code(height.floor).cast_unsigned();
    entry
}

fn floor_code(floor: Option<Floor>) -> i8 {
    floor.map_or(NO_FLOOR, Floor::get)
}

/// Where an entry is, as entries are sorted.
fn place(entry: &Entry) -> (u64, i8) {
    let number = entry.first_chunk().map_or(0, |number| u64::from_le_bytes(*number));
    (number, entry[11].cast_signed())
}

/// The heights of a section.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Heights<'a>(&'a [Entry]);

impl<'a> Heights<'a> {
    /// The heights of a section of version 4, and its models' part; `None` of one that is too short.
    fn split(section: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if section.is_empty() {
            return Some((Self::default(), section));
        }
        let (head, rest) = section.split_first_chunk::<HEAD_BYTES>()?;
        let n = usize::try_from(u32::from_le_bytes(*head)).ok()?;
        let (entries, rest) = rest.split_at_checked(n.checked_mul(ENTRY_BYTES)?)?;
        Some((Self(entries.as_chunks().0), rest))
    }

    /// The two parts of a section that was checked.
    pub(crate) fn of(section: &'a [u8]) -> (Self, &'a [u8]) {
        Self::split(section).unwrap_or_default()
    }

    /// The models' part of a section whose heights are what [`encode`] writes.
    pub(crate) fn check(section: &'a [u8]) -> Result<&'a [u8], Fault> {
        let malformed = |what| Err(Fault::Malformed { what });
        let Some((Self(entries), venues)) = Self::split(section) else {
            return malformed("length of VENU");
        };
        if entries.is_empty() && venues.is_empty() && !section.is_empty() {
            return malformed("VENU without a height or a venue");
        }
        if !entries.iter().map(place).is_sorted_by(|a, b| a < b) {
            return malformed("heights of VENU are out of order");
        }
        if entries.iter().any(|entry| read(entry).is_none()) {
            return malformed("a height of VENU is none");
        }
        Ok(venues)
    }

    /// How high phones are on a level of a tile, or on any where nothing is known of that one.
    pub(crate) fn at(self, tile: Tile, floor: Option<Floor>) -> Option<PlaceHeight> {
        let find = |floor: Option<Floor>| {
            let wanted = (tile.number(), floor_code(floor));
            let index = self.0.binary_search_by_key(&wanted, place).ok()?;
            read(self.0.get(index)?)
        };
        floor.and_then(|floor| find(Some(floor))).or_else(|| find(None))
    }

    /// All of them.
    pub(crate) fn iter(self) -> impl Iterator<Item = PlaceHeight> {
        self.0.iter().filter_map(read)
    }
}

fn read(entry: &Entry) -> Option<PlaceHeight> {
    let (number, floor) = place(entry);
    let floor = if floor == NO_FLOOR { None } else { Some(Floor::new(i32::from(floor)).ok()?) };
    let class = Some(entry[10]).filter(|class| *class < CLASSES)?;
    Some(PlaceHeight {
        tile: Tile::from_number(number)?,
        floor,
        hae_m: i16::from_le_bytes([entry[8], entry[9]]),
        sigma_m: SIGMA_M.decode(class),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::LatLng;

    fn height(lat_deg: f64, floor: Option<i32>, hae_m: i16) -> PlaceHeight {
        let tile = Tile::of(LatLng::new(lat_deg, 10.0).unwrap());
        let floor = floor.map(|level| Floor::new(level).unwrap());
        PlaceHeight { tile, floor, hae_m, sigma_m: SIGMA_M.decode(SIGMA_M.encode(8.0)) }
    }

    fn three() -> [PlaceHeight; 3] {
        [height(2.0, None, -400), height(1.0, Some(2), 60), height(1.0, None, 52)]
    }

    #[test]
    fn a_height_is_found_by_its_tile_and_its_level_or_without_one() {
        let section = encode(&three(), b"models");
        let (heights, venues) = Heights::of(&section);
        assert_eq!(venues, b"models");
        let at = |lat_deg, level: Option<i32>| {
            let tile = Tile::of(LatLng::new(lat_deg, 10.0).unwrap());
            heights.at(tile, level.map(|level| Floor::new(level).unwrap())).map(|it| it.hae_m)
        };
        assert_eq!(
            (at(1.0, Some(2)), at(1.0, Some(3)), at(1.0, None)),
            (Some(60), Some(52), Some(52))
        );
        assert_eq!((at(2.0, Some(2)), at(3.0, None)), (Some(-400), None));
        let again: Vec<PlaceHeight> = heights.iter().collect();
        assert_eq!(encode(&again, b"models"), section);
        assert!(encode(&[], b"").is_empty() && encode(&[], b"models").len() == 10);
    }

    #[test]
    fn no_changed_or_cut_section_is_believed_to_be_what_it_is_not() {
        let good = encode(&three(), b"");
        assert_eq!(Heights::check(&good), Ok(&b""[..]));
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                if let Ok(venues) = Heights::check(&bytes) {
                    let again: Vec<PlaceHeight> = Heights::of(&bytes).0.iter().collect();
                    assert_eq!(encode(&again, venues), bytes, "byte {at}");
                }
            }
        }
        for end in 1..good.len() {
            assert!(Heights::check(&good[..end]).is_err(), "cut at {end}");
        }
        assert!(Heights::check(&[0; 4]).is_err(), "nothing is written as nothing");
    }
}
