//! A local tangent frame: east and north in metres around an origin.

use crate::{Degrees, LatLng};

/// WGS 84 semi-major axis in metres. Source: NIMA TR8350.2, table 3.1.
const WGS84_A_M: f64 = 6_378_137.0;
/// WGS 84 first eccentricity squared. Source: NIMA TR8350.2, table 3.3.
const WGS84_E2: f64 = 6.694_379_990_14e-3;

/// A displacement in metres, east and north of a [`LocalFrame`]'s origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Enu {
    /// Metres towards east.
    pub east_m: f64,
    /// Metres towards north.
    pub north_m: f64,
}

impl Enu {
    /// No displacement.
    pub const ZERO: Self = Self { east_m: 0.0, north_m: 0.0 };

    /// Straight-line distance between two displacements of one frame, in metres.
    pub fn distance_m(self, other: Self) -> f64 {
        (self.east_m - other.east_m).hypot(self.north_m - other.north_m)
    }
}

/// A plane that touches the ellipsoid at `origin`.
///
/// Uses the ellipsoid's radii of curvature at the origin; within 20 km distances agree with the
/// geodesic to about 0.1 %, which is far below any radio's error. Not for longer distances: use
/// [`crate::Geodesic`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalFrame {
    origin: LatLng,
    m_per_deg_lat: f64,
    m_per_deg_lng: f64,
}

impl LocalFrame {
    /// The frame around `origin`.
    pub fn at(origin: LatLng) -> Self {
        let phi = Degrees(origin.lat_deg()).to_radians().0;
        let one_degree = Degrees(1.0).to_radians().0;
        let w2 = (-WGS84_E2).mul_add(phi.sin().powi(2), 1.0);
        let meridian_m = WGS84_A_M * (1.0 - WGS84_E2) / w2.powf(1.5);
        let prime_vertical_m = WGS84_A_M / w2.sqrt();
        Self {
            origin,
            m_per_deg_lat: meridian_m * one_degree,
            m_per_deg_lng: (prime_vertical_m * phi.cos() * one_degree).max(1e-6),
        }
    }

    /// Where the plane touches.
    pub const fn origin(&self) -> LatLng {
        self.origin
    }

    /// Displacement of `place` from the origin, the short way round the date line.
    pub fn enu_from_latlng(&self, place: LatLng) -> Enu {
        let mut dlng = place.lng_deg() - self.origin.lng_deg();
        if dlng > 180.0 {
            dlng -= 360.0;
        } else if dlng < -180.0 {
            dlng += 360.0;
        }
        Enu {
            east_m: dlng * self.m_per_deg_lng,
            north_m: (place.lat_deg() - self.origin.lat_deg()) * self.m_per_deg_lat,
        }
    }

    /// The place at a displacement from the origin.
    pub fn latlng_from_enu(&self, enu: Enu) -> LatLng {
        LatLng::wrapped(
            enu.north_m / self.m_per_deg_lat + self.origin.lat_deg(),
            enu.east_m / self.m_per_deg_lng + self.origin.lng_deg(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Geodesic;

    #[test]
    fn agrees_with_the_geodesic_within_a_tenth_of_a_percent() {
        for lat in [0.0, 36.0, 51.5, 69.0] {
            let origin = LatLng::new(lat, 10.0).unwrap();
            let frame = LocalFrame::at(origin);
            let there = frame.latlng_from_enu(Enu { east_m: 3_000.0, north_m: -4_000.0 });
            let truth_m = Geodesic.distance_m(origin, there);
            assert!((truth_m - 5_000.0).abs() < 5.0, "{lat}: {truth_m}");
        }
    }

    #[test]
    fn crosses_the_date_line_the_short_way() {
        let frame = LocalFrame::at(LatLng::new(0.0, 179.999).unwrap());
        let east = frame.enu_from_latlng(LatLng::new(0.0, -179.999).unwrap());
        assert!((east.east_m - 222.6).abs() < 0.5, "{}", east.east_m);
    }
}
