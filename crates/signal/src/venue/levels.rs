//! Which level: each transmitter speaks for levels by itself, and all that are heard are summed.
//!
//! The layers of the net could say it too, but learn buildings by heart: on walks left out they were
//! right in 95.6 to 99.9 % of scans (docs/measured/venues.md).

use super::adam::{Moments, Step};
use super::features::BASIS;
use super::loss::shares;

/// How much the mean of what transmitters say counts. Source: measured, docs/measured/venues.md.
const GAIN: f32 = 4.0;

/// Share of what transmitters say each by itself in a level's probability; the rest is the net's.
/// Source: measured, docs/measured/venues.md.
const WIDE: f32 = 0.8;

/// What each transmitter says of levels: for each number of the basis, one for each level.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Levels {
    n_levels: usize,
    pub(super) rows: Vec<f32>,
}

impl Levels {
    /// Transmitters that say nothing yet.
    pub(super) fn silent(n_transmitters: usize, n_levels: usize) -> Self {
        Self { n_levels, rows: vec![0.0; n_transmitters * BASIS * n_levels] }
    }

    /// What one transmitter says.
    pub(super) fn rows_of(&self, transmitter: usize) -> &[f32] {
        let n = BASIS * self.n_levels;
        &self.rows[transmitter * n..(transmitter + 1) * n]
    }

    /// Probabilities of the levels.
    pub(super) fn of(&self, heard: &[(usize, [f32; BASIS])], mass: f32) -> Vec<f32> {
        let mut sums = vec![0.0; self.n_levels];
        for (transmitter, basis) in heard {
            add_levels(&mut sums, basis, self.rows_of(*transmitter));
        }
        probabilities(&sums, mass)
    }

    /// Adds the gradients of a lesson's cross entropy; `errors` are probabilities less the truth's.
    pub(super) fn back(
        &self,
        moments: &mut Moments,
        heard: &[(usize, [f32; BASIS])],
        mass: f32,
        errors: &[f32],
    ) {
        let n = BASIS * self.n_levels;
        for (transmitter, basis) in heard {
            let rows = &mut moments.gradient[transmitter * n..(transmitter + 1) * n];
            for (row, weight) in rows.chunks_exact_mut(self.n_levels).zip(basis) {
                let weight = weight * GAIN / mass;
                for (gradient, error) in row.iter_mut().zip(errors) {
                    *gradient += weight * error;
                }
            }
        }
    }

    /// Moves what one transmitter says.
    pub(super) fn step(
        &mut self,
        moments: &mut Moments,
        transmitter: usize,
        step: Step,
        decay: f32,
    ) {
        let n = BASIS * self.n_levels;
        moments.step_rows(&mut self.rows, transmitter * n..(transmitter + 1) * n, step, decay);
    }
}

/// Adds what one transmitter says.
pub(super) fn add_levels(sums: &mut [f32], basis: &[f32; BASIS], rows: &[f32]) {
    for (row, weight) in rows.chunks_exact(sums.len()).zip(basis) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += weight * value;
        }
    }
}

/// Probabilities from the sums of what transmitters say, who together have this mass.
pub(super) fn probabilities(sums: &[f32], mass: f32) -> Vec<f32> {
    let logits: Vec<f32> = sums.iter().map(|sum| sum * GAIN / mass).collect();
    shares(&logits)
}

/// What transmitters say each by themselves, and all together by the net.
pub(super) fn mixed(alone: &[f32], together: &[f32]) -> Vec<f32> {
    let both = alone.iter().zip(together);
    both.map(|(alone, together)| WIDE.mul_add(alone - together, *together)).collect()
}
