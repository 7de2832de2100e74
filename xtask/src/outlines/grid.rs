//! Squares of one degree: the pieces of outline that touch each, and whose its corner is.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

use super::owner::Sides;
use super::topology::Point;

/// Steps of a point in one degree; as in `crates/ground/src/country/outlines.rs`.
const STEPS: i64 = 512;
/// Rows and columns; the first are at 90° south and 180° west.
pub(super) const ROWS: i64 = 180;
pub(super) const COLUMNS: i64 = 360;

/// A point in steps, east and north of (0, 0).
pub(super) type Step = (i64, i64);

/// An outline between two sides.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) sides: Sides,
    pub(super) points: Vec<Step>,
}

impl Chain {
    /// The arc in whole steps; `None` when nothing of it is left.
    pub(super) fn new(arc: &[Point], sides: Sides) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "degrees of the globe"
        )]
        let step = |deg: f64| (deg * STEPS as f64).round() as i64;
        let mut points: Vec<Step> = arc.iter().map(|(lng, lat)| (step(*lng), step(*lat))).collect();
        points.dedup();
        (points.len() > 1).then_some(Self { sides, points })
    }
}

/// Row and column of a square.
pub(super) type Square = (i64, i64);

/// All squares.
#[derive(Debug)]
pub(super) struct Grid {
    /// The pieces in each square that has some; points are steps from its south-western corner.
    pub(super) pieces: BTreeMap<Square, Vec<Chain>>,
    /// Whose each square's south-western corner is.
    pub(super) corners: BTreeMap<Square, u8>,
}

impl Grid {
    /// Puts outlines into squares.
    ///
    /// # Errors
    /// The outlines do not close, or a corner of a square is two countries'.
    pub(super) fn new(chains: &[Chain]) -> Result<Self> {
        let mut grid = Self { pieces: BTreeMap::new(), corners: BTreeMap::new() };
        for chain in chains {
            grid.add(chain);
        }
        grid.settle_corners()?;
        Ok(grid)
    }

    /// Puts each run of segments that touches a square into it.
    fn add(&mut self, chain: &Chain) {
        let mut open: BTreeMap<Square, (usize, Chain)> = BTreeMap::new();
        for (index, ends) in chain.points.windows(2).enumerate() {
            for (row, column) in squares_of(ends[0], ends[1]) {
                let origin = (column * STEPS, row * STEPS);
                let local = |(x, y): Step| (x - origin.0, y - origin.1);
                let run = open.entry((row, column)).or_insert_with(|| {
                    (index, Chain { sides: chain.sides, points: vec![local(ends[0])] })
                });
                if run.0 != index {
                    let rest = Chain { sides: chain.sides, points: vec![local(ends[0])] };
                    let done = std::mem::replace(&mut run.1, rest);
                    self.pieces.entry(from_edge((row, column))).or_default().push(done);
                }
                run.0 = index + 1;
                run.1.points.push(local(ends[1]));
            }
        }
        for (square, (_, run)) in open {
            self.pieces.entry(from_edge(square)).or_default().push(run);
        }
    }

    /// Walks from (0, 0), which is sea, along its parallel, and from there along each meridian.
    fn settle_corners(&mut self) -> Result<()> {
        let (middle, mut here) = (ROWS / 2, BTreeSet::new());
        for step in 0..COLUMNS {
            let column = (COLUMNS / 2 + step) % COLUMNS;
            self.settle((middle, column), &here)?;
            let mut there = here.clone();
            for row in middle..ROWS - 1 {
                toggle(&mut there, self.crossed((row, column), Way::North));
                self.settle((row + 1, column), &there)?;
            }
            there.clone_from(&here);
            for row in (0..middle).rev() {
                toggle(&mut there, self.crossed((row, column), Way::North));
                self.settle((row, column), &there)?;
            }
            toggle(&mut here, self.crossed((middle, column), Way::East));
        }
        ensure!(here.is_empty(), "going round the equator ends in {here:?}");
        self.check_parallels()
    }

    fn settle(&mut self, square: Square, here: &BTreeSet<u8>) -> Result<()> {
        ensure!(here.len() < 2, "the corner of {square:?} is in {here:?}");
        self.corners.insert(square, here.first().copied().unwrap_or(0));
        Ok(())
    }

    /// Every parallel must say of its corners what the meridians said.
    fn check_parallels(&self) -> Result<()> {
        for (square @ (row, column), corner) in &self.corners {
            let mut here = BTreeSet::from([*corner]);
            toggle(&mut here, self.crossed(*square, Way::East));
            let east = on_globe((*row, column + 1));
            toggle(&mut here, self.corners.get(&east).copied());
            here.remove(&0);
            ensure!(here.is_empty(), "between the corners of {square:?} and {east:?}: {here:?}");
        }
        Ok(())
    }

