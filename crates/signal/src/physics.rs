//! Radio propagation, as far as an unknown phone can rely on it.

use cairn_ground::TransmitterKind;
use std::f64::consts::{LOG2_10, LOG10_2};

/// Height of a floor, m. Source: 2.5 to 3.3 m in ipin's museum, 4 to 6 m in malls.
pub(crate) const FLOOR_M: f64 = 3.5;

/// Path loss and limits of one kind of transmitter.
///
/// Received power falls as `reference_dbm − 10·exponent·log10(d)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Physics {
    /// Power received at 1 m when nothing else is known, dBm.
    pub reference_dbm: f64,
    /// Path-loss exponent, dimensionless; 2 in free space.
    pub exponent: f64,
    /// Power assumed for a reading that states none, dBm.
    pub power_missing_dbm: f64,
    /// Standard deviation of what one place knows of its distance, as a share of that distance.
    pub disc_share: f64,
    /// Radius below which no reading tells distances apart, m.
    pub disc_min_m: f64,
    /// Radius above which a reading says nothing but "within reach", m.
    pub disc_max_m: f64,
    /// Least reach believed, m.
    pub reach_min_m: f64,
    /// Weakest power that phones still report, dBm.
    pub weakest_dbm: f64,
    /// Distance between two places that one fixed transmitter of this kind cannot both reach, m.
    pub moved_m: f64,
}

/// Wi-Fi in streets and buildings.
///
/// Source: fitted to three sets of real walks, docs/measured/accuracy.md (a search over all constants
/// of this room at once); −48.5 dBm at 1 m is about 20 dBm EIRP less 40 dB of free-space loss at 2.4 GHz, body
/// and antenna; `moved_m` is the 500 m at which Ichnaea splits clusters (peers.md §3.2).
const WIFI: Physics = Physics {
    reference_dbm: -48.5,
    exponent: 2.23,
    power_missing_dbm: -80.0,
    disc_share: 0.7,
    disc_min_m: 4.0,
    disc_max_m: 250.0,
    reach_min_m: 12.0,
    weakest_dbm: -94.0,
    moved_m: 500.0,
};

/// Bluetooth advertisers.
///
/// Source: 0 dBm advertisers and −59 dBm at 1 m (iBeacon's calibration value); `moved_m` is Ichnaea's
/// limit of 100 m (peers.md §3.1).
const BLE: Physics = Physics {
    reference_dbm: -59.0,
    exponent: 2.2,
    power_missing_dbm: -85.0,
    disc_share: 0.7,
    disc_min_m: 2.0,
    disc_max_m: 60.0,
    reach_min_m: 10.0,
    weakest_dbm: -100.0,
    moved_m: 100.0,
};

/// Cells, all generations: macro cells with sectors.
///
/// Source: COST 231 Hata's exponent 3.5 at 30 m masts; `moved_m` is Ichnaea's limit of 100 km.
const CELL: Physics = Physics {
    reference_dbm: 10.0,
    exponent: 3.5,
    power_missing_dbm: -105.0,
    disc_share: 0.7,
    disc_min_m: 60.0,
    disc_max_m: 20_000.0,
    reach_min_m: 300.0,
    weakest_dbm: -120.0,
    moved_m: 100_000.0,
};

impl Physics {
    /// The physics of a kind.
    pub const fn of(kind: TransmitterKind) -> &'static Self {
        match kind {
            TransmitterKind::Wifi => &WIFI,
            TransmitterKind::Ble => &BLE,
            TransmitterKind::Gsm
            | TransmitterKind::Wcdma
            | TransmitterKind::Lte
            | TransmitterKind::Nr => &CELL,
        }
    }

    /// The distance at which `power_dbm` is expected, m; not limited to plausible reach.
    pub fn distance_m(&self, reference_dbm: f64, power_dbm: f64) -> f64 {
        // 10ˣ as 2 to a power: less than half of what a power of any base costs.
        ((reference_dbm - power_dbm) / (10.0 * self.exponent) * LOG2_10).exp2()
    }

    /// How far a transmitter can be heard by its power alone, m: where it falls to the weakest reported.
    ///
    /// Its reach, the distance within which it *was* heard, falls short of that where few walked.
    pub fn audible_m(&self, reference_dbm: f64) -> f64 {
        self.distance_m(reference_dbm, self.weakest_dbm)
    }

    /// The power expected at a distance, dBm.
    pub fn power_dbm(&self, reference_dbm: f64, distance_m: f64) -> f64 {
        (-10.0 * self.exponent).mul_add(distance_m.max(1.0).log10(), reference_dbm)
    }

    /// [`Physics::power_dbm`] from the square of a distance of a metre or more, m², to seven digits of it.
    ///
    /// A logarithm of a square takes no root, and one to seven digits half the time: this is asked for each transmitter
    /// of every answer.
    #[inline]
    #[expect(clippy::suboptimal_flops, reason = "as in `meet`")]
    #[expect(clippy::cast_possible_truncation, reason = "a distance to seven digits")]
    pub(crate) fn power_at_square_dbm(&self, reference_dbm: f64, distance_m2: f64) -> f64 {
        reference_dbm - 5.0 * self.exponent * LOG10_2 * f64::from((distance_m2 as f32).log2())
    }

    /// Standard deviation per axis of the place of one end of a link, seen from the other, m.
    pub fn disc_m(&self, reference_dbm: f64, power_dbm: Option<f64>) -> f64 {
        let power_dbm = power_dbm.unwrap_or(self.power_missing_dbm);
        let distance_m = self.distance_m(reference_dbm, power_dbm);
        (distance_m * self.disc_share).clamp(self.disc_min_m, self.disc_max_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_and_distance_are_inverse() {
        for kind in TransmitterKind::ALL {
            let physics = Physics::of(kind);
            let power = physics.power_dbm(physics.reference_dbm, 50.0);
            assert!((physics.distance_m(physics.reference_dbm, power) - 50.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_stronger_reading_makes_a_smaller_disc() {
        let physics = Physics::of(TransmitterKind::Wifi);
        let disc = |dbm| physics.disc_m(physics.reference_dbm, Some(dbm));
        assert!(disc(-75.0) < disc(-80.0) && disc(-80.0) < disc(-90.0));
        assert!((disc(-20.0) - physics.disc_min_m).abs() < 1e-9);
        assert!((disc(-150.0) - physics.disc_max_m).abs() < 1e-9);
    }
}
