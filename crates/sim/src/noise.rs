//! Spatially correlated shadowing without memory: value noise hashed from (transmitter, grid square).

use crate::geometry::Vec2;
use crate::rng::mix;

/// Standard deviation of the sum of four 16-bit uniform numbers: 2¹⁶ · √(4 / 12).
const LANES_SIGMA: f64 = 37_837.1;

/// A unit-variance, nearly normal number that changes smoothly over `pitch_m` metres.
///
/// The same seed and place always give the same number, so a wall stays where it is: two phones in
/// one spot see one shadow, and the error does not average out by standing still.
///
/// # Source
/// Exponential-like decorrelation of shadowing over 5 to 25 m in streets: M. Gudmundson,
/// *Correlation model for shadow fading*, Electronics Letters 27 (1991). The pitch is our choice.
pub(crate) fn shadow(seed: u64, at: Vec2, pitch_m: f64) -> f64 {
    let (x, y) = (at.east_m / pitch_m, at.north_m / pitch_m);
    let (x0, y0) = (x.floor(), y.floor());
    let (u, v) = (smooth(x - x0), smooth(y - y0));
    let (gx, gy) = (x0 as i64, y0 as i64);
    let weights = [(1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v];
    let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
    let mut sum = 0.0;
    let mut power = 0.0;
    for (weight, (dx, dy)) in weights.into_iter().zip(corners) {
        sum += weight * corner(seed, gx + dx, gy + dy);
        power += weight * weight;
    }
    sum / power.sqrt()
}

fn smooth(t: f64) -> f64 {
    t * t * (3.0 - 2.0 * t)
}

fn corner(seed: u64, x: i64, y: i64) -> f64 {
    let place = (x as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (y as u64).rotate_left(32);
    let bits = mix(seed ^ mix(place));
    let lanes = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
    (lanes as f64 - 131_070.0) / LANES_SIGMA
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn shadowing_has_unit_variance_and_is_correlated_nearby_only() {
        let mut rng = Rng::new(3, 0);
        let (mut square, mut near, mut far) = (0.0, 0.0, 0.0);
        let n = 40_000;
        for seed in 0..n {
            let at = Vec2::new(rng.between(-500.0, 500.0), rng.between(-500.0, 500.0));
            let here = shadow(seed, at, 15.0);
            square += here * here;
            near += here * shadow(seed, at.plus(Vec2::new(2.0, 0.0)), 15.0);
            far += here * shadow(seed, at.plus(Vec2::new(0.0, 60.0)), 15.0);
        }
        let n = n as f64;
        assert!((square / n - 1.0).abs() < 0.05, "{}", square / n);
        assert!(near / n > 0.85, "{}", near / n);
        assert!((far / n).abs() < 0.05, "{}", far / n);
    }
}
