//! The section `VENU`: models of buildings, opaque here, found by the blocks they cover.
//!
//! Number of blocks and of venues u32 each; then each block (H3 index u64, venue u32), rising; then each
//! venue's offset and length (u32 each) in the bytes that follow.

use crate::error::{Fault, SealError};
use crate::limits::{VENUE_BYTES_MAX, VENUES_BYTES_MAX};
use cairn_ground::Block;

/// A building's model, as a writer takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// The blocks it answers in.
    pub blocks: Vec<Block>,
    /// Its bytes; their meaning belongs to whoever answers.
    pub bytes: Vec<u8>,
}

const HEAD_BYTES: usize = 8;
const BLOCK_BYTES: usize = 12;
const ENTRY_BYTES: usize = 8;

/// The section of these venues; empty without any. Of two venues in one block the first counts.
pub(crate) fn encode(venues: &[Venue]) -> Result<Vec<u8>, SealError> {
    if venues.is_empty() {
        return Ok(Vec::new());
    }
    let largest = venues.iter().map(|venue| venue.bytes.len()).max().unwrap_or(0);
    at_most("bytes of one venue", largest, VENUE_BYTES_MAX)?;
    let total: usize = venues.iter().map(|venue| venue.bytes.len()).sum();
    at_most("bytes of venues", total, VENUES_BYTES_MAX)?;
    let mut blocks: Vec<(u64, u32)> = (0_u32..)
        .zip(venues)
        .flat_map(|(index, venue)| venue.blocks.iter().map(move |block| (block.number(), index)))
        .collect();
    blocks.sort_unstable();
    blocks.dedup_by_key(|(block, _)| *block);
    let mut bytes = Vec::with_capacity(total + HEAD_BYTES + BLOCK_BYTES * blocks.len());
    bytes.extend(narrow(blocks.len()).to_le_bytes());
    bytes.extend(narrow(venues.len()).to_le_bytes());
    for (block, venue) in blocks {
        bytes.extend(block.to_le_bytes());
        bytes.extend(venue.to_le_bytes());
    }
    let mut offset = 0;
    for venue in venues {
        bytes.extend(narrow(offset).to_le_bytes());
        bytes.extend(narrow(venue.bytes.len()).to_le_bytes());
        offset += venue.bytes.len();
    }
    bytes.extend(venues.iter().flat_map(|venue| &venue.bytes));
    Ok(bytes)
}

/// The section, read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Venues<'a> {
    blocks: &'a [[u8; BLOCK_BYTES]],
    entries: &'a [[u8; ENTRY_BYTES]],
    bytes: &'a [u8],
}

impl<'a> Venues<'a> {
    /// No venue.
    const NONE: Self = Self { blocks: &[], entries: &[], bytes: &[] };

    /// Splits the section; the numbers in it are checked by [`Venues::check`].
    fn split(section: &'a [u8]) -> Option<Self> {
        if section.is_empty() {
            return Some(Self::NONE);
        }
        let (head, rest) = section.split_first_chunk::<HEAD_BYTES>()?;
        let n_blocks = word(head, 0);
        let n_venues = word(head, 4);
        let (blocks, rest) = rest.split_at_checked(n_blocks.checked_mul(BLOCK_BYTES)?)?;
        let (entries, bytes) = rest.split_at_checked(n_venues.checked_mul(ENTRY_BYTES)?)?;
        Some(Self { blocks: blocks.as_chunks().0, entries: entries.as_chunks().0, bytes })
    }

    /// The section of a snapshot whose section was checked.
    pub(crate) fn of(section: &'a [u8]) -> Self {
        Self::split(section).unwrap_or(Self::NONE)
    }

