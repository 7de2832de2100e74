//! What is asked: a scan without a position.

use cairn_ground::{RttRange, TransmitterId};

/// One transmitter of the asking phone's scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    /// Who is heard.
    pub transmitter: TransmitterId,
    /// How strongly, dBm, when stated.
    pub rssi_dbm: Option<f32>,
    /// How long ago, ms; 0 is now.
    pub age_ms: i32,
    /// Timing advance towards a cell, in its radio's steps, when stated; of Wi-Fi and Bluetooth the code of an RTT range.
    pub timing_advance: Option<u16>,
}

impl Heard {
    /// The RTT range to a Wi-Fi or Bluetooth device, when one was measured.
    pub fn range(&self) -> Option<RttRange> {
        RttRange::instead_of_advance(self.transmitter.kind(), self.timing_advance)
    }
}
