//! The outlines of all countries: embedded bytes, read where a question falls and nowhere else.
//!
//! The globe is cut into squares of one degree. A square no outline touches knows its country (or open
//! sea) at once. The others hold the pieces of outline that touch them, each with the countries on its
//! two sides, and the country at their south-western corner; a place is reached from that corner by
//! going north along the square's edge and then east, and each outline crossed on the way changes the
//! side. All of it is whole numbers, so an answer is exact and the same everywhere.
//!
//! The bytes are made by `cargo xtask outlines` (format: `xtask/src/outlines/encode.rs`).

use super::code::Country;
use super::segment::{FINE, Fine, Segment, Side};

/// Made from Natural Earth 1:10m. Source: docs/decisions/2026-11-25-country-boundaries.md.
static BYTES: &[u8] = include_bytes!("outlines.bin");

/// Steps of a corner of an outline in one degree. Source: choice, 217 m, finer than the source.
const STEPS: i64 = 512;
const FINE_PER_STEP: i64 = FINE / STEPS;
/// Squares in a row, and rows.
const COLUMNS: i64 = 360;
const ROWS: i64 = 180;
/// The same as a length of bytes.
const ROW_BYTES: usize = 360;
/// Bytes before the table of squares: the number of countries, then the codes.
const HEAD: usize = 2 + 2 * Country::ALL.len();
/// Where the table of rows begins: how many squares before each have outlines.
const BEFORE: usize = HEAD + 180 * ROW_BYTES;
/// Where the table of the squares with outlines begins.
const OFFSETS: usize = BEFORE + 2 * 180;
/// A square with outlines, in the table of squares.
const DRAWN: u8 = 255;

const _: () = assert!(Country::ALL.len() < DRAWN as usize);

/// One square degree by its south-western corner, in whole degrees; any longitude, wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Square {
    pub(super) row: i64,
    pub(super) column: i64,
}

/// What the table says of a square.
#[derive(Debug, Clone)]
pub(super) enum Drawn {
    /// One country's, or nobody's, throughout.
    Whole(Side),
    /// With these pieces of outline.
    Pieces(Pieces),
}

impl Square {
    /// The square a place lies in.
    pub(super) fn of(at: Fine) -> Self {
        Self { row: at.y.div_euclid(FINE).min(ROWS / 2 - 1), column: at.x.div_euclid(FINE) }
    }

    /// Its south-western corner.
    pub(super) const fn corner(self) -> Fine {
        Fine { x: self.column * FINE, y: self.row * FINE }
    }

    /// The square so many rows north and columns east.
    pub(super) const fn beside(self, rows: i64, columns: i64) -> Self {
        Self { row: self.row + rows, column: self.column + columns }
    }

    pub(super) fn is_on_the_globe(self) -> bool {
        (-ROWS / 2..ROWS / 2).contains(&self.row)
    }

    pub(super) fn drawn(self) -> Drawn {
        let (row, column) = self.entry();
        let entries = BYTES.get(HEAD + row * ROW_BYTES..).unwrap_or(&[]);
        let entry = entries.get(column).copied().unwrap_or(0);
        if entry != DRAWN {
            return Drawn::Whole(Side(entry));
        }
        let west = entries.iter().take(column).filter(|entry| **entry == DRAWN).count();
        let nth = usize::from(u16_at(BEFORE + 2 * row)) + west;
        let offset = u32_at(OFFSETS + 4 * nth);
        let mut bytes = BYTES.get(offset as usize..).unwrap_or(&[]);
        let corner = Side(byte(&mut bytes));
        let n_left = varint(&mut bytes);
        let origin = self.corner();
        Drawn::Pieces(Pieces {
            origin,
            corner,
            bytes,
            n_left,
            n_segments: 0,
            sides: [Side::NOBODY; 2],
            last: origin,
        })
    }

    /// The pieces of outline in it, if any.
    pub(super) fn pieces(self) -> Option<Pieces> {
        match self.drawn() {
            Drawn::Whole(_) => None,
            Drawn::Pieces(pieces) => Some(pieces),
        }
    }

    /// Its row and column in the table of squares.
    fn entry(self) -> (usize, usize) {
        let row = (self.row + ROWS / 2).clamp(0, ROWS - 1);
        let column = (self.column + COLUMNS / 2).rem_euclid(COLUMNS);
        (usize::try_from(row).unwrap_or(0), usize::try_from(column).unwrap_or(0))
    }
}

/// The pieces of outline that touch a square, segment by segment.
#[derive(Debug, Clone)]
pub(super) struct Pieces {
    /// The south-western corner.
    pub(super) origin: Fine,
    /// Whose that corner is.
    pub(super) corner: Side,
    bytes: &'static [u8],
    n_left: u64,
    n_segments: u64,
    sides: [Side; 2],
    last: Fine,
}

impl Pieces {
    fn begin_piece(&mut self) {
        self.n_left -= 1;
        self.sides = [Side(byte(&mut self.bytes)), Side(byte(&mut self.bytes))];
        self.n_segments = varint(&mut self.bytes);
        self.last = self.origin;
        self.last = self.next_point();
    }

    fn next_point(&mut self) -> Fine {
        let x = self.last.x + zigzag(&mut self.bytes) * FINE_PER_STEP;
        let y = self.last.y + zigzag(&mut self.bytes) * FINE_PER_STEP;
        Fine { x, y }
    }
}

impl Iterator for Pieces {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        while self.n_segments == 0 {
            if self.n_left == 0 {
                return None;
            }
            self.begin_piece();
        }
        self.n_segments -= 1;
        let (a, b) = (self.last, self.next_point());
        self.last = b;
        Some(Segment { a, b, sides: self.sides })
    }
}

fn byte(bytes: &mut &'static [u8]) -> u8 {
    let Some((first, rest)) = bytes.split_first() else { return 0 };
    *bytes = rest;
    *first
}

/// Seven bits a byte, the low ones first, the top bit says that more follow.
fn varint(bytes: &mut &'static [u8]) -> u64 {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let next = byte(bytes);
        value |= u64::from(next & 0x7f) << shift;
        if next < 0x80 {
            break;
        }
    }
    value
}

/// 0, −1, 1, −2 … as 0, 1, 2, 3 …
fn zigzag(bytes: &mut &'static [u8]) -> i64 {
    let value = varint(bytes).cast_signed();
    (value >> 1) ^ -(value & 1)
}

fn u16_at(offset: usize) -> u16 {
    BYTES.get(offset..).and_then(<[u8]>::first_chunk).map_or(0, |two| u16::from_le_bytes(*two))
}

fn u32_at(offset: usize) -> u32 {
    BYTES.get(offset..).and_then(<[u8]>::first_chunk).map_or(0, |four| u32::from_le_bytes(*four))
}

#[cfg(test)]
#[path = "outlines_tests.rs"]
mod tests;
