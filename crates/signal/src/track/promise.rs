//! Radii along a track: the share of a scan's own radius that smoothing cannot take away, and the filter's σ.

use super::belief::Belief;
use super::{Moment, seconds};
use cairn_ground::{Confidence, Radii};

/// Share of the radii of single scans nearby that stays in those of a track: their errors are alike along a
/// whole walk, and do not average out. Source: measured on folds of indoor-ms, docs/measured/accuracy.md.
const SHARED: f64 = 0.8;
/// Time around a scan whose neighbours count, s. Source: 30 m on foot, a few times how far errors are alike.
const NEAR_S: f64 = 30.0;

/// The radii at each instant.
pub(super) fn radii(moments: &[Moment], beliefs: &[Belief]) -> Vec<Radii> {
    moments
        .iter()
        .zip(beliefs)
        .map(|(moment, belief)| radii_at(moment.at_ms, moments, belief))
        .collect()
}

fn radii_at(at_ms: i64, moments: &[Moment], belief: &Belief) -> Radii {
    let reach_ms = 3 * 1_000 * 30;
    let from = moments.partition_point(|moment| moment.at_ms < at_ms - reach_ms);
    let near = moments[from..].iter().take_while(|moment| moment.at_ms <= at_ms + reach_ms);
    let mut sums = [0.0; 4];
    let mut weights = 0.0;
    for moment in near {
        let Some(sight) = &moment.sight else { continue };
        let weight = (-seconds((moment.at_ms - at_ms).abs()) / NEAR_S).exp();
        weights += weight;
        for (sum, level) in sums.iter_mut().zip(Confidence::ALL) {
            *sum = weight.mul_add(sight.radii.at_m(level).ln(), *sum);
        }
    }
    let sigma_m = belief.sigma_m();
    Radii::rising(std::array::from_fn(|index| {
        let level = Confidence::ALL[index];
        let alike_m = if weights > 0.0 { SHARED * (sums[index] / weights).exp() } else { 0.0 };
        alike_m.hypot(level.rayleigh() * sigma_m)
    }))
}
