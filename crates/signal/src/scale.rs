//! Which scans are harder than σ says: powers that the believed places do not explain.
//!
//! Behind walls a phone is farther off than among the same transmitters on the pavement. What it hears shows that:
//! most is stronger than expected where it is believed to be, for it is nearer to something than any place believed.
//! How much that is worth is measured on the same held-out evidence as the factors ([`crate::calibration`]).

use crate::class::Class;
use crate::ridge::ridge;
use crate::sample::{Sample, n_effective};
use crate::solve::{Anchor, Members};
use cairn_ground::Enu;

/// How σ is scaled by what a scan looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The logarithm of the factor on σ: these times 1, ln σ (m) and the mean residual of powers (10 dB).
    pub coefficients: [f64; 3],
}

/// Least distance at which powers are expected, m. Source: choice, about a floor.
const DISTANCE_MIN_M: f64 = 3.0;
/// Fixes that are less sure tell too little of what an answer erred, m (σ per axis).
/// Source: measured on the demo town, docs/measured/accuracy.md.
const FIX_SIGMA_MAX_M: f64 = 8.0;
/// Least samples a scale is learned from. Source: as many as a venue's promise.
const SAMPLES_MIN: usize = 60;
/// Least independent witnesses it is learned from. Source: as a class' domain.
const VOICES_MIN: f64 = 3.0;
/// Pull of the coefficients towards σ as it is, in samples. Source: as a venue's promise.
const PULL: f64 = 20.0;
/// Least error in the logarithm, m. Source: the finest truth any evidence states.
const ERROR_MIN_M: f64 = 1.0;
/// Bounds of the factor's logarithm. Source: choice, half and four times σ.
const LOG_FACTOR: std::ops::RangeInclusive<f64> = -0.7..=1.4;

/// The mean of the powers an answer rests on less those expected there, dB; 0 where none is stated.
pub(crate) fn residual_db(members: &Members, anchors: &[Anchor], at: Enu) -> f64 {
    let (mut n, mut sum_db) = (0.0, 0.0);
    for anchor in members.iter().map(|index| &anchors[index]) {
        let Some(rssi_dbm) = anchor.rssi_dbm else { continue };
        n += 1.0;
        sum_db += rssi_dbm - expected_dbm(anchor, at);
    }
    if n > 0.0 { sum_db / n } else { 0.0 }
}

/// The power expected of a transmitter somewhere, dBm: at its distance and, in squares, at how unsure its place is.
#[expect(clippy::suboptimal_flops, reason = "as in `meet`")]
fn expected_dbm(anchor: &Anchor, at: Enu) -> f64 {
    let (physics, reference_dbm) = anchor.radio();
    let (east_m, north_m) = (anchor.at.east_m - at.east_m, anchor.at.north_m - at.north_m);
    let apart_m2 = (east_m * east_m + north_m * north_m).max(DISTANCE_MIN_M * DISTANCE_MIN_M);
    let place = &anchor.covariance;
    let distance_m2 = apart_m2 + f64::midpoint(place.ee_m2, place.nn_m2);
    physics.power_at_square_dbm(reference_dbm, distance_m2)
}

impl Scale {
    /// Of a map that was never measured: σ as it is.
    pub const NONE: Self = Self { coefficients: [0.0; 3] };

    /// Learns from held-out answers and how much each counts; those from cells say nothing.
    ///
    /// On the samples it learns from the factor's geometric mean is 1, so that the classes' factors mean what they
    /// mean without it.
    pub(crate) fn fit(samples: &[Sample], weights: &[f64]) -> Self {
        let told = samples.iter().zip(weights).filter(|(sample, _)| tells(sample));
        let told: Vec<(&Sample, f64)> = told.map(|(sample, weight)| (sample, *weight)).collect();
        let witnesses: Vec<&Sample> = told.iter().map(|(sample, _)| *sample).collect();
        if told.len() < SAMPLES_MIN || n_effective(&witnesses) < VOICES_MIN {
            return Self::NONE;
        }
        let rows = told.iter().map(|(sample, weight)| {
            let log = (sample.error_m.max(ERROR_MIN_M) / sigma_m(sample.sigma_m)).ln();
            (signs(sample.sigma_m, sample.residual_db), log, *weight)
        });
        let Some(mut coefficients) = ridge(rows, PULL) else { return Self::NONE };
        coefficients[0] = 0.0;
        let free = Self { coefficients };
        let total: f64 = told.iter().map(|(_, weight)| weight).sum();
        let mean: f64 = told.iter().map(|(s, w)| w * free.log(s.sigma_m, s.residual_db)).sum();
        coefficients[0] = -mean / total;
        Self { coefficients }
    }

    /// σ as the scan makes it, m.
    pub fn sigma_m(&self, class: Class, sigma_m: f64, residual_db: f64) -> f64 {
        if class.is_cell() || *self == Self::NONE {
            return sigma_m;
        }
        let log = self.log(sigma_m, residual_db);
        sigma_m * log.clamp(*LOG_FACTOR.start(), *LOG_FACTOR.end()).exp()
    }

    fn log(&self, sigma_m: f64, residual_db: f64) -> f64 {
        signs(sigma_m, residual_db).iter().zip(self.coefficients).map(|(sign, it)| sign * it).sum()
    }
}

/// True of a sample whose fix says how far off the answer was.
fn tells(sample: &Sample) -> bool {
    !sample.class.is_cell() && sample.fix_sigma_m <= FIX_SIGMA_MAX_M
}

fn signs(of_m: f64, residual_db: f64) -> [f64; 3] {
    [1.0, sigma_m(of_m).ln(), residual_db / 10.0]
}

/// A σ that has a logarithm, m.
fn sigma_m(sigma_m: f64) -> f64 {
    sigma_m.max(0.1)
}

#[cfg(test)]
#[path = "scale_tests.rs"]
mod tests;
