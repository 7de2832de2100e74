//! Layers and rows where they lie in a model's bytes.

use super::features::BASIS;
use super::net::{Dense, ROWS, WIDTH};

/// Bytes of a transmitter's rows, after a scale. Source: the layout, `model`.
pub(super) const ROW_BYTES: usize = 4 + ROWS;

/// A layer's bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer<'a> {
    biases: &'a [[u8; 4]],
    weights: &'a [[u8; 4]],
}

impl<'a> Layer<'a> {
    /// Takes a layer off the front.
    pub(super) fn split(bytes: &'a [u8], n_in: usize, n_out: usize) -> Option<(Self, &'a [u8])> {
        let (biases, rest) = bytes.split_at_checked(4 * n_out)?;
        let (weights, rest) = rest.split_at_checked(4 * n_in * n_out)?;
        Some((Self { biases: biases.as_chunks().0, weights: weights.as_chunks().0 }, rest))
    }

    /// The layer as numbers.
    pub(super) fn dense(self) -> Dense {
        let float = |bytes: &[u8; 4]| f32::from_le_bytes(*bytes);
        Dense {
            n_out: self.biases.len(),
            biases: self.biases.iter().map(float).collect(),
            weights: self.weights.iter().map(float).collect(),
        }
    }
}

/// As `net::add_rows`, on a row's bytes.
pub(super) fn add_row_bytes(sum: &mut [f32; WIDTH], basis: &[f32; BASIS], bytes: &[u8; ROW_BYTES]) {
    let (scale, steps) = bytes.split_at(4);
    let scale = scale.first_chunk().map_or(0.0, |bytes| f32::from_le_bytes(*bytes));
    for (row, weight) in steps.chunks_exact(WIDTH).zip(basis) {
        let weight = weight * scale;
        for (sum, step) in sum.iter_mut().zip(row) {
            *sum += weight * f32::from(step.cast_signed());
        }
    }
}
