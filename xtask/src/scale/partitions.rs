//! How evenly places spread over partitions.

use super::people::{ByClock, Cell, Day, QUARTERS, mixed};

/// How the busiest partition stands to the mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    /// The busiest minute of the busiest partition over the mean of all partitions' busiest minutes.
    pub(super) worst: f64,
    /// The busiest partition's busiest minute, reports/s.
    pub(super) peak_per_s: f64,
}

/// Deals the cells, each cut into `pieces` (1 for resolution 3, 49 for resolution 5), to `n` partitions by their
/// hash.
pub(super) fn spread(cells: &[Cell], n: usize, pieces: u64) -> Spread {
    let mut people: Vec<ByClock> = vec![[0.0; QUARTERS]; n];
    let share = share_of(pieces);
    for (number, cell) in (0_u64..).zip(cells) {
        for piece in 0..pieces {
            people[partition(number * pieces + piece, n)][cell.ahead] += cell.mean_per_s * share;
        }
    }
    let day = Day::new();
    let peak = |all| (0..QUARTERS).map(|at| day.per_s(all, 15 * at)).fold(0.0, f64::max);
    let peaks: Vec<f64> = people.iter().map(peak).collect();
    #[expect(clippy::cast_precision_loss, reason = "at most some thousand partitions")]
    let mean = peaks.iter().sum::<f64>() / n as f64;
    let peak_per_s = peaks.into_iter().fold(0.0, f64::max);
    Spread { worst: peak_per_s / mean, peak_per_s }
}

#[expect(clippy::cast_precision_loss, reason = "at most some hundred pieces")]
const fn share_of(pieces: u64) -> f64 {
    1.0 / pieces as f64
}

/// The partition of a cell.
fn partition(cell: u64, n: usize) -> usize {
    let spread = mixed(cell.wrapping_add(0x9e37_79b9_7f4a_7c15));
    usize::try_from(spread % n as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::people::cells;

    #[test]
    fn finer_cells_spread_more_evenly_and_one_partition_takes_all() {
        let cells = cells(1);
        let (coarse, fine) = (spread(&cells, 256, 1), spread(&cells, 256, 49));
        assert!(fine.worst < coarse.worst, "{fine:?} {coarse:?}");
        assert!((spread(&cells, 1, 1).worst - 1.0).abs() < 1e-9);
    }
}