    /// Refuses a section that [`encode`] would not write.
    pub(crate) fn check(section: &'a [u8]) -> Result<(), Fault> {
        let malformed = |what| Err(Fault::Malformed { what });
        let Some(venues) = Self::split(section) else { return malformed("length of VENU") };
        if venues.entries.is_empty() && !section.is_empty() {
            return malformed("VENU without a venue");
        }
        let numbers = || venues.blocks.iter().map(block_number);
        if !numbers().is_sorted_by(|a, b| a < b) {
            return malformed("blocks of VENU are out of order");
        }
        if numbers().any(|number| Block::from_number(number).is_none()) {
            return malformed("a block of VENU is none");
        }
        if venues.blocks.iter().any(|one| word(one, 8) >= venues.entries.len()) {
            return malformed("a venue of VENU is missing");
        }
        let mut end = 0;
        for entry in venues.entries {
            if word(entry, 0) != end {
                return malformed("venues of VENU do not follow each other");
            }
            if word(entry, 4) > VENUE_BYTES_MAX {
                return malformed("a venue of VENU is too long");
            }
            // Below 2^32 by the comparison above, and 16 MiB more.
            end += word(entry, 4);
        }
        if end == venues.bytes.len() { Ok(()) } else { malformed("bytes of VENU") }
    }

    /// The model that covers a block.
    pub(crate) fn at(self, block: Block) -> Option<&'a [u8]> {
        let index = self.blocks.binary_search_by_key(&block.number(), block_number).ok()?;
        let entry = self.entries.get(word(&self.blocks[index], 8))?;
        self.bytes.get(word(entry, 0)..)?.get(..word(entry, 4))
    }

    /// All models with their blocks.
    pub(crate) fn owned(self) -> Vec<Venue> {
        let blocks_of = |index: usize| {
            let of = self.blocks.iter().filter(move |one| word(*one, 8) == index);
            of.filter_map(|one| Block::from_number(block_number(one))).collect()
        };
        let venues = self.iter().enumerate();
        venues.map(|(n, bytes)| Venue { blocks: blocks_of(n), bytes: bytes.to_vec() }).collect()
    }

    /// All models, in the order of the file.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        self.entries.iter().filter_map(move |entry| {
            self.bytes.get(word(entry, 0)..).and_then(|bytes| bytes.get(..word(entry, 4)))
        })
    }
}

fn at_most(what: &'static str, found: usize, max: usize) -> Result<(), SealError> {
    if found > max { Err(SealError::MetaTooLarge { what, found, max }) } else { Ok(()) }
}

fn block_number(bytes: &[u8; BLOCK_BYTES]) -> u64 {
    bytes.first_chunk().map_or(0, |number| u64::from_le_bytes(*number))
}

fn word(bytes: &[u8], at: usize) -> usize {
    let word = bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |w| u32::from_le_bytes(*w));
    usize::try_from(word).unwrap_or(usize::MAX)
}

/// A number that the limits keep within 32 bits.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::LatLng;

    fn block(lat: f64) -> Block {
        Block::of(LatLng::new(lat, 10.0).unwrap())
    }

    fn two() -> Vec<u8> {
        let first = Venue { blocks: vec![block(1.0), block(2.0)], bytes: vec![1, 2, 3] };
        let second = Venue { blocks: vec![block(3.0)], bytes: vec![4] };
        encode(&[first, second]).unwrap()
    }

    #[test]
    fn a_venue_is_found_by_each_of_its_blocks_and_by_no_other() {
        let bytes = two();
        Venues::check(&bytes).unwrap();
        let venues = Venues::of(&bytes);
        assert_eq!(venues.at(block(2.0)), Some([1, 2, 3].as_slice()));
        assert_eq!(venues.at(block(3.0)), Some([4].as_slice()));
        assert_eq!(venues.at(block(4.0)), None);
        assert_eq!(venues.iter().count(), 2);
        assert_eq!(encode(&venues.owned()).unwrap(), bytes);
        assert_eq!(Venues::of(&encode(&[]).unwrap()).at(block(1.0)), None);
    }

    #[test]
    fn no_changed_length_offset_or_block_is_believed() {
        let good = two();
        for at in 0..good.len() - 4 {
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                if Venues::check(&bytes).is_ok() {
                    let venues = Venues::of(&bytes);
                    assert_eq!(venues.iter().map(<[u8]>::len).sum::<usize>(), 4, "byte {at}");
                }
            }
        }
        for end in 1..good.len() {
            assert!(Venues::check(&good[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_venue_above_the_limit_is_refused() {
        let venue = |n| Venue { blocks: vec![block(1.0)], bytes: vec![0; n] };
        assert!(encode(&[venue(VENUE_BYTES_MAX)]).is_ok());
        assert!(encode(&[venue(VENUE_BYTES_MAX + 1)]).is_err());
    }
}
