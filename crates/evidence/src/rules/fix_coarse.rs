//! Fixes too uncertain to teach from; how uncertain depends on what was heard.

use crate::limits::{FIX_R68_BLE_MAX_M, FIX_R68_CELL_MAX_M, FIX_R68_WIFI_MAX_M, TABLE_R68_MAX_M};
use cairn_ground::TransmitterId;
use cairn_report::{Fix, FixSource, Observation, Reason};

/// Refuses a reading whose fix claims more metres than its kind of transmitter bears.
///
/// A table may be coarser about cells, which is all that is published. About other transmitters it must say
/// how sure it is, no worse than a phone: what a phone learned for itself, not what nobody vouches for.
pub(crate) fn refuses(fix: &Fix, observation: &Observation) -> Option<Reason> {
    let is_table = fix.source == FixSource::Table;
    let max_m = match observation.transmitter {
        TransmitterId::Cell(_) if is_table => TABLE_R68_MAX_M,
        TransmitterId::Cell(_) => FIX_R68_CELL_MAX_M,
        TransmitterId::Wifi(_) | TransmitterId::Ble(_) if is_table && fix.r68.is_none() => {
            return Some(Reason::EvidenceFixCoarse);
        }
        TransmitterId::Wifi(_) => FIX_R68_WIFI_MAX_M,
        TransmitterId::Ble(_) => FIX_R68_BLE_MAX_M,
    };
    fix.r68.filter(|r68| r68.get() > max_m).map(|_| Reason::EvidenceFixCoarse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, CellId, CellRadio, LatLng, Meters};

    #[test]
    fn each_kind_has_its_own_bound_and_the_bound_itself_passes() {
        let wifi = Observation::of(TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0001)));
        let cell = CellId::new(CellRadio::Lte, 262, 1, 5, 6).unwrap();
        let cell = Observation::of(TransmitterId::Cell(cell));
        let at = |m: f64, source| {
            let fix = Fix::at(LatLng::new(1.0, 2.0).unwrap());
            let fix = Fix { r68: Some(Meters::new(m).unwrap()), source, ..fix };
            (refuses(&fix, &wifi).is_none(), refuses(&fix, &cell).is_none())
        };
        assert_eq!(at(200.0, FixSource::Gnss), (true, true));
        assert_eq!(at(200.1, FixSource::Gnss), (false, true));
        assert_eq!(at(1_000.1, FixSource::Fused), (false, false));
        assert_eq!(at(200.0, FixSource::Table), (true, true));
        assert_eq!(at(100_000.0, FixSource::Table), (false, true));
        assert_eq!(at(100_000.1, FixSource::Table), (false, false));
        let ble = Observation::of(TransmitterId::Ble(Bssid::from_u48(0x0200_0000_0001)));
        let about = |m: f64| Fix { r68: Meters::new(m).ok(), ..Fix::at(LatLng::wrapped(1.0, 2.0)) };
        assert_eq!(refuses(&about(100.0), &ble), None);
        assert_eq!(refuses(&about(100.1), &ble), Some(Reason::EvidenceFixCoarse));
        let unclaimed = Fix::at(LatLng::new(1.0, 2.0).unwrap());
        assert_eq!(refuses(&unclaimed, &wifi), None);
        let unsure = Fix { source: FixSource::Table, ..unclaimed };
        assert_eq!(refuses(&unsure, &wifi), Some(Reason::EvidenceFixCoarse));
    }
}
