//! A straight piece of outline between two sides, and whether a way crosses it: exact, in whole numbers.

use super::code::Country;
use crate::LatLng;

/// Steps of a place asked for in one degree: 1.7 m.
///
/// # Source
/// Choice: finer than a fix; products of two coordinates of a square stay exact.
pub(super) const FINE: i64 = 65_536;

/// A country or nobody's, as the bytes name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Side(pub(super) u8);

impl Side {
    /// Nobody's: the sea.
    pub(super) const NOBODY: Self = Self(0);

    pub(super) fn country(self) -> Option<Country> {
        usize::from(self.0).checked_sub(1).and_then(|index| Country::ALL.get(index)).copied()
    }
}

/// A point in steps of 1/65536 degree, east and north of (0, 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fine {
    pub(super) x: i64,
    pub(super) y: i64,
}

impl Fine {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "at most 180 × 65536"
    )]
    pub(super) fn of(place: LatLng) -> Self {
        let fine = |deg: f64| (deg * FINE as f64).floor() as i64;
        Self { x: fine(place.lng_deg()), y: fine(place.lat_deg()) }
    }

    /// Degrees east and north of another point.
    #[expect(clippy::cast_precision_loss, reason = "at most 720 × 65536")]
    pub(super) fn degrees_from(self, other: Self) -> (f64, f64) {
        let degrees = |fine: i64| fine as f64 / FINE as f64;
        (degrees(self.x - other.x), degrees(self.y - other.y))
    }
}

/// A straight piece of outline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) a: Fine,
    pub(super) b: Fine,
    pub(super) sides: [Side; 2],
}

impl Segment {
    /// Which side of the segment's line a point lies on: north of it, or west of an upright one.
    ///
    /// A point on the line is thought shifted north by less than any number, and east by less than
    /// that, so that no outline goes through a point.
    const fn has_beyond(&self, at: Fine) -> bool {
        let (dx, dy) = (self.b.x - self.a.x, self.b.y - self.a.y);
        let cross = dx * (at.y - self.a.y) - dy * (at.x - self.a.x);
        match dx {
            0 => cross * dy.signum() > 0,
            _ => cross * dx.signum() >= 0,
        }
    }

    /// Whether the way from `corner` north and then east to `at` crosses the segment once.
    pub(super) const fn is_crossed(&self, corner: Fine, at: Fine) -> bool {
        let elbow = Fine { x: corner.x, y: at.y };
        let going_north = (self.a.x <= corner.x) != (self.b.x <= corner.x)
            && self.has_beyond(corner) != self.has_beyond(elbow);
        let going_east = (self.a.y <= at.y) != (self.b.y <= at.y)
            && self.has_beyond(elbow) != self.has_beyond(at);
        going_north != going_east
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(x: i64, y: i64) -> Fine {
        Fine { x, y }
    }

    fn is_crossed(a: Fine, b: Fine, to: Fine) -> bool {
        let [one, other] = [
            Segment { a, b, sides: [Side(0), Side(1)] },
            Segment { a: b, b: a, sides: [Side(0), Side(1)] },
        ];
        let crossed = one.is_crossed(at(0, 0), to);
        assert_eq!(crossed, other.is_crossed(at(0, 0), to), "whichever way it is drawn");
        crossed
    }

    #[test]
    fn the_way_goes_north_and_then_east() {
        assert!(is_crossed(at(-5, 5), at(5, 5), at(10, 10)), "over the way north");
        assert!(is_crossed(at(5, 5), at(5, 15), at(10, 10)), "over the way east");
        assert!(!is_crossed(at(5, -5), at(5, 5), at(10, 10)), "below it");
        assert!(
            !is_crossed(at(-5, 5), at(5, 15), at(10, 10)),
            "over both, through the elbow's corner"
        );
        assert!(!is_crossed(at(12, 5), at(12, 15), at(10, 10)), "beyond it");
    }

    #[test]
    fn a_point_on_a_line_is_on_one_side_of_it_always() {
        assert!(
            is_crossed(at(-9, 5), at(99, 5), at(3, 5))
                && !is_crossed(at(-9, 5), at(99, 5), at(3, 4))
        );
        assert!(
            is_crossed(at(5, -9), at(5, 99), at(5, 10))
                && !is_crossed(at(5, -9), at(5, 99), at(4, 10))
        );
    }

    #[test]
    fn whichever_way_a_point_is_reached_it_is_inside_or_outside_a_ring() {
        let points = || (0..7).flat_map(|x| (0..7).map(move |y| at(x, y)));
        let rings = [
            [at(1, 1), at(5, 1), at(3, 5)],
            [at(0, 0), at(6, 6), at(0, 6)],
            [at(2, 5), at(2, 1), at(6, 3)],
            [at(1, 4), at(4, 1), at(4, 4)],
        ];
        for [a, b, c] in rings {
            let sides = [Side(0), Side(1)];
            let ring = [(a, b), (b, c), (c, a)].map(|(a, b)| Segment { a, b, sides });
            let turns = |from, to| ring.iter().filter(|side| side.is_crossed(from, to)).count() % 2;
            for (one, other) in points().flat_map(|one| points().map(move |other| (one, other))) {
                let around = turns(at(-9, -9), one) ^ turns(at(-9, -9), other);
                assert_eq!(turns(one, other), around, "{one:?} {other:?}");
            }
            let n_inside = points().filter(|point| turns(at(-9, -9), *point) == 1).count();
            assert!((3..=21).contains(&n_inside), "{n_inside}");
        }
    }
}
