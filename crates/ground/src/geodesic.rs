//! Distances over the ellipsoid, by Karney's method.

use crate::LatLng;
use geographiclib_rs::{Geodesic as Karney, InverseGeodesic as _};

/// The model "shortest path on the WGS 84 ellipsoid".
///
/// # Source
/// C. F. F. Karney, *Algorithms for geodesics*, J. Geodesy 87 (2013), as the crate
/// `geographiclib-rs` implements it; accurate to nanometres.
#[derive(Debug, Clone, Copy)]
pub struct Geodesic;

impl Geodesic {
    /// Distance from `a` to `b` in metres.
    pub fn distance_m(self, a: LatLng, b: LatLng) -> f64 {
        Karney::wgs84().inverse(a.lat_deg(), a.lng_deg(), b.lat_deg(), b.lng_deg())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jfk_to_lhr_matches_the_published_distance() {
        // GeographicLib's documentation, example of GeodSolve: JFK to LHR is 5 551 759.400 m.
        let jfk = LatLng::new(40.6, -73.8).unwrap();
        let lhr = LatLng::new(51.6, -0.5).unwrap();
        let distance_m = Geodesic.distance_m(jfk, lhr);
        assert!((distance_m - 5_551_759.400).abs() < 0.01, "{distance_m}");
    }
}
