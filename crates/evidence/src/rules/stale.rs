//! Readings too far from every fix in time, or in the way the phone may have gone since.

use crate::limits::{GAP_MAX_M, GAP_MAX_S};
use crate::trace::Whereabouts;
use cairn_report::Reason;

/// Refuses a reading more than 20 s from the nearest fix, unless two fixes enclose it, and one whose
/// phone may have strayed more than 150 m.
pub(crate) fn refuses(whereabouts: &Whereabouts) -> Option<Reason> {
    let too_late = whereabouts.beyond_s > GAP_MAX_S;
    let too_far = whereabouts.strayed_m > GAP_MAX_M;
    (too_late || too_far).then_some(Reason::EvidenceStale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{AgeMs, Bssid, LatLng, TransmitterId};
    use cairn_report::{Fix, Observation};

    fn refuses_about(fix: &Fix, observation: &Observation) -> Option<Reason> {
        refuses(&Whereabouts::about(fix, observation))
    }

    #[test]
    fn a_reading_goes_stale_by_time_and_sooner_by_speed() {
        let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0001));
        let at = |age_ms, speed_m_s| {
            let fix = Fix { speed_m_s, ..Fix::at(LatLng::new(1.0, 2.0).unwrap()) };
            let heard = Observation { age: AgeMs::new(age_ms).unwrap(), ..Observation::of(id) };
            refuses_about(&fix, &heard).is_none()
        };
        assert!(at(20_000, None) && at(-20_000, Some(5.0)));
        assert!(!at(20_001, Some(0.0)), "a phone that stood still still heard it too long ago");
        assert!(at(6_000, Some(25.0)) && !at(6_001, Some(25.0)), "150 m at 25 m/s");
    }

    #[test]
    fn the_gap_is_to_the_fix_and_not_to_the_report() {
        // invariant: R1
        let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0001));
        let old = AgeMs::new(60_000).unwrap();
        let fix = Fix { age: old, ..Fix::at(LatLng::new(1.0, 2.0).unwrap()) };
        let heard = Observation { age: old, ..Observation::of(id) };
        assert_eq!(refuses_about(&fix, &heard), None);
        assert_eq!(refuses_about(&fix, &Observation::of(id)), Some(Reason::EvidenceStale));
    }
}
