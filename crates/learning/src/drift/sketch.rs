//! A distribution in a few hundred counts: bins that grow with the number, so that two merge exactly.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much wider each bin is than the one before: numbers come back within 2.5 %.
///
/// # Source
/// Masson, Rim, Lee, *`DDSketch`*, VLDB 2019, with α = 0.0244.
const GROWTH: f64 = 1.05;
/// Numbers nearer to zero than this are zero.
const LEAST: f64 = 1e-6;
/// The outermost bin: beyond 10¹² all numbers are one.
const BIN_MAX: f64 = 850.0;

/// How often which numbers came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sketch {
    bins: BTreeMap<i16, u64>,
    n_missing: u64,
    n: u64,
}

impl Sketch {
    /// Counts a number; what is no number is missing.
    pub fn add(&mut self, value: f64) {
        self.n += 1;
        if value.is_nan() {
            self.n_missing += 1;
        } else {
            *self.bins.entry(bin(value)).or_default() += 1;
        }
    }

    /// Counts all that another counted.
    pub fn merge(&mut self, other: &Self) {
        for (bin, n) in &other.bins {
            *self.bins.entry(*bin).or_default() += n;
        }
        self.n_missing += other.n_missing;
        self.n += other.n;
    }

    /// Numbers, those that are missing among them.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Those that are missing.
    pub const fn n_missing(&self) -> u64 {
        self.n_missing
    }

    /// The number that this share lies at or below, of those not missing.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let n = self.n - self.n_missing;
        let rank = ((share.clamp(0.0, 1.0) * n as f64).ceil() as u64).max(1);
        let mut below = 0;
        let found = self.bins.iter().find(|(_, n)| {
            below += **n;
            below >= rank
        });
        found.map(|(bin, _)| middle(*bin))
    }

    /// Whether its counts are those of so many numbers.
    pub(super) fn is_of(&self, n: u64) -> bool {
        let in_bins = self.bins.values().try_fold(self.n_missing, |sum, n| sum.checked_add(*n));
        let is_bin = |bin: &i16| f64::from(bin.unsigned_abs()) <= BIN_MAX + 1.0;
        self.n == n && in_bins == Some(n) && self.bins.keys().all(is_bin)
    }

    /// Each bin with its count, in the order of their numbers.
    pub(super) const fn bins(&self) -> &BTreeMap<i16, u64> {
        &self.bins
    }
}

fn bin(value: f64) -> i16 {
    let size = value.abs();
    if size < LEAST {
        return 0;
    }
    let at = ((size / LEAST).ln() / GROWTH.ln()).floor().min(BIN_MAX) as i16 + 1;
    if value < 0.0 { -at } else { at }
}

fn middle(bin: i16) -> f64 {
    if bin == 0 {
        return 0.0;
    }
    let size = LEAST * GROWTH.powf(f64::from(bin.unsigned_abs()) - 0.5);
    if bin < 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        for value in values {
            sketch.add(*value);
        }
        sketch
    }

    proptest! {
        #[test]
        fn merged_in_any_way_it_is_the_sketch_of_all(
            one in prop::collection::vec(any::<f64>(), 0..50),
            two in prop::collection::vec(any::<f64>(), 0..50),
        ) {
            let (mut there, mut back) = (of(&one), of(&two));
            there.merge(&of(&two));
            back.merge(&of(&one));
            prop_assert_eq!(&there, &back);
            prop_assert_eq!(there, of(&[one, two].concat()));
        }

        #[test]
        fn a_number_comes_back_nearly(value in -1e9_f64..1e9) {
            let found = of(&[value]).quantile(0.5).unwrap();
            prop_assert!((found - value).abs() <= 0.025 * value.abs() + LEAST, "{} {}", value, found);
        }
    }

    #[test]
    fn quantiles_stand_in_order_and_the_missing_are_counted_apart() {
        let sketch = of(&[-5.0, f64::NAN, 0.0, 10.0, 1_000.0, f64::INFINITY]);
        let at = [0.0, 0.3, 0.5, 0.7, 1.0].map(|share| sketch.quantile(share).unwrap());
        assert!(at.is_sorted() && at[1].abs() < 1e-9 && at[4] > 9e11, "{at:?}");
        assert_eq!((sketch.n(), sketch.n_missing()), (6, 1));
        assert_eq!(of(&[f64::NAN]).quantile(0.5), None);
    }
}
