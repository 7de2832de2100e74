//! Places in no country and near none: a receiver's error, or a ship whose transmitters sail with it.

use cairn_ground::Surroundings;
use cairn_report::Reason;

/// Refuses places farther than 30 km from every country.
pub(crate) fn refuses(surroundings: &Surroundings) -> Option<Reason> {
    (!surroundings.is_near_land()).then_some(Reason::EvidenceNoCountry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::LatLng;

    #[test]
    fn mid_ocean_is_refused_and_coasts_islands_and_poles_ice_are_not() {
        let at = |lat, lng| refuses(&Surroundings::of(LatLng::new(lat, lng).unwrap()));
        assert_eq!(at(0.0, -30.0), Some(Reason::EvidenceNoCountry));
        assert_eq!(at(0.0, 0.1), Some(Reason::EvidenceNoCountry));
        assert_eq!(at(51.05, 1.45), None, "the Channel");
        assert_eq!(at(52.0, -1.6), None);
        assert_eq!(at(-7.95, -14.36), None, "Ascension");
        assert_eq!(at(-89.98, 139.3), None, "the South Pole's station");
    }
}
