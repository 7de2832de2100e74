//! What a lesson's answer costs: distance, a scale that fits it, the level.

use super::net::PLACE_OUTPUTS;

/// Weight of the level's loss. Source: measured, docs/measured/venues.md.
const FLOOR_WEIGHT: f32 = 0.3;
/// Share of the scale in the place's loss; the rest is the plain distance. Source: measured, docs/measured/venues.md.
const SCALE_SHARE: f32 = 0.5;
/// Bounds of the logarithm of the scale. Source: choice, 0.02 to 7 units.
const LOG_SCALE: std::ops::RangeInclusive<f32> = -4.0..=2.0;

/// The gradient of a lesson's loss: distance, scale (as of a two-dimensional Laplace law), level.
pub(super) fn errors(out: &[f32], at: [f32; 2], floor: usize, weight: f32) -> Vec<f32> {
    let (east, north) = (out[0] - at[0], out[1] - at[1]);
    let distance = (east * east + north * north + 4e-4).sqrt();
    let scale = out[2].clamp(*LOG_SCALE.start(), *LOG_SCALE.end()).exp();
    let pull = weight * (3.0 * (1.0 - SCALE_SHARE) + SCALE_SHARE / scale) / distance;
    let mut errors =
        vec![pull * east, pull * north, weight * SCALE_SHARE * (2.0 - distance / scale)];
    let levels = shares(&out[PLACE_OUTPUTS..]);
    errors.extend(levels.into_iter().enumerate().map(|(level, share)| {
        weight * FLOOR_WEIGHT * if level == floor { share - 1.0 } else { share }
    }));
    errors
}

/// Probabilities of levels (softmax).
pub(super) fn shares(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let odds: Vec<f32> = logits.iter().map(|logit| (logit - most).exp()).collect();
    let total: f32 = odds.iter().sum();
    odds.into_iter().map(|odds| odds / total).collect()
}
