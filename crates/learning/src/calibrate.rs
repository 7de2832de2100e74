//! What a score is worth: radii that hold their share of what was never taught, probabilities that come true.
//!
//! Scores come from forests that never saw the row (cross-fitting), so the factors are conformal.
//!
//! # Source
//! Vovk, Gammerman, Shafer, *Algorithmic Learning in a Random World* (2005); with groups: Dunn, Wasserman,
//! Ramdas, JASA 118 (2023), as crates/signal/src/calibration.rs.

use cairn_ground::Radii;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Promised levels.
pub const LEVELS: [f64; 4] = [0.5, 0.68, 0.9, 0.95];
/// Contributors' worth of the pooled factors in a stratum's own.
const POOL_CONTRIBUTORS: f64 = 3.0;
/// Least and greatest factor.
const FACTOR: (f64, f64) = (0.02, 50.0);
/// Temperatures that are tried, as powers of this.
const TEMPERATURE_STEP: f64 = 1.05;

/// A row's raw word and what was so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Which kind of row: what its method is.
    pub stratum: u8,
    /// The raw radius at each level, m.
    pub raw_m: [f64; 4],
    /// The error, m.
    pub error_m: f64,
    /// Whose.
    pub contributor: u64,
}

/// Factors from raw radii to promised ones, for each stratum.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Radial {
    /// Of strata that are not named below.
    pub pooled: [f64; 4],
    /// Of each stratum.
    pub strata: BTreeMap<u8, [f64; 4]>,
}

impl Radial {
    /// Measures the factors.
    pub fn fit(scored: &[Scored]) -> Self {
        let all: Vec<&Scored> = scored.iter().collect();
        let pooled = factors(&all).unwrap_or([1.0; 4]);
        let mut by_stratum: BTreeMap<u8, Vec<&Scored>> = BTreeMap::new();
        for one in scored {
            by_stratum.entry(one.stratum).or_default().push(one);
        }
        let strata = by_stratum.into_iter().filter_map(|(stratum, of)| {
            let (own, n) = (factors(&of)?, n_contributors(&of));
            let share = n / (n + POOL_CONTRIBUTORS);
            let blend =
                |(own, pooled): (f64, f64)| (share * own.ln() + (1.0 - share) * pooled.ln()).exp();
            let mut blended = [0.0; 4];
            for (slot, pair) in blended.iter_mut().zip(own.into_iter().zip(pooled)) {
                *slot = blend(pair);
            }
            Some((stratum, blended))
        });
        Self { strata: strata.collect(), pooled }
    }

    /// Every factor through a function.
    #[must_use]
    pub fn map(self, change: impl Fn(f64) -> f64) -> Self {
        let strata = self.strata.into_iter().map(|(stratum, it)| (stratum, it.map(&change)));
        Self { strata: strata.collect(), pooled: self.pooled.map(&change) }
    }

    /// The promised radii of a row.
    pub fn radii(&self, stratum: u8, raw_m: [f64; 4]) -> Radii {
        let factors = self.strata.get(&stratum).unwrap_or(&self.pooled);
        let mut radii_m = raw_m;
        for (radius_m, factor) in radii_m.iter_mut().zip(factors) {
            *radius_m = (*radius_m * factor).max(1.0);
        }
        Radii::rising(radii_m)
    }
}

/// The quantiles of error over raw radius, read a little higher where few contributors speak.
fn factors(scored: &[&Scored]) -> Option<[f64; 4]> {
    if scored.is_empty() {
        return None;
    }
    let weights = weights(scored);
    let n = n_contributors(scored);
    let mut factors = [1.0; 4];
    for (level, slot) in factors.iter_mut().enumerate() {
        let mut ratios: Vec<(f64, f64)> = (scored.iter().zip(&weights))
            .map(|(one, weight)| (one.error_m / one.raw_m[level].max(1e-3), *weight))
            .collect();
        *slot = quantile(&mut ratios, raised(LEVELS[level], n)).clamp(FACTOR.0, FACTOR.1);
    }
    Some(factors)
}

