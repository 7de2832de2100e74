//! `motion`: what a few seconds of motion sensors say of how somebody moves.

use super::catalog::{Feature, Kind};
use super::statistics::{deviation, mean, quantile};
use std::f32::consts::TAU;

/// Samples a second that intervals are made of.
pub const SAMPLE_HZ: f32 = 25.0;
/// Samples of an interval.
pub const SAMPLES: usize = 64;

/// The features, in the order of [`row`].
pub const FEATURES: [Feature; 20] = [
    Feature::new("push_mean_ms2", "m/s2", Kind::Number),
    Feature::new("push_deviation_ms2", "m/s2", Kind::Number),
    Feature::new("push_range_ms2", "m/s2", Kind::Number),
    Feature::new("jerk_ms2", "m/s2", Kind::Number),
    Feature::new("upright_ms2", "m/s2", Kind::Number),
    Feature::new("level_ms2", "m/s2", Kind::Number),
    Feature::new("upright_drift_ms2", "m/s2", Kind::Number),
    Feature::new("band_0_1", "(m/s2)2", Kind::Number),
    Feature::new("band_1_2", "(m/s2)2", Kind::Number),
    Feature::new("band_2_3", "(m/s2)2", Kind::Number),
    Feature::new("band_3_5", "(m/s2)2", Kind::Number),
    Feature::new("band_5_8", "(m/s2)2", Kind::Number),
    Feature::new("band_8_12", "(m/s2)2", Kind::Number),
    Feature::new("step_hz", "hz", Kind::Number),
    Feature::new("step_strength", "1", Kind::Number),
    Feature::new("turn_mean_rad_s", "rad/s", Kind::Number),
    Feature::new("turn_deviation_rad_s", "rad/s", Kind::Number),
    Feature::new("pressure_slope_hpa_s", "hpa/s", Kind::Number),
    Feature::new("pressure_bend_hpa_s", "hpa/s", Kind::Number),
    Feature::new("pressure_noise_hpa", "hpa", Kind::Number),
];

/// Edges of the bands of energy, Hz. Source: steps are at 1.4 to 2.5 Hz with harmonics; engines and rails above.
const BANDS_HZ: [(f32, f32); 6] =
    [(0.3, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 5.0), (5.0, 8.0), (8.0, 12.0)];
/// Steps looked for, Hz. Source: slow walking to running.
const STEP_HZ: (f32, f32) = (1.2, 3.2);

/// One sample of the sensors.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sample {
    /// Acceleration with gravity, m/s².
    pub push_ms2: [f32; 3],
    /// Turn rate, rad/s.
    pub turn_rad_s: [f32; 3],
}

/// A few seconds.
#[derive(Debug, Clone, Copy)]
pub struct Interval<'a> {
    /// Samples at [`SAMPLE_HZ`], [`SAMPLES`] of them.
    pub samples: &'a [Sample],
    /// Pressure around it: seconds from its middle, hPa.
    pub pressure: &'a [(f32, f32)],
}

