//! How gradients go back through layers and rows.

use super::adam::Moments;
use super::features::BASIS;
use super::net::{Dense, WIDTH, dot};

/// Adds to the gradients of one transmitter's rows what the sum's gradients make of them: as `net::add_rows`, backwards.
#[inline(never)] // Inlined, the compiler does it one number at a time.
pub(super) fn back_rows(rows: &mut [f32], basis: &[f32; BASIS], to_sum: &[f32; WIDTH]) {
    let (rows, _) = rows.as_chunks_mut::<WIDTH>();
    let [first, second, third] = rows else { return };
    for index in 0..WIDTH {
        first[index] += basis[0] * to_sum[index];
        second[index] += basis[1] * to_sum[index];
        third[index] += basis[2] * to_sum[index];
    }
}

/// Gradients of a layer, and of what went into it where that is not 0: a rectified input at 0 passes
/// nothing back.
pub(super) fn back_layer(
    layer: &Dense,
    moments: &mut [Moments; 2],
    input: &[f32],
    errors: &[f32],
    to_input: &mut [f32],
) {
    let [weights, biases] = moments;
    for (bias, error) in biases.gradient.iter_mut().zip(errors) {
        *bias += error;
    }
    let rows = layer.weights.chunks_exact(layer.n_out);
    let gradients = weights.gradient.chunks_exact_mut(layer.n_out);
    for (((input, to_input), row), gradient) in input.iter().zip(to_input).zip(rows).zip(gradients)
    {
        if *input == 0.0 {
            continue;
        }
        for (gradient, error) in gradient.iter_mut().zip(errors) {
            *gradient += input * error;
        }
        *to_input = dot(row, errors);
    }
}
