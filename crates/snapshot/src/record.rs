//! What a snapshot says of one transmitter.

use cairn_ground::{Covariance, Day, Floor, LatLng, Mobility, TransmitterKey, TransmitterKind};

/// The sealed belief about one transmitter; what is read back is what the columns could keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransmitterRecord {
    /// Its look-up key.
    pub key: TransmitterKey,
    /// Its kind; must agree with the key's tag.
    pub kind: TransmitterKind,
    /// Where it is believed to stand.
    pub place: LatLng,
    /// How sure of that, m².
    pub covariance: Covariance,
    /// How far it is heard, m.
    pub reach_m: f64,
    /// Received power at 1 m, dBm, when known.
    pub reference_dbm: Option<f32>,
    /// Whether it stays where it is.
    pub mobility: Mobility,
    /// Day of the newest evidence.
    pub last_day: Day,
    /// Contributor-days behind it, rounded down to a class (spec § 5).
    pub voices: u32,
    /// Observations behind it, rounded down to a class (spec § 5).
    pub observations: u32,
    /// The floor it stands on, when known.
    pub floor: Option<Floor>,
}

/// True when a key with this tag may belong to a transmitter of this kind.
pub(crate) const fn kind_agrees(key: TransmitterKey, kind: TransmitterKind) -> bool {
    match key.get() >> 54 {
        0 => matches!(kind, TransmitterKind::Wifi),
        1 => matches!(kind, TransmitterKind::Ble),
        2 => kind.is_cell(),
        _ => false,
    }
}
