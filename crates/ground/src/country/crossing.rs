//! Whose a point of a square with outlines is: by the outlines on the way to it.

use super::outlines::Pieces;
use super::segment::{Fine, Side};

/// More countries than this do not touch one square.
///
/// # Source
/// Measured on the outlines, in a test below; the most is 5.
const CROSSED_MAX: usize = 8;

/// Whose a point of a drawn square is: the corner's, changed by every outline on the way.
///
/// Where two outlines overlap (they were simplified each on its own) more than one country may be left:
/// then the first by code.
pub(super) fn side_at(pieces: Pieces, at: Fine) -> Side {
    let mut here = Crossed::default();
    here.toggle(pieces.corner);
    let corner = pieces.origin;
    for segment in pieces {
        if segment.is_crossed(corner, at) {
            segment.sides.into_iter().for_each(|side| here.toggle(side));
        }
    }
    here.first()
}

/// Countries entered and not left.
#[derive(Debug, Default)]
struct Crossed {
    inside: [Option<Side>; CROSSED_MAX],
}

impl Crossed {
    fn toggle(&mut self, side: Side) {
        if side == Side::NOBODY {
            return;
        }
        let same = self.inside.iter().position(|slot| *slot == Some(side));
        let free = || self.inside.iter().position(Option::is_none);
        let entered = same.is_none().then_some(side);
        if let Some(slot) = same.or_else(free).and_then(|index| self.inside.get_mut(index)) {
            *slot = entered;
        }
    }

    fn first(&self) -> Side {
        self.inside.iter().flatten().min().copied().unwrap_or(Side::NOBODY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::outlines::{Drawn, Square};

    #[test]
    fn no_square_touches_more_countries_than_a_way_through_it_can_count() {
        let squares = (-90..90).flat_map(|row| (-180..180).map(move |column| (row, column)));
        let pieces = squares.filter_map(|(row, column)| Square { row, column }.pieces());
        let n_sides = pieces.map(|pieces| {
            let corner = pieces.corner;
            let mut sides: Vec<Side> = pieces.flat_map(|segment| segment.sides).collect();
            sides.push(corner);
            sides.sort_unstable();
            sides.dedup();
            sides.iter().filter(|side| **side != Side::NOBODY).count()
        });
        assert_eq!(n_sides.max(), Some(5));
    }

    #[test]
    fn neighbouring_squares_agree_about_the_corner_between_them() {
        for (row, column) in (-90..90).flat_map(|row| (-180..180).map(move |column| (row, column)))
        {
            let square = Square { row, column };
            let Some(pieces) = square.pieces() else { continue };
            let at = square.beside(0, 1).corner();
            let corner = match square.beside(0, 1).drawn() {
                Drawn::Whole(side) => side,
                Drawn::Pieces(pieces) => pieces.corner,
            };
            assert_eq!(side_at(pieces, at), corner, "{square:?}");
        }
    }
}
