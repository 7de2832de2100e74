//! The point (0, 0): what a receiver without a fix reports.

use crate::limits::NULL_ISLAND_DEG;
use cairn_report::{Fix, Reason};

/// Refuses places within [`NULL_ISLAND_DEG`] of (0, 0) on both axes.
pub(crate) fn refuses(fix: &Fix) -> Option<Reason> {
    let at_zero = |deg: f64| deg.abs() <= NULL_ISLAND_DEG;
    (at_zero(fix.place.lat_deg()) && at_zero(fix.place.lng_deg()))
        .then_some(Reason::EvidenceNullIsland)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::LatLng;

    #[test]
    fn zero_is_refused_and_the_equator_and_greenwich_are_places() {
        let at = |lat, lng| refuses(&Fix::at(LatLng::new(lat, lng).unwrap())).is_some();
        assert!(at(0.0, 0.0) && at(-0.0, 0.01) && at(-0.01, -0.01));
        assert!(!at(0.0, 0.011) && !at(51.5, 0.0) && !at(0.0, 32.5));
    }
}