/// The level to read off a sample so that the next contributor is covered; kept off the sample's edge.
fn raised(level: f64, n: f64) -> f64 {
    (level * (1.0 + 1.0 / n)).min(1.0 - (1.0 - level) * n / (n + 1.0))
}

/// A contributor with many rows weighs more than one with few, by the fourth root less.
fn weights(scored: &[&Scored]) -> Vec<f64> {
    let mut n_of: BTreeMap<u64, u32> = BTreeMap::new();
    for one in scored {
        *n_of.entry(one.contributor).or_default() += 1;
    }
    let weight = |one: &&Scored| f64::from(n_of[&one.contributor]).sqrt().sqrt().recip();
    scored.iter().map(weight).collect()
}

fn n_contributors(scored: &[&Scored]) -> f64 {
    let mut all: Vec<u64> = scored.iter().map(|one| one.contributor).collect();
    all.sort_unstable();
    all.dedup();
    all.len() as f64
}

/// The weighted quantile.
fn quantile(values: &mut [(f64, f64)], share: f64) -> f64 {
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    let mut below = 0.0;
    for (value, weight) in values.iter() {
        below += weight;
        if below >= share * total {
            return *value;
        }
    }
    values.last().map_or(1.0, |(value, _)| *value)
}

/// The temperature at which log odds surprise least: above 1 they were too sure.
pub fn temperature(surprise: impl Fn(f64) -> f64) -> f64 {
    let at = |power: i32| TEMPERATURE_STEP.powi(power);
    let best = (-40..=40).min_by(|a, b| surprise(at(*a)).total_cmp(&surprise(at(*b))));
    best.map_or(1.0, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use cairn_ground::Confidence;

    fn scored(n: usize, contributors: u64, width: f64) -> Vec<Scored> {
        let mut dice = Dice::new(5);
        (0..n)
            .map(|row| {
                let scale = 1.0 + 9.0 * dice.unit();
                Scored {
                    stratum: (row % 2) as u8,
                    raw_m: [scale; 4],
                    error_m: scale * dice.gauss().hypot(dice.gauss()) * width,
                    contributor: row as u64 % contributors,
                }
            })
            .collect()
    }

    #[test]
    fn new_rows_are_inside_as_often_as_promised_whatever_the_raw_scale() {
        for width in [1.0, 4.0] {
            let radial = Radial::fit(&scored(4_000, 50, width));
            let asked = scored(8_000, 70, width);
            for (level, promised) in LEVELS.iter().enumerate() {
                let inside = asked[4_000..].iter().filter(|one| {
                    one.error_m <= radial.radii(one.stratum, one.raw_m).at_m(Confidence::ALL[level])
                });
                let found = inside.count() as f64 / 4_000.0;
                assert!((found - promised).abs() < 0.03, "{width} {promised}: {found}");
            }
        }
    }

    #[test]
    fn radii_rise_with_their_level_even_where_factors_do_not() {
        let radial = Radial { pooled: [3.0, 2.0, 1.0, 0.5], strata: BTreeMap::new() };
        let radii = radial.radii(9, [10.0; 4]);
        let all: Vec<f64> = Confidence::ALL.iter().map(|level| radii.at_m(*level)).collect();
        assert!(all.windows(2).all(|pair| pair[0] <= pair[1]), "{all:?}");
    }

    #[test]
    fn few_contributors_read_a_higher_level() {
        assert!(raised(0.95, 3.0) > 0.95 && raised(0.95, 3.0) < 1.0);
        assert!((raised(0.95, 1e6) - 0.95).abs() < 1e-4);
    }

    #[test]
    fn a_temperature_is_found_where_surprise_is_least() {
        let found = temperature(|t| (t - 2.0).powi(2));
        assert!((found - 2.0).abs() < 0.1, "{found}");
    }
}
