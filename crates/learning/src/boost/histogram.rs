//! Histograms of gradients, a feature at a time: the order of every sum is fixed whatever the threads.

use super::bins::Binned;
use crate::limits::BINS_MAX;
use std::thread;

/// Bin updates below which a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 1 << 17;

/// What a bin holds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Bin {
    pub(super) gradient: f64,
    pub(super) curvature: f64,
    pub(super) n: u32,
}

/// All bins of all features of a leaf's rows.
pub(super) type Histogram = Vec<Bin>;

/// Gradient and curvature of each row.
pub(super) type Slopes = [(f32, f32)];

/// The sums of some rows, features dealt to `n_threads` threads.
pub(super) fn sum(binned: &Binned, slopes: &Slopes, rows: &[u32], n_threads: usize) -> Histogram {
    let n_features = binned.bins.len();
    let mut histogram = vec![Bin::default(); n_features * BINS_MAX];
    let gathered: Vec<(f32, f32)> = rows.iter().map(|row| slopes[*row as usize]).collect();
    let is_small = rows.len() * n_features < WORTH_A_THREAD;
    let n_threads = if is_small { 1 } else { n_threads.clamp(1, n_features.max(1)) };
    let per_thread = n_features.div_ceil(n_threads).max(1);
    if n_threads == 1 {
        fill(&mut histogram, &binned.bins, rows, &gathered);
        return histogram;
    }
    thread::scope(|scope| {
        let parts = histogram.chunks_mut(per_thread * BINS_MAX);
        for (part, columns) in parts.zip(binned.bins.chunks(per_thread)) {
            let gathered = &gathered;
            scope.spawn(move || fill(part, columns, rows, gathered));
        }
    });
    histogram
}

/// Adds the rows, in their order, to the bins of each column.
fn fill(bins: &mut [Bin], columns: &[Vec<u8>], rows: &[u32], gathered: &[(f32, f32)]) {
    for (bins, column) in bins.chunks_mut(BINS_MAX).zip(columns) {
        for (row, (gradient, curvature)) in rows.iter().zip(gathered) {
            let bin = &mut bins[usize::from(column[*row as usize])];
            bin.gradient += f64::from(*gradient);
            bin.curvature += f64::from(*curvature);
            bin.n += 1;
        }
    }
}

/// A parent's sums less a child's: those of the other child.
pub(super) fn subtract(mut parent: Histogram, child: &[Bin]) -> Histogram {
    for (left, taken) in parent.iter_mut().zip(child) {
        left.gradient -= taken.gradient;
        left.curvature -= taken.curvature;
        left.n -= taken.n;
    }
    parent
}
