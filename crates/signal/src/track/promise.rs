//! Radii along a track: the share of a scan's own radius that smoothing cannot take away, and the filter's σ.

use super::belief::Belief;
use super::doubt::excess;
use super::smooth::Smoothed;
use super::{Moment, seconds};
use cairn_ground::{Confidence, Radii};

/// What radii along a track are made of.
#[derive(Debug, Clone, Copy)]
struct Parts {
    /// Share of the radii of single scans nearby that stays: their errors are alike along a whole walk, and
    /// do not average out.
    shared: f64,
    /// Share of the filter's own σ, which is wide where it takes errors for alike.
    own: f64,
}

/// Where steps tell the way. Source: measured on folds of indoor-ms, docs/measured/accuracy.md.
const WITH_STEPS: Parts = Parts { shared: 0.85, own: 0.5 };
/// Where they do not. Source: as [`WITH_STEPS`].
const WITHOUT_STEPS: Parts = Parts { shared: 0.9, own: 1.0 };
/// Time around a scan whose neighbours count, s. Source: 30 m on foot, a few times how far errors are alike.
const NEAR_S: f64 = 30.0;
/// Time beyond which they do not, ms. Source: three times [`NEAR_S`], a twentieth of the weight.
const NEAR_MS_MAX: i64 = 90_000;

/// The radii at each instant, and whether most of the single scans' radii that they share are extrapolated.
pub(super) fn radii(moments: &[Moment], smoothed: &Smoothed) -> Vec<(Radii, bool)> {
    let excess = excess(moments, &smoothed.misfits);
    let believed = smoothed.beliefs.iter().zip(&smoothed.is_walked).zip(excess);
    moments
        .iter()
        .zip(believed)
        .map(|(moment, ((belief, is_walked), excess))| {
            let parts = if *is_walked { WITH_STEPS } else { WITHOUT_STEPS };
            // A track that lies farther from its scans than they promise is no surer of itself than so far.
            let parts = Parts { shared: parts.shared * excess.max(1.0).sqrt(), ..parts };
            radii_at(moment.at_ms, moments, belief, parts)
        })
        .collect()
}

fn radii_at(at_ms: i64, moments: &[Moment], belief: &Belief, parts: Parts) -> (Radii, bool) {
    let from = moments.partition_point(|moment| moment.at_ms < at_ms - NEAR_MS_MAX);
    let near = moments[from..].iter().take_while(|moment| moment.at_ms <= at_ms + NEAR_MS_MAX);
    let mut sums = [0.0; 4];
    let (mut weights, mut extrapolated) = (0.0, 0.0);
    for moment in near {
        let Some(sight) = &moment.sight else { continue };
        let weight = (-seconds((moment.at_ms - at_ms).abs()) / NEAR_S).exp();
        weights += weight;
        extrapolated += f64::from(u8::from(sight.extrapolated)) * weight;
        for (sum, level) in sums.iter_mut().zip(Confidence::ALL) {
            *sum = weight.mul_add(sight.radii.at_m(level).ln(), *sum);
        }
    }
    let sigma_m = belief.sigma_m();
    let radii = Radii::rising(std::array::from_fn(|index| {
        let level = Confidence::ALL[index];
        let alike_m =
            if weights > 0.0 { parts.shared * (sums[index] / weights).exp() } else { 0.0 };
        alike_m.hypot(parts.own * level.rayleigh() * sigma_m)
    }));
    (radii, 2.0 * extrapolated > weights)
}