    /// The sides of the outlines crossed on the way along a square's southern or western edge.
    fn crossed(&self, square: Square, way: Way) -> Vec<u8> {
        let pieces = self.pieces.get(&square).map_or(&[][..], Vec::as_slice);
        let segments = pieces
            .iter()
            .flat_map(|piece| piece.points.windows(2).map(|ends| (piece.sides, ends[0], ends[1])));
        segments.filter(|(_, a, b)| way.crosses(*a, *b)).flat_map(|(sides, _, _)| sides).collect()
    }
}

/// Along the edge of a square, from its south-western corner.
#[derive(Debug, Clone, Copy)]
enum Way {
    North,
    East,
}

impl Way {
    /// Corners are thought shifted north by less than any number, and east by less than that, as in
    /// `crates/ground/src/country/outlines.rs`.
    fn crosses(self, a: Step, b: Step) -> bool {
        let (straddles, end) = match self {
            Self::North => ((a.0 <= 0) != (b.0 <= 0), (0, STEPS)),
            Self::East => ((a.1 <= 0) != (b.1 <= 0), (STEPS, 0)),
        };
        straddles && is_beyond(a, b, (0, 0)) != is_beyond(a, b, end)
    }
}

/// North of the segment's line, or west of an upright one.
const fn is_beyond(a: Step, b: Step, at: Step) -> bool {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let cross = dx * (at.1 - a.1) - dy * (at.0 - a.0);
    match dx {
        0 => cross * dy.signum() > 0,
        _ => cross * dx.signum() >= 0,
    }
}

fn toggle(here: &mut BTreeSet<u8>, sides: impl IntoIterator<Item = u8>) {
    for side in sides.into_iter().filter(|side| *side != 0) {
        if !here.remove(&side) {
            here.insert(side);
        }
    }
}

/// Counted from 90° south and 180° west, of a square counted from (0, 0).
const fn from_edge((row, column): Square) -> Square {
    on_globe((row + ROWS / 2, column + COLUMNS / 2))
}

/// A column past the last is one of the first.
const fn on_globe((row, column): Square) -> Square {
    (row, column.rem_euclid(COLUMNS))
}

/// The squares, counted from (0, 0), whose closed area a segment touches; columns may go past the last.
fn squares_of(a: Step, b: Step) -> Vec<Square> {
    let span = |a: i64, b: i64| (a.min(b) - 1).div_euclid(STEPS)..=a.max(b).div_euclid(STEPS);
    let rows = span(a.1, b.1);
    let touched = span(a.0, b.0).flat_map(|column| rows.clone().map(move |row| (row, column)));
    touched
        .filter(|square| touches(a, b, *square))
        .filter(|(row, _)| (-ROWS / 2..ROWS / 2).contains(row))
        .collect()
}

/// Whether corners of the square lie on both sides of the line, or on it.
fn touches(a: Step, b: Step, (row, column): Square) -> bool {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let corners = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(east, north)| {
        let (x, y) = ((column + east) * STEPS, (row + north) * STEPS);
        dx * (y - a.1) - dy * (x - a.0)
    });
    let (least, most) = (corners.iter().min(), corners.iter().max());
    least.is_some_and(|least| *least <= 0) && most.is_some_and(|most| *most >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn island(west: f64, south: f64, size: f64, side: u8) -> Chain {
        let (east, north) = (west + size, south + size);
        let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)];
        Chain::new(&ring, [0, side]).unwrap()
    }

    #[test]
    fn corners_inside_an_island_are_its_own_also_across_the_date_line() {
        for (west, corner) in [(10.5, (100, 192)), (178.5, (100, 0)), (178.5, (100, 359))] {
            let grid = Grid::new(&[island(west, 8.5, 3.0, 7)]).unwrap();
            assert_eq!(grid.corners.len(), 64_800);
            assert_eq!(grid.corners.values().filter(|side| **side == 7).count(), 9);
            assert_eq!(grid.corners[&corner], 7, "{west}");
            assert_eq!(grid.pieces.len(), 12, "the squares its coast goes through");
        }
    }

    #[test]
    fn an_outline_that_does_not_close_is_refused() {
        let open = Chain::new(&[(10.5, 8.5), (13.5, 8.5), (13.5, 11.5)], [0, 7]).unwrap();
        assert!(Grid::new(&[open]).is_err());
    }

    #[test]
    fn overlapping_countries_are_refused() {
        assert!(Grid::new(&[island(10.5, 8.5, 3.0, 7), island(11.5, 9.5, 3.0, 8)]).is_err());
    }
}
