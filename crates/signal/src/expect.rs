//! How wrong an answer is expected to be somewhere, before anybody asks: what the solver would say of the transmitters
//! that a phone hears at one place.
//!
//! Not how wrong it was: that is measured ([`crate::calibration`]), and what is expected goes through the same factors,
//! between those of the kinds of answers that may come: how many are heard is a matter of chance (Poisson).

use crate::calibration::Calibration;
use crate::class::Class;
use crate::meet::{LOOKS_MAX, anchor_variance_m2};
use crate::solve::Anchor;
use std::ops::RangeInclusive;

/// Distances at which a transmitter's weight is looked at, each for an equal part of the phones that hear it.
/// Source: choice.
const RINGS: u8 = 4;
/// Standard deviation per axis of the phones that hear a transmitter, as a share of its reach. Source: reach is the
/// distance of 95 %, which for a circular normal is 2.45 σ.
const REACH_SIGMA: f64 = 1.0 / 2.45;
/// Share of scans right beside it that hear a transmitter. Source: measured on the demo town, docs/measured/accuracy.md.
const HEARD_SHARE: f64 = 0.4;

/// What answers are off by, as a share of what the sum of all that may be heard says: phones ask where more is heard
/// than in the middle of an H3 cell's ground, and hear what is near. Source: as [`HEARD_SHARE`].
const OFF_SHARE: f64 = 0.7;
/// Transmitters heard in the mean below which the kinds of answers are as at it. Source: choice; with fewer the rounding
/// of what is left of 1 spoils the shares, and hardly anybody answers.
const HEARD_MIN: f64 = 1e-4;

/// What a phone at one place hears, added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sight {
    near: Looks,
    cells: Looks,
}

/// Transmitters of one sort, as the solver weighs them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Looks {
    /// How many are heard.
    heard: f64,
    /// Sum of their weights, 1/m²; and of its squares, 1/m⁴.
    weight: f64,
    weight_squared: f64,
    /// Sum of discs and scatter, each as often as its weight: variances per axis without a unit.
    spread: f64,
}

/// The ground that a transmitter is heard on, each part as often as it is heard there, m².
pub fn ground_m2(reach_m: f64) -> f64 {
    HEARD_SHARE * std::f64::consts::TAU * (REACH_SIGMA * reach_m).powi(2)
}

impl Sight {
    /// Adds a transmitter that is heard so many times; what `anchor` states of a reading says nothing here.
    pub fn add(&mut self, anchor: &Anchor, times: f64) {
        let looks = if anchor.kind.is_cell() { &mut self.cells } else { &mut self.near };
        looks.heard += times;
        let (physics, reference_dbm) = anchor.radio();
        let part = times / f64::from(RINGS);
        for ring in 0..RINGS {
            let within = (f64::from(ring) + 0.5) / f64::from(RINGS);
            let distance_m = REACH_SIGMA * anchor.reach_m * (-2.0 * (1.0 - within).ln()).sqrt();
            let rssi_dbm = Some(physics.power_dbm(reference_dbm, distance_m));
            let variance_m2 = anchor_variance_m2(&Anchor { rssi_dbm, ..*anchor });
            let place_m = anchor.covariance.sigma_m();
            let scatter_m2 = place_m.mul_add(place_m, 0.5 * distance_m * distance_m);
            looks.weight += part / variance_m2;
            looks.weight_squared += part / (variance_m2 * variance_m2);
            looks.spread += part * (1.0 + scatter_m2 / variance_m2);
        }
    }

    /// What is heard where all of it is heard so many times as often.
    #[must_use]
    pub fn times(&self, times: f64) -> Self {
        Self { near: self.near.times(times), cells: self.cells.times(times) }
    }

    /// How many transmitters are heard.
    pub fn n_heard(&self) -> f64 {
        self.near.heard + self.cells.heard
    }

    /// The median error expected of an answer, m; `nothing_m` where nothing answers.
    ///
    /// Where two boxes are heard or more they answer, else cells do; how often is a matter of chance, and the median lies
    /// between the two accordingly.
    pub fn median_m(&self, calibration: &Calibration, nothing_m: f64) -> f64 {
        let expected_m = |classes: &[(Class, f64)], sigma_m| {
            let logs = classes
                .iter()
                .map(|(class, share)| share * calibration.expected_m(*class, sigma_m).ln());
            logs.sum::<f64>().exp()
        };
        let far = self.cells.sigma_m();
        let far_m =
            far.map_or(nothing_m, |sigma_m| expected_m(&cell_classes(self.cells.heard), sigma_m));
        let Some(sigma_m) = self.near.sigma_m() else { return far_m };
        let near_m = OFF_SHARE * expected_m(&near_classes(self.near.heard), sigma_m);
        let answers = 1.0 - chance(self.near.heard, 0..=1);
        answers.mul_add(near_m.ln(), (1.0 - answers) * far_m.max(near_m).ln()).exp()
    }
}

/// Of the answers from boxes where so many are heard the share of each kind.
fn near_classes(heard: f64) -> [(Class, f64); 3] {
    let heard = heard.max(HEARD_MIN);
    let answers = 1.0 - chance(heard, 0..=1);
    let [two, few] = [2..=2, 3..=5].map(|n| chance(heard, n) / answers);
    [(Class::WifiTwo, two), (Class::WifiFew, few), (Class::WifiMany, 1.0 - two - few)]
}

/// The same of those from cells.
fn cell_classes(heard: f64) -> [(Class, f64); 2] {
    let heard = heard.max(HEARD_MIN);
    let one = chance(heard, 1..=1) / (1.0 - chance(heard, 0..=0));
    [(Class::CellOne, one), (Class::CellMany, 1.0 - one)]
}

/// How likely it is to hear one of these numbers of transmitters where so many are heard in the mean (Poisson).
fn chance(heard: f64, numbers: RangeInclusive<u32>) -> f64 {
    let one =
        |number: u32| (1..=number).fold((-heard).exp(), |chance, n| chance * heard / f64::from(n));
    numbers.map(one).sum()
}

impl Looks {
    fn times(self, times: f64) -> Self {
        Self {
            heard: times * self.heard,
            weight: times * self.weight,
            weight_squared: times * self.weight_squared,
            spread: times * self.spread,
        }
    }

    /// The solver's σ, m; `None` of nothing.
    fn sigma_m(self) -> Option<f64> {
        let looks = (self.weight * self.weight / self.weight_squared).clamp(1.0, LOOKS_MAX);
        (self.weight > 0.0).then(|| (self.spread / (self.weight * looks)).sqrt())
    }
}

#[cfg(test)]
#[path = "expect_tests.rs"]
mod tests;
