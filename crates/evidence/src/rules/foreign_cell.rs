//! Cells whose country code is not used where they were heard: a forged, or a badly read, identity.

use cairn_ground::{Surroundings, TransmitterId};
use cairn_report::{Observation, Reason};

/// Refuses a cell heard more than 100 km from each country of its code.
pub(crate) fn refuses(surroundings: &Surroundings, observation: &Observation) -> Option<Reason> {
    let TransmitterId::Cell(cell) = observation.transmitter else { return None };
    (!surroundings.could_hear(cell.mcc())).then_some(Reason::EvidenceForeignCell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, CellId, CellRadio, LatLng};

    fn cell(mcc: u32) -> Observation {
        let cell = CellId::new(CellRadio::Lte, mcc, 30, 1_024, 21).unwrap();
        Observation::of(TransmitterId::Cell(cell))
    }

    #[test]
    fn a_german_code_in_britain_is_refused_and_a_british_or_international_one_is_not() {
        let oxfordshire = Surroundings::of(LatLng::new(52.02, -1.555).unwrap());
        assert_eq!(refuses(&oxfordshire, &cell(262)), Some(Reason::EvidenceForeignCell));
        for mcc in [234, 235, 901] {
            assert_eq!(refuses(&oxfordshire, &cell(mcc)), None, "{mcc}");
        }
        let wifi = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0001));
        assert_eq!(refuses(&oxfordshire, &Observation::of(wifi)), None);
    }

    #[test]
    fn a_neighbour_is_heard_over_the_border() {
        let konstanz = Surroundings::of(LatLng::new(47.66, 9.18).unwrap());
        for mcc in [262, 228, 232, 295] {
            assert_eq!(refuses(&konstanz, &cell(mcc)), None, "{mcc}");
        }
        assert_eq!(refuses(&konstanz, &cell(208)), Some(Reason::EvidenceForeignCell));
    }
}
