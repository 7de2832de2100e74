//! What transmits: the identity and physics of one radio, and the spots where it stood.

use crate::geometry::Vec2;
use crate::raster::OUTDOORS;
use cairn_ground::{Bssid, TransmitterId};
use std::collections::BTreeSet;

use crate::rng::{Rng, mix2};

/// The propagation class of a radio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Band {
    Wifi24,
    Wifi5,
    Ble,
    Cell,
}

/// How a transmitter gets about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    /// Stands in one spot at a time.
    Fixed,
    /// Rides a loop; the index of it.
    Loop(usize),
    /// In somebody's pocket or car: only heard by that person's phone here.
    Carried,
}

/// One transmitter: who, how strong, in which band.
#[derive(Debug, Clone)]
pub(crate) struct Radio {
    pub(crate) id: TransmitterId,
    pub(crate) band: Band,
    pub(crate) frequency_mhz: Option<u16>,
    /// Mean received power at 1 m, dBm.
    pub(crate) reference_dbm: f32,
    /// Path-loss exponent.
    pub(crate) exponent: f32,
    /// Standard deviation of the shadowing, dB.
    pub(crate) shadow_db: f32,
    /// Seed of the shadowing; the networks of one antenna share it.
    pub(crate) shadow_seed: u64,
    pub(crate) motion: Motion,
}

/// A radio standing somewhere for a while.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) radio: u32,
    pub(crate) at: Vec2,
    /// Height above the street, metres.
    pub(crate) height_m: f64,
    /// House it is in, or [`OUTDOORS`].
    pub(crate) house: u32,
    pub(crate) floor: i8,
    /// Seconds since the town's start, from..until.
    pub(crate) from_s: u32,
    pub(crate) until_s: u32,
}

impl Spot {
    /// A spot under the sky, for ever.
    pub(crate) const fn outdoors(radio: u32, at: Vec2, height_m: f64) -> Self {
        let (from_s, until_s) = (0, u32::MAX);
        Self { radio, at, height_m, house: OUTDOORS, floor: 0, from_s, until_s }
    }
}

/// Deals out addresses that no two boxes share.
#[derive(Debug)]
pub(crate) struct Addresses {
    vendors: Vec<u64>,
    taken: BTreeSet<u64>,
}

impl Addresses {
    /// A pool of 48 vendors' prefixes.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let vendors = (0..48).map(|_| rng.bits() & 0xfc_ffff).collect();
        Self { vendors, taken: BTreeSet::new() }
    }

    /// The base address of a new box: low nibble zero, globally administered.
    pub(crate) fn box_base(&mut self, rng: &mut Rng) -> u64 {
        loop {
            let vendor = rng.pick(&self.vendors).copied().unwrap_or(0x00_1122);
            let base = vendor << 24 | (rng.bits() & 0xff_fff0);
            if base >> 24 != 0 && self.taken.insert(base & 0x00ff_ffff_fff0) {
                return base;
            }
        }
    }
}

/// The `index`-th network of a box: counted in the last nibble, every other one marked local.
pub(crate) const fn virtual_address(base: u64, index: u64) -> Bssid {
    let local = if index % 2 == 1 { 0x0200_0000_0000 } else { 0 };
    Bssid::from_u48((base | local) + index)
}

/// A channel's centre frequency in the 2.4 GHz band, mostly 1, 6 and 11.
pub(crate) fn frequency_24(rng: &mut Rng) -> u16 {
    let channel = match rng.weighted(&[0.3, 0.25, 0.3, 0.15]) {
        0 => 1,
        1 => 6,
        2 => 11,
        _ => 1 + rng.below(13) as u16,
    };
    2_407 + 5 * channel
}

/// A channel's centre frequency in the 5 GHz band.
pub(crate) fn frequency_5(rng: &mut Rng) -> u16 {
    let channels = [36, 40, 44, 48, 52, 60, 100, 104, 108, 116, 132, 149, 157];
    5_000 + 5 * rng.pick(&channels).copied().unwrap_or(36)
}

/// The radio of one Wi-Fi network; `power_db` is the box's own strength against the mean box.
///
/// # Source
/// Received power at 1 m: −40 dBm (2.4 GHz) and −47 dBm (5 GHz) for 15–20 dBm transmitters by free
/// space loss; exponents of 2.5 to 3 along streets with walls counted apart: ITU-R P.1238 and P.1411.
pub(crate) fn wifi(address: Bssid, frequency_mhz: u16, power_db: f64, rng: &mut Rng) -> Radio {
    let five = frequency_mhz > 5_000;
    let (band, reference, exponent) =
        if five { (Band::Wifi5, -47.0, 2.5) } else { (Band::Wifi24, -40.0, 2.6) };
    let antenna = u64::from(frequency_mhz);
    Radio {
        id: TransmitterId::Wifi(address),
        band,
        frequency_mhz: Some(frequency_mhz),
        reference_dbm: (reference + power_db) as f32,
        exponent: (exponent + 0.12 * rng.gauss()) as f32,
        shadow_db: rng.between(4.0, 6.0) as f32,
        shadow_seed: mix2(address.to_u48() & 0xffff_fff0, antenna),
        motion: Motion::Fixed,
    }
}

/// The radio of a Bluetooth beacon. Source: −59 dBm at 1 m is the usual calibration of beacons.
pub(crate) fn ble(address: Bssid, rng: &mut Rng) -> Radio {
    Radio {
        id: TransmitterId::Ble(address),
        band: Band::Ble,
        frequency_mhz: None,
        reference_dbm: (-60.0 + 3.0 * rng.gauss()) as f32,
        exponent: (2.4 + 0.1 * rng.gauss()) as f32,
        shadow_db: 5.0,
        shadow_seed: mix2(address.to_u48(), 2),
        motion: Motion::Fixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_of_one_box_share_a_device_and_boxes_do_not() {
        let mut rng = Rng::new(4, 0);
        let mut addresses = Addresses::new(&mut rng);
        let (one, two) = (addresses.box_base(&mut rng), addresses.box_base(&mut rng));
        let keys: Vec<_> = (0..5).map(|n| virtual_address(one, n).device_key()).collect();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
        assert_ne!(keys[0], virtual_address(two, 0).device_key());
        let all: BTreeSet<_> = (0..5).map(|n| virtual_address(one, n)).collect();
        assert_eq!(all.len(), 5);
    }
}
