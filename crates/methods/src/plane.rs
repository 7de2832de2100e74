//! Distances and weighted means on a tangent plane: enough for baselines, as their description says.

use cairn_ground::{Enu, LatLng, LocalFrame};

/// Distance in metres, true within 20 km and growing somewhat wrong beyond.
pub(crate) fn distance_m(a: LatLng, b: LatLng) -> f64 {
    LocalFrame::at(a).enu_from_latlng(b).distance_m(Enu::ZERO)
}

/// The weighted mean of places; `None` when no weight is above zero.
pub(crate) fn mean(weighted: &[(LatLng, f64)]) -> Option<LatLng> {
    let frame = LocalFrame::at(weighted.first()?.0);
    let (mut east_m, mut north_m, mut total) = (0.0, 0.0, 0.0);
    for (place, weight) in weighted {
        let at = frame.enu_from_latlng(*place);
        east_m += weight * at.east_m;
        north_m += weight * at.north_m;
        total += weight;
    }
    let mean = Enu { east_m: east_m / total, north_m: north_m / total };
    (total > 0.0).then(|| frame.latlng_from_enu(mean))
}

/// A box of latitudes and longitudes that only grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    south_west: (f64, f64),
    north_east: (f64, f64),
}

impl Bounds {
    /// The box of one place.
    pub(crate) const fn of(place: LatLng) -> Self {
        let at = (place.lat_deg(), place.lng_deg());
        Self { south_west: at, north_east: at }
    }

    /// The box of some places; `None` of none.
    pub(crate) fn of_all(places: impl IntoIterator<Item = LatLng>) -> Option<Self> {
        let mut places = places.into_iter();
        let first = Self::of(places.next()?);
        Some(places.fold(first, |bounds, place| bounds.with(&Self::of(place))))
    }

    /// The box around both.
    #[must_use]
    pub(crate) fn with(self, other: &Self) -> Self {
        let (a, b) = (self, other);
        Self {
            south_west: (a.south_west.0.min(b.south_west.0), a.south_west.1.min(b.south_west.1)),
            north_east: (a.north_east.0.max(b.north_east.0), a.north_east.1.max(b.north_east.1)),
        }
    }

    /// From corner to corner, m.
    pub(crate) fn diagonal_m(&self) -> f64 {
        let corner = |at: (f64, f64)| LatLng::wrapped(at.0, at.1);
        distance_m(corner(self.south_west), corner(self.north_east))
    }

    /// The middle.
    pub(crate) fn center(&self) -> LatLng {
        LatLng::wrapped(
            f64::midpoint(self.south_west.0, self.north_east.0),
            f64::midpoint(self.south_west.1, self.north_east.1),
        )
    }

    /// Distance from a place to the farthest corner, m.
    pub(crate) fn farthest_m(&self, from: LatLng) -> f64 {
        let (sw, ne) = (self.south_west, self.north_east);
        let corners = [(sw.0, sw.1), (sw.0, ne.1), (ne.0, sw.1), (ne.0, ne.1)];
        let far = corners.map(|(lat, lng)| distance_m(from, LatLng::wrapped(lat, lng)));
        far.into_iter().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place so many metres east and north of 50° N 8° E.
    fn at(east_m: f64, north_m: f64) -> LatLng {
        LocalFrame::at(LatLng::wrapped(50.0, 8.0)).latlng_from_enu(Enu { east_m, north_m })
    }

    #[test]
    fn a_weight_of_three_draws_the_mean_three_quarters_of_the_way() {
        let mean = mean(&[(at(0.0, 0.0), 1.0), (at(100.0, 0.0), 3.0)]).unwrap();
        assert!(distance_m(mean, at(75.0, 0.0)) < 0.01);
        assert_eq!(super::mean(&[(at(0.0, 0.0), 0.0)]), None);
    }

    #[test]
    fn a_box_of_three_by_four_has_a_diagonal_of_five() {
        let bounds = Bounds::of_all([at(0.0, 0.0), at(30.0, 10.0), at(10.0, 40.0)]).unwrap();
        assert!((bounds.diagonal_m() - 50.0).abs() < 0.01);
        assert!(distance_m(bounds.center(), at(15.0, 20.0)) < 0.01);
        assert!((bounds.farthest_m(at(0.0, 0.0)) - 50.0).abs() < 0.01);
        assert_eq!(Bounds::of_all([]), None);
    }
}
