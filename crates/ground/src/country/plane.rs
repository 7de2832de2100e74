//! The surroundings of a place on a plane: which outlines pass within a radius.

use super::code::Country;
use super::outlines::Square;
use super::segment::{Fine, Segment, Side};
use crate::{Degrees, LatLng};

/// Metres in a degree of latitude; the ellipsoid's differ by 0.6 %, which no buffer here needs.
///
/// # Source
/// A degree of a sphere of 6,371,009 m (IUGG mean radius).
const M_PER_DEG: f64 = 111_195.0;

/// Where a degree of longitude is taken to be no shorter: the rest is the poles' ice.
///
/// # Source
/// Choice: 89.4° north or south.
const COS_LAT_MIN: f64 = 0.01;

/// A set of countries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Countries([u64; 4]);

const _: () = assert!(Country::ALL.len() <= 4 * 64);

impl Countries {
    pub(super) fn add(&mut self, country: Country) {
        if let Some(word) = self.0.get_mut(country as usize / 64) {
            *word |= 1 << (country as usize % 64);
        }
    }

    pub(super) fn holds(&self, country: Country) -> bool {
        self.0
            .get(country as usize / 64)
            .is_some_and(|word| word >> (country as usize % 64) & 1 == 1)
    }
}

/// Degrees around a point, longitudes shortened to the length of latitudes.
pub(super) struct Plane {
    at: Fine,
    cos_lat: f64,
    radius_deg: f64,
}

impl Plane {
    pub(super) fn around(place: LatLng, radius_m: f64) -> Self {
        let cos_lat = Degrees(place.lat_deg()).to_radians().0.cos().max(COS_LAT_MIN);
        Self { at: Fine::of(place), cos_lat, radius_deg: radius_m / M_PER_DEG }
    }

    /// Whether any outline passes within the radius.
    pub(super) fn reaches_land(&self) -> bool {
        self.segments().any(|segment| self.reaches(&segment))
    }

    /// The countries whose outline passes within the radius.
    pub(super) fn countries(&self) -> Countries {
        let mut found = Countries::default();
        for segment in self.segments() {
            let mut sides = segment.sides.into_iter().filter_map(Side::country);
            if sides.any(|country| !found.holds(country)) && self.reaches(&segment) {
                segment.sides.into_iter().filter_map(Side::country).for_each(|c| found.add(c));
            }
        }
        found
    }

    fn reaches(&self, segment: &Segment) -> bool {
        self.distance2(segment) <= self.radius_deg.powi(2)
    }

    /// The country of the nearest outline within the radius.
    pub(super) fn nearest(&self) -> Option<Country> {
        let countries = |segment: &Segment| segment.sides.into_iter().find_map(Side::country);
        self.segments()
            .map(|segment| (self.distance2(&segment), countries(&segment)))
            .filter(|(distance2, _)| *distance2 <= self.radius_deg.powi(2))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .and_then(|(_, country)| country)
    }

    /// The outlines in all squares that the circle may reach.
    fn segments(&self) -> impl Iterator<Item = Segment> + use<> {
        self.squares().filter_map(Square::pieces).flatten()
    }

    /// The squares that the circle may reach.
    #[expect(clippy::cast_possible_truncation, reason = "at most 100 degrees either way")]
    fn squares(&self) -> impl Iterator<Item = Square> + use<> {
        let middle = Square::of(self.at);
        let (east, north) = self.at.degrees_from(middle.corner());
        let reach = |from: f64, radius: f64| {
            ((from - radius).floor() as i64).max(-180)..=((from + radius).floor() as i64).min(179)
        };
        let columns = reach(east, self.radius_deg / self.cos_lat);
        let rows = reach(north, self.radius_deg);
        rows.flat_map(move |row| columns.clone().map(move |column| (row, column)))
            .map(move |(row, column)| middle.beside(row, column))
            .filter(|square| square.is_on_the_globe())
    }

    /// Square of the distance to a segment, in degrees of latitude.
    fn distance2(&self, segment: &Segment) -> f64 {
        let (ax, ay) = self.flat(segment.a);
        let (bx, by) = self.flat(segment.b);
        let (dx, dy) = (bx - ax, by - ay);
        let length2 = dx.mul_add(dx, dy * dy);
        let along = if length2 > 0.0 { -ax.mul_add(dx, ay * dy) / length2 } else { 0.0 };
        let along = along.clamp(0.0, 1.0);
        let (x, y) = (dx.mul_add(along, ax), dy.mul_add(along, ay));
        x.mul_add(x, y * y)
    }

    fn flat(&self, point: Fine) -> (f64, f64) {
        let (east, north) = point.degrees_from(self.at);
        (east * self.cos_lat, north)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_added_and_nothing_else() {
        let mut set = Countries::default();
        let (added, others): (Vec<&Country>, Vec<_>) =
            Country::ALL.iter().partition(|country| (**country as u8).is_multiple_of(3));
        for country in &added {
            set.add(**country);
        }
        assert!(added.into_iter().all(|country| set.holds(*country)));
        assert!(!others.into_iter().any(|country| set.holds(*country)));
    }

    #[test]
    fn the_countries_around_lake_constance_are_three_at_thirty_kilometres_and_five_at_a_hundred() {
        let around = |radius_m| {
            let set = Plane::around(LatLng::new(47.6, 9.4).unwrap(), radius_m).countries();
            Country::ALL.iter().filter(|c| set.holds(**c)).map(|c| c.code()).collect::<Vec<_>>()
        };
        assert_eq!(around(30_000.0), ["AT", "CH", "DE"]);
        assert_eq!(around(100_000.0), ["AT", "CH", "DE", "LI"]);
    }
}
