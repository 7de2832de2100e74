//! Phones too fast for a reading to belong to a place: aircraft and high-speed trains.

use crate::limits::SPEED_MAX_M_S;
use cairn_report::{Fix, Reason};

/// Refuses a fix that states more than 50 m/s; one that states no speed passes.
pub(crate) fn refuses(fix: &Fix) -> Option<Reason> {
    fix.speed_m_s.filter(|speed| *speed > SPEED_MAX_M_S).map(|_| Reason::EvidenceTooFast)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::LatLng;

    #[test]
    fn the_bound_passes_and_anything_above_is_refused() {
        let at = |speed_m_s| {
            refuses(&Fix { speed_m_s, ..Fix::at(LatLng::new(1.0, 2.0).unwrap()) }).is_some()
        };
        assert!(!at(None) && !at(Some(0.0)) && !at(Some(50.0)));
        assert!(at(Some(50.1)));
    }
}
