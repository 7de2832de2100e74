//! One transmitter heard once within a scan.

use cairn_ground::{AgeMs, Dbm, TransmitterId};

/// One transmitter heard once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Who was heard.
    pub transmitter: TransmitterId,
    /// How strongly: RSSI (Wi-Fi, Bluetooth, GSM), RSCP (WCDMA) or RSRP (LTE, NR), when stated.
    pub power: Option<Dbm>,
    /// When it was heard, before the report's timestamp.
    pub age: AgeMs,
    /// Centre frequency in MHz, when stated (Wi-Fi: 2400 to 7125).
    pub frequency_mhz: Option<u16>,
}

impl Observation {
    /// A transmitter heard now, at an unknown power.
    pub const fn of(transmitter: TransmitterId) -> Self {
        Self { transmitter, power: None, age: AgeMs::ZERO, frequency_mhz: None }
    }
}
