//! One transmitter heard once within a scan.

use cairn_ground::{AgeMs, Dbm, RttRange, TransmitterId};

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
    /// A cell's unit within its channel, when stated: PSC (WCDMA, 0 to 511) or PCI (LTE, 0 to 503;
    /// NR, 0 to 1007).
    pub unit: Option<u16>,
    /// Timing advance towards a cell in its radio's own steps, when stated: GSM 0 to 63 (550 m each),
    /// LTE 0 to 1282 (78 m each), NR 0 to 3846. Of Wi-Fi and Bluetooth the code of an RTT range
    /// ([`Observation::range`]).
    pub timing_advance: Option<u16>,
}

impl Observation {
    /// A transmitter heard now, at an unknown power.
    pub const fn of(transmitter: TransmitterId) -> Self {
        Self {
            transmitter,
            power: None,
            age: AgeMs::ZERO,
            frequency_mhz: None,
            unit: None,
            timing_advance: None,
        }
    }

    /// The RTT range to a Wi-Fi or Bluetooth device, when one was measured.
    pub fn range(&self) -> Option<RttRange> {
        RttRange::instead_of_advance(self.transmitter.kind(), self.timing_advance)
    }
}