/// The row of an interval.
pub fn row(interval: &Interval<'_>) -> [f32; FEATURES.len()] {
    let pushes: Vec<f32> = interval.samples.iter().map(|it| length(it.push_ms2)).collect();
    let turns: Vec<f32> = interval.samples.iter().map(|it| length(it.turn_rad_s)).collect();
    let down = direction(interval.samples);
    let upright: Vec<f32> = interval.samples.iter().map(|it| dot(it.push_ms2, down)).collect();
    let level: Vec<f32> = (interval.samples.iter().zip(&upright))
        .map(|(it, along)| (dot(it.push_ms2, it.push_ms2) - along * along).max(0.0).sqrt())
        .collect();
    let jerks: Vec<f32> = pushes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut sorted = pushes.clone();
    let range = quantile(&mut sorted, 0.95) - quantile(&mut sorted, 0.05);
    let middle = mean(&upright);
    let waves: Vec<f32> = upright.iter().map(|it| it - middle).collect();
    let bands = BANDS_HZ.map(|band| energy(&waves, band));
    let (step_hz, strength) = step(&waves);
    let (slope, bend, noise) = slope(interval.pressure);
    let halves = upright.split_at(upright.len() / 2);
    let mut row = [0.0; FEATURES.len()];
    row[..7].copy_from_slice(&[
        mean(&pushes),
        deviation(&pushes),
        range,
        deviation(&jerks),
        deviation(&upright),
        deviation(&level),
        mean(halves.1) - mean(halves.0),
    ]);
    row[7..13].copy_from_slice(&bands);
    row[13..].copy_from_slice(&[
        step_hz,
        strength,
        mean(&turns),
        deviation(&turns),
        slope,
        bend,
        noise,
    ]);
    row
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn length(a: [f32; 3]) -> f32 {
    dot(a, a).sqrt()
}

/// Where the mean push points: against gravity.
fn direction(samples: &[Sample]) -> [f32; 3] {
    let axis = |axis: usize| {
        let along: Vec<f32> = samples.iter().map(|it| it.push_ms2[axis]).collect();
        mean(&along)
    };
    let sum = [axis(0), axis(1), axis(2)];
    let length = length(sum);
    if length > 0.0 { sum.map(|x| x / length) } else { [0.0, 0.0, 1.0] }
}

/// Energy of the waves in a band, by the sums of Fourier at its lines.
fn energy(waves: &[f32], (from_hz, to_hz): (f32, f32)) -> f32 {
    let n = waves.len().max(1) as f32;
    let line_hz = SAMPLE_HZ / n;
    let (first, last) = ((from_hz / line_hz).ceil() as usize, (to_hz / line_hz).ceil() as usize);
    (first..last)
        .map(|line| {
            let turn = TAU * line as f32 / n;
            let (mut re, mut im) = (0.0_f32, 0.0_f32);
            for (at, wave) in waves.iter().enumerate() {
                let (sin, cos) = (turn * at as f32).sin_cos();
                re += wave * cos;
                im += wave * sin;
            }
            2.0 * (re * re + im * im) / (n * n)
        })
        .sum()
}

/// The frequency at which the waves repeat best, and how well.
fn step(waves: &[f32]) -> (f32, f32) {
    let own: f32 = waves.iter().map(|it| it * it).sum();
    let (shortest, longest) = ((SAMPLE_HZ / STEP_HZ.1) as usize, (SAMPLE_HZ / STEP_HZ.0) as usize);
    if own <= 0.0 || waves.len() <= longest {
        return (f32::NAN, 0.0);
    }
    let like = |lag: usize| {
        let sum: f32 = waves.iter().zip(&waves[lag..]).map(|(a, b)| a * b).sum();
        sum / own * waves.len() as f32 / (waves.len() - lag) as f32
    };
    let best = (shortest..=longest).max_by(|a, b| like(*a).total_cmp(&like(*b)));
    best.map_or((f32::NAN, 0.0), |lag| (SAMPLE_HZ / lag as f32, like(lag)))
}

/// The line through the pressures: its slope, how the later half's differs, and what it leaves.
fn slope(pressure: &[(f32, f32)]) -> (f32, f32, f32) {
    let Some(all) = line(pressure) else { return (f32::NAN, f32::NAN, f32::NAN) };
    let (first, second) = pressure.split_at(pressure.len() / 2);
    let bend = line(second).zip(line(first)).map_or(f32::NAN, |(b, a)| b.0 - a.0);
    let rests: Vec<f32> = pressure.iter().map(|(s, hpa)| hpa - all.0 * s - all.1).collect();
    (all.0, bend, deviation(&rests))
}

fn line(points: &[(f32, f32)]) -> Option<(f32, f32)> {
    let of = |pick: fn(&(f32, f32)) -> f32| mean(&points.iter().map(pick).collect::<Vec<_>>());
    let (x, y) = (of(|it| it.0), of(|it| it.1));
    let along: f32 = points.iter().map(|it| (it.0 - x).powi(2)).sum();
    let slope = points.iter().map(|it| (it.0 - x) * (it.1 - y)).sum::<f32>() / along;
    (points.len() >= 3 && along > 0.0).then_some((slope, y - slope * x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waves(hz: f32, push_ms2: f32) -> Vec<Sample> {
        (0..SAMPLES)
            .map(|n| {
                let wave = push_ms2 * (TAU * hz * n as f32 / SAMPLE_HZ).sin();
                Sample { push_ms2: [0.0, 0.0, 9.81 + wave], turn_rad_s: [0.1, 0.0, 0.0] }
            })
            .collect()
    }

    fn named(row: &[f32], name: &str) -> f32 {
        row[FEATURES.iter().position(|feature| feature.name == name).unwrap()]
    }

    #[test]
    fn steps_are_found_at_their_frequency_and_in_their_band() {
        let samples = waves(1.8, 2.0);
        let row = row(&Interval { samples: &samples, pressure: &[] });
        assert!((named(&row, "step_hz") - 1.8).abs() < 0.15, "{}", named(&row, "step_hz"));
        assert!(named(&row, "step_strength") > 0.9);
        assert!(named(&row, "band_1_2") > 10.0 * named(&row, "band_3_5"));
        assert!(named(&row, "pressure_slope_hpa_s").is_nan());
    }

    #[test]
    fn a_lift_is_a_slope_of_the_pressure_without_steps() {
        let samples = waves(0.0, 0.0);
        let pressure: Vec<(f32, f32)> =
            (0..20).map(|n| (n as f32 / 2.0 - 5.0, 1_000.0 - 0.1 * n as f32)).collect();
        let row = row(&Interval { samples: &samples, pressure: &pressure });
        assert!((named(&row, "pressure_slope_hpa_s") + 0.2).abs() < 1e-3);
        assert!(named(&row, "pressure_bend_hpa_s").abs() < 1e-3);
        assert_eq!(named(&row, "step_strength"), 0.0);
    }
}
