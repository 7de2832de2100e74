//! A place on the WGS 84 ellipsoid.

use crate::error::{OutOfRange, within};

/// Steps of the fixed-point form in one degree: 1e-7°, about 11 mm of latitude.
const E7: f64 = 1e7;

/// Latitude and longitude in degrees, WGS 84, latitude first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatLng {
    lat_deg: f64,
    lng_deg: f64,
}

impl LatLng {
    /// Accepts latitudes −90..=90 and longitudes −180..=180, in degrees.
    ///
    /// # Errors
    /// [`OutOfRange`] naming the coordinate, for anything else and NaN.
    pub fn new(lat_deg: f64, lng_deg: f64) -> Result<Self, OutOfRange> {
        Ok(Self {
            lat_deg: within("latitude in degrees", lat_deg, -90.0, 90.0)?,
            lng_deg: within("longitude in degrees", lng_deg, -180.0, 180.0)?,
        })
    }

    /// Builds a place from numbers that arithmetic may have pushed over an edge: latitude is
    /// clamped, longitude wrapped, NaN becomes 0.
    pub fn wrapped(lat_deg: f64, lng_deg: f64) -> Self {
        let lat_deg = if lat_deg.is_nan() { 0.0 } else { lat_deg.clamp(-90.0, 90.0) };
        let lng_deg = if lng_deg.is_finite() {
            let turned = (lng_deg + 180.0).rem_euclid(360.0) - 180.0;
            if (-180.0..=180.0).contains(&lng_deg) { lng_deg } else { turned }
        } else {
            0.0
        };
        Self { lat_deg, lng_deg }
    }

    /// Latitude in degrees, north positive.
    pub const fn lat_deg(self) -> f64 {
        self.lat_deg
    }

    /// Longitude in degrees, east positive.
    pub const fn lng_deg(self) -> f64 {
        self.lng_deg
    }

    /// The fixed-point form `(lat, lng)` in 1e-7 degrees, the form that votes and journals keep.
    #[expect(clippy::cast_possible_truncation, reason = "±1.8e9 fits i32, checked at construction")]
    pub fn to_e7(self) -> (i32, i32) {
        ((self.lat_deg * E7).round() as i32, (self.lng_deg * E7).round() as i32)
    }

    /// Reads the fixed-point form, `(lat, lng)` in 1e-7 degrees.
    ///
    /// # Errors
    /// [`OutOfRange`] when a coordinate is off the globe.
    pub fn from_e7(lat_e7: i32, lng_e7: i32) -> Result<Self, OutOfRange> {
        Self::new(f64::from(lat_e7) / E7, f64::from(lng_e7) / E7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_the_globe_is_refused() {
        // invariant: G1
        assert!(LatLng::new(90.000_000_1, 0.0).is_err());
        assert!(LatLng::new(0.0, -180.1).is_err());
        assert!(LatLng::new(f64::NAN, 0.0).is_err());
    }

    #[test]
    fn fixed_point_keeps_a_centimetre() {
        let place = LatLng::new(51.123_456_78, -1.987_654_32).unwrap();
        let (lat, lng) = place.to_e7();
        let back = LatLng::from_e7(lat, lng).unwrap();
        assert!((back.lat_deg() - place.lat_deg()).abs() <= 0.5e-7 + 1e-12);
        assert!((back.lng_deg() - place.lng_deg()).abs() <= 0.5e-7 + 1e-12);
    }

    #[test]
    fn wrapping_crosses_the_date_line() {
        assert!((LatLng::wrapped(0.0, 181.0).lng_deg() + 179.0).abs() < 1e-9);
        assert!((LatLng::wrapped(95.0, 0.0).lat_deg() - 90.0).abs() < 1e-9);
    }
}
