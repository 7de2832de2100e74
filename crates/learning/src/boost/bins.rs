//! Quantile bins: each feature's numbers as at most 255 steps, so that a histogram is small.

use super::matrix::Matrix;
use crate::limits::{BIN_SAMPLE_MAX, BINS_MAX};

/// A matrix in bins, a column at a time.
#[derive(Debug)]
pub(super) struct Binned {
    /// The bin of each row, for each feature.
    pub(super) bins: Vec<Vec<u8>>,
    /// The upper bounds of the bins of each feature but its last, rising.
    pub(super) bounds: Vec<Vec<f32>>,
}

impl Binned {
    /// Bins every column.
    pub(super) fn of(matrix: &Matrix) -> Self {
        let n_features = matrix.n_features();
        let bounds: Vec<Vec<f32>> =
            (0..n_features).map(|feature| bounds(matrix.column(feature))).collect();
        let bins = (0..n_features)
            .map(|feature| matrix.column(feature).map(|x| bin(&bounds[feature], x)).collect())
            .collect();
        Self { bins, bounds }
    }

    /// The number up to which a row goes left when a feature splits after `bin`: everything but what is
    /// missing goes left of the last.
    pub(super) fn threshold(&self, feature: usize, bin: usize) -> f32 {
        self.bounds[feature].get(bin).copied().unwrap_or(f32::INFINITY)
    }

    /// Bins of a feature that hold numbers; the one after them holds what is missing.
    pub(super) fn n_bins(&self, feature: usize) -> usize {
        self.bounds[feature].len() + 1
    }
}

/// The bin a number falls into; what is missing has the bin after the last.
fn bin(bounds: &[f32], x: f32) -> u8 {
    let bin =
        if x.is_nan() { bounds.len() + 1 } else { bounds.partition_point(|bound| *bound < x) };
    bin as u8
}

/// Bounds between bins of about equally many rows, none inside a run of equal numbers.
fn bounds(column: impl Iterator<Item = f32>) -> Vec<f32> {
    let values: Vec<f32> = column.filter(|x| !x.is_nan()).collect();
    let step = values.len().div_ceil(BIN_SAMPLE_MAX).max(1);
    let mut sample: Vec<f32> = values.into_iter().step_by(step).collect();
    sample.sort_unstable_by(f32::total_cmp);
    let mut distinct: Vec<(f32, usize)> = Vec::new();
    for x in sample.iter().copied() {
        match distinct.last_mut() {
            Some((last, n)) if last.total_cmp(&x).is_eq() => *n += 1,
            _ => distinct.push((x, 1)),
        }
    }
    // Two of the 255 numbers of a bin are the last one's and what is missing.
    let n_bounds_max = BINS_MAX - 2;
    let per_bin = sample.len().div_ceil(n_bounds_max + 1).max(1);
    let is_every = distinct.len() <= n_bounds_max + 1;
    let (mut bounds, mut n) = (Vec::new(), 0);
    for pair in distinct.windows(2) {
        n += pair[0].1;
        if (is_every || n >= per_bin) && bounds.len() < n_bounds_max {
            bounds.push(between(pair[0].0, pair[1].0));
            n = 0;
        }
    }
    bounds
}

/// A number that parts two: at least the smaller, below the larger.
fn between(a: f32, b: f32) -> f32 {
    let middle = a + (b - a) / 2.0;
    if middle.is_finite() && middle >= a && middle < b { middle } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_few_has_its_own_bin_and_what_is_missing_the_last() {
        let bounds = bounds([3.0, 1.0, f32::NAN, 2.0, 1.0].into_iter());
        assert_eq!(bounds, [1.5, 2.5]);
        let bins: Vec<u8> = [1.0, 2.0, 3.0, f32::NAN, -9.0, 99.0].map(|x| bin(&bounds, x)).into();
        assert_eq!(bins, [0, 1, 2, 3, 0, 2]);
    }

    #[test]
    fn many_numbers_share_bins_of_like_size() {
        let bounds = bounds((0..100_000).map(|n| (n as f32).sqrt()));
        assert!(bounds.len() >= 250 && bounds.len() <= BINS_MAX - 2, "{}", bounds.len());
        let mut sizes = vec![0_usize; bounds.len() + 1];
        for n in 0..100_000 {
            sizes[usize::from(bin(&bounds, (n as f32).sqrt()))] += 1;
        }
        assert!(sizes.iter().all(|size| (100..=800).contains(size)), "{sizes:?}");
    }

    #[test]
    fn a_bound_lies_below_the_larger_of_two_neighbors() {
        let next = f32::from_bits(1.0_f32.to_bits() + 1);
        assert!(between(1.0, next) < next);
        assert!(between(f32::MIN, f32::MAX) < f32::MAX);
    }
}
