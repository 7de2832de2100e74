//! What a phone's motion sensors feel: standing, walking, riding, going up and down.

use crate::rng::{Rng, mix2};
use std::f32::consts::TAU;

/// Samples a second.
const SAMPLE_HZ: f32 = 25.0;
/// Gravity, m/s².
const GRAVITY_MS2: f32 = 9.81;
/// Pressure lost by a metre up, hPa. Source: ICAO standard atmosphere near the ground.
const HPA_PER_M: f32 = 0.12;
/// Intervals of one manner before the next: least and most.
const STAYS: (usize, usize) = (4, 14);
/// Manners one after the other in a sequence.
const CHANGES: usize = 6;

/// How somebody moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Manner {
    /// Stands or sits.
    Still = 0,
    /// Walks on the level.
    Walk = 1,
    /// Rides a car or bus.
    Vehicle = 2,
    /// Takes stairs or a lift up.
    Up = 3,
    /// The same down.
    Down = 4,
}

impl Manner {
    /// All manners.
    pub const ALL: [Self; 5] = [Self::Still, Self::Walk, Self::Vehicle, Self::Up, Self::Down];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Still => "still",
            Self::Walk => "walk",
            Self::Vehicle => "vehicle",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// One sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Felt {
    /// Acceleration with gravity, m/s².
    pub push_ms2: [f32; 3],
    /// Turn rate, rad/s.
    pub turn_rad_s: [f32; 3],
}

/// A few seconds of one manner.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// How the phone's owner moves.
    pub manner: Manner,
    /// The samples.
    pub felt: Vec<Felt>,
    /// Seconds from the middle, pressure in hPa; nothing from a phone without a barometer.
    pub pressure: Vec<(f32, f32)>,
}

/// What decides how one manner feels.
struct Feel {
    step_hz: f32,
    step_ms2: f32,
    shake_ms2: f32,
    turn_rad_s: f32,
    climb_m_s: f32,
    lurch_ms2: f32,
}

/// A sequence of intervals of one phone (X1: equal seeds give equal sequences).
pub fn sequence(seed: u64, n_samples: usize) -> Vec<Interval> {
    let mut rng = Rng::new(mix2(seed, 0x0069_6d75), 1);
    let has_barometer = rng.chance(0.6);
    let tilt = [rng.gauss() as f32, rng.gauss() as f32, 1.0 + rng.gauss().abs() as f32];
    let length = tilt.iter().map(|x| x * x).sum::<f32>().sqrt();
    let down = tilt.map(|x| x / length);
    let (mut hpa, mut intervals) = (1_000.0 + 15.0 * rng.gauss() as f32, Vec::new());
    for _ in 0..CHANGES {
        let manner = Manner::ALL[rng.weighted(&[0.25, 0.35, 0.2, 0.1, 0.1])];
        let feel = feel(manner, &mut rng);
        for _ in 0..STAYS.0 + rng.below(STAYS.1 - STAYS.0) {
            let felt = felt(&feel, down, n_samples, &mut rng);
            let seconds = n_samples as f32 / SAMPLE_HZ;
            let slope = -HPA_PER_M * feel.climb_m_s;
            let pressure = |n: usize| {
                let s = seconds * (n as f32 / 9.0 - 0.5);
                (s, hpa + slope * s + 0.015 * rng.gauss() as f32)
            };
            let pressure = if has_barometer { (0..10).map(pressure).collect() } else { Vec::new() };
            hpa += slope * seconds;
            intervals.push(Interval { manner, felt, pressure });
        }
    }
    intervals
}

fn feel(manner: Manner, rng: &mut Rng) -> Feel {
    let mut between = |low: f64, high: f64| rng.between(low, high) as f32;
    let climb_m_s = match manner {
        Manner::Up => between(0.2, 1.2),
        Manner::Down => -between(0.2, 1.2),
        Manner::Still | Manner::Walk | Manner::Vehicle => 0.0,
    };
    let is_lift = climb_m_s.abs() > 0.7;
    let walks = matches!(manner, Manner::Walk) || (climb_m_s != 0.0 && !is_lift);
    let rides = manner == Manner::Vehicle;
    Feel {
        step_hz: between(1.5, 2.2),
        step_ms2: if walks { between(0.8, 2.5) } else { 0.0 },
        shake_ms2: if rides { between(0.25, 0.8) } else { between(0.03, 0.12) },
        turn_rad_s: if walks { between(0.3, 0.9) } else { between(0.01, 0.12) },
        climb_m_s,
        lurch_ms2: if rides { between(0.2, 0.8) } else { 0.0 },
    }
}

fn felt(feel: &Feel, down: [f32; 3], n_samples: usize, rng: &mut Rng) -> Vec<Felt> {
    let (phase, lurch) = (TAU * rng.between(0.0, 1.0) as f32, feel.lurch_ms2 * rng.gauss() as f32);
    (0..n_samples)
        .map(|n| {
            let at = TAU * feel.step_hz * n as f32 / SAMPLE_HZ + phase;
            let along = GRAVITY_MS2 + feel.step_ms2 * (at.sin() + 0.4 * (2.0 * at).sin());
            let mut axis = |axis: usize, extra: f32| {
                along * down[axis] + extra + feel.shake_ms2 * rng.gauss() as f32
            };
            let push_ms2 = [axis(0, lurch), axis(1, 0.0), axis(2, 0.0)];
            let turn =
                |rng: &mut Rng| feel.turn_rad_s * (0.5 * at).sin() + 0.02 * rng.gauss() as f32;
            Felt { push_ms2, turn_rad_s: [turn(rng), turn(rng), turn(rng)] }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_feel_alike_and_all_manners_are_felt() {
        // invariant: X1
        assert_eq!(sequence(3, 64), sequence(3, 64));
        assert_ne!(sequence(3, 64), sequence(4, 64));
        let all: Vec<Interval> = (0..20).flat_map(|seed| sequence(seed, 64)).collect();
        assert!(Manner::ALL.iter().all(|manner| all.iter().any(|it| it.manner == *manner)));
        assert!(all.iter().all(|it| it.felt.len() == 64));
    }

    #[test]
    fn whoever_goes_up_feels_the_pressure_fall() {
        let all: Vec<Interval> = (0..40).flat_map(|seed| sequence(seed, 64)).collect();
        let slope = |manner: Manner| {
            let of = all.iter().filter(|it| it.manner == manner && !it.pressure.is_empty());
            of.map(|it| it.pressure[9].1 - it.pressure[0].1).sum::<f32>()
        };
        assert!(slope(Manner::Up) < -1.0 && slope(Manner::Down) > 1.0);
    }
}
