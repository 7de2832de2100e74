//! The bytes `ground` embeds, little-endian.
//!
//! `u16` n, n codes of two letters: a side is the place of its code, from 1; side 0 is the sea.
//! 180 × 360 bytes, from 90° south and 180° west, row by row: the side of the whole square, or 255 for one
//! with outlines. 180 `u16`: how many of those come before each row. For each of them, in the same order,
//! a `u32`: where it begins in the file. There: the side of its south-western corner, a varint of pieces; each piece: two sides, a varint of
//! segments, one point more than segments, each two zigzag varints: 1/512 degree east and north of the
//! point before it, the first of the corner.

use anyhow::{Context as _, Result};
use cairn_ground::Country;

use super::grid::{COLUMNS, Chain, Grid, ROWS};

/// A square with outlines, in the table of squares.
const DRAWN: u8 = 255;

/// The whole file.
///
/// # Errors
/// A number outgrew its place.
pub(super) fn encoded(grid: &Grid) -> Result<Vec<u8>> {
    let mut head = u16::try_from(Country::ALL.len())?.to_le_bytes().to_vec();
    head.extend(Country::ALL.iter().flat_map(|country| country.code().bytes()));
    let (mut before, mut offsets, mut drawn) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..ROWS {
        before.extend(u16::try_from(offsets.len())?.to_le_bytes());
        for column in 0..COLUMNS {
            let square = (row, column);
            let corner = *grid.corners.get(&square).context("a square without a corner")?;
            let pieces = grid.pieces.get(&square);
            head.push(pieces.map_or(corner, |_| DRAWN));
            if let Some(pieces) = pieces {
                offsets.push(drawn.len());
                put_square(corner, pieces, &mut drawn);
            }
        }
    }
    head.extend(before);
    let first = head.len() + 4 * offsets.len();
    for offset in offsets {
        head.extend(u32::try_from(first + offset)?.to_le_bytes());
    }
    head.extend(drawn);
    Ok(head)
}

fn put_square(corner: u8, pieces: &[Chain], out: &mut Vec<u8>) {
    out.push(corner);
    put_varint(pieces.len() as u64, out);
    for piece in pieces {
        out.extend(piece.sides);
        put_varint(piece.points.len() as u64 - 1, out);
        let mut last = (0, 0);
        for point in &piece.points {
            put_zigzag(point.0 - last.0, out);
            put_zigzag(point.1 - last.1, out);
            last = *point;
        }
    }
}

fn put_zigzag(value: i64, out: &mut Vec<u8>) {
    put_varint(((value << 1) ^ (value >> 63)).cast_unsigned(), out);
}

fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}
