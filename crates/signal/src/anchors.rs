//! What the solver needs of transmitters that are known.

use crate::locate::Known;
use crate::solve::Anchor;
use cairn_ground::{Day, LocalFrame, Mobility};

/// Days without new evidence, while its neighbours have some, that halve the trust in a transmitter.
/// Source: 57 % of access points gone after 12 months in the UJI library set (evaluation study §1.1).
const STALE_HALF_DAYS: f64 = 300.0;
/// Least trust left to the longest unheard transmitter. Source: keeps old imports serving.
const TRUST_MIN: f64 = 0.05;

/// The anchors of known transmitters.
pub(crate) fn fill<'a>(
    anchors: &mut Vec<Anchor>,
    frame: &LocalFrame,
    known: impl Iterator<Item = &'a Known>,
    newest: Day,
) {
    anchors.clear();
    anchors.extend(known.map(|k| anchor(frame, k, newest)));
}

/// True for what is known to stay.
pub(crate) fn is_sure(known: &Known) -> bool {
    known.mobility == Mobility::Fixed
}

/// What the solver needs of a known transmitter.
pub(crate) fn anchor(frame: &LocalFrame, known: &Known, newest: Day) -> Anchor {
    let stale_days = newest.days_since(known.last_day);
    // Two to the power of nothing, in most cases.
    let fresh =
        if stale_days == 0 { 1.0 } else { (-f64::from(stale_days) / STALE_HALF_DAYS).exp2() };
    Anchor {
        at: frame.enu_from_latlng(known.place),
        covariance: known.covariance,
        reach_m: known.reach_m,
        reference_dbm: known.reference_dbm,
        kind: known.kind,
        rssi_dbm: known.rssi_dbm,
        moved_m: known.moved_m(),
        trust: fresh.max(TRUST_MIN),
        device: known.device,
    }
}
