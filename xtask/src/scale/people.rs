//! The people: drawn devices, each with a cell, a region, a time of day and a rate.

use super::figures::{
    CELL_SIGMA, CELLS_PER_REGION, DEVICE_SIGMA, DEVICES, DRAWN, EDGE_H, HOURS, REGIONS,
    REPORTS_PER_DEVICE_DAY,
};
use std::f64::consts::TAU;

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;
/// Minutes of a day.
pub(super) const DAY_MIN: usize = 1_440;

/// Quarters of an hour in a day: clocks of cells differ by whole ones.
pub(super) const QUARTERS: usize = DAY_MIN / 15;

/// A coarse cell of the globe with the reports that come from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) region: usize,
    /// Quarters of an hour its clock is ahead of UTC.
    pub(super) ahead: usize,
    /// Reports a second, mean of a day.
    pub(super) mean_per_s: f64,
}

/// Reports a second, mean of a day, by how far clocks are ahead.
pub(super) type ByClock = [f64; QUARTERS];

/// The profile of a day by the minute; its mean is 1.
#[derive(Debug)]
pub(super) struct Day(Vec<f64>);

impl Day {
    pub(super) fn new() -> Self {
        Self((0..DAY_MIN).map(by_hour).collect())
    }

    /// Reports a second of people on these clocks in a minute of UTC's day.
    pub(super) fn per_s(&self, people: &ByClock, minute: usize) -> f64 {
        let at = |ahead: usize| self.0[(minute + 15 * ahead) % DAY_MIN];
        people
            .iter()
            .enumerate()
            .filter(|(_, mean)| **mean > 0.0)
            .map(|(ahead, mean)| mean * at(ahead))
            .sum()
    }
}

/// Bits without a pattern. Source: Steele, Lea, Flood, 2014: the finalizer of splitmix64.
pub(super) const fn mixed(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Numbers that look random and are the same each time. Source: as [`mixed`].
struct Chance(u64);

impl Chance {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let unit = (mixed(self.0) >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }

    /// A log-normal number of mean 1. Source: Box and Muller, 1958.
    fn lognormal(&mut self, sigma: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let gauss = radius * (TAU * self.unit()).cos();
        sigma.mul_add(gauss, -sigma * sigma / 2.0).exp()
    }
}

/// All cells, with the devices drawn into them.
pub(super) fn cells(seed: u64) -> Vec<Cell> {
    let mut chance = Chance(seed);
    let mut cells = Vec::new();
    let mut people = Vec::new();
    for (region, of) in REGIONS.iter().enumerate() {
        for _ in 0..CELLS_PER_REGION {
            let ahead_h =
                2.0_f64.mul_add(chance.unit(), -1.0).mul_add(EDGE_H, of.ahead_h).rem_euclid(24.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 96 quarters"
            )]
            let ahead = (ahead_h * 4.0) as usize % QUARTERS;
            cells.push(Cell { region, ahead, mean_per_s: 0.0 });
            people.push(of.share * chance.lognormal(CELL_SIGMA));
        }
    }
    let filled = filled(&people);
    let each_per_s = DEVICES / f64::from(DRAWN) * REPORTS_PER_DEVICE_DAY / DAY_S;
    for _ in 0..DRAWN {
        let at = chance.unit() * filled.last().copied().unwrap_or(0.0);
        let home = filled.partition_point(|sum| *sum <= at).min(cells.len() - 1);
        cells[home].mean_per_s += each_per_s * chance.lognormal(DEVICE_SIGMA);
    }
    cells
}

/// Sums of all before and with each.
fn filled(weights: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    weights.iter().map(|weight| (sum += weight, sum).1).collect()
}

/// The profile of the day at a local minute, between the hours' middles; its mean is 1.
fn by_hour(minute: usize) -> f64 {
    let mean = HOURS.iter().sum::<f64>() / 24.0;
    let shifted = minute + DAY_MIN - 30;
    let (hour, past) = (shifted / 60 % 24, shifted % 60);
    #[expect(clippy::cast_precision_loss, reason = "below 60")]
    let share = past as f64 / 60.0;
    share.mul_add(HOURS[(hour + 1) % 24] - HOURS[hour], HOURS[hour]) / mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_s_profile_keeps_the_mean_and_all_devices_are_somewhere() {
        let mean = (0..DAY_MIN).map(by_hour).sum::<f64>() / 1_440.0;
        assert!((mean - 1.0).abs() < 1e-9, "{mean}");
        let cells = cells(1);
        let all_per_s: f64 = cells.iter().map(|cell| cell.mean_per_s).sum();
        let expected = DEVICES * REPORTS_PER_DEVICE_DAY / DAY_S;
        assert!((all_per_s / expected - 1.0).abs() < 0.02, "{all_per_s} of {expected}");
        let largest = cells.iter().map(|cell| cell.mean_per_s).fold(0.0, f64::max) / all_per_s;
        assert!((0.003..0.05).contains(&largest), "{largest}");
    }

    #[test]
    fn equal_seeds_draw_equal_people() {
        let sum = |seed| {
            cells(seed).iter().map(|cell| cell.mean_per_s.to_bits()).fold(0, u64::wrapping_add)
        };
        assert_eq!(sum(7), sum(7));
        assert_ne!(sum(7), sum(8));
    }
}
