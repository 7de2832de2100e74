//! How gradients go back through layers and rows.

use super::adam::Moments;
use super::features::BASIS;
use super::net::{Dense, WIDTH};

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
/// nothing back. `turned` are the layer's weights, a run of inputs for each output; `to_input` comes in as zeros.
pub(super) fn back_layer(
    turned: &[f32],
    moments: &mut [Moments; 2],
    input: &[f32],
    errors: &[f32],
    to_input: &mut [f32],
) {
    let [weights, biases] = moments;
    for (bias, error) in biases.gradient.iter_mut().zip(errors) {
        *bias += error;
    }
    let gradients = weights.gradient.chunks_exact_mut(errors.len());
    for (input, gradient) in input.iter().zip(gradients) {
        if *input != 0.0 {
            add_times(gradient, *input, errors);
        }
    }
    for (error, row) in errors.iter().zip(turned.chunks_exact(input.len())) {
        if *error != 0.0 {
            add_times(to_input, *error, row);
        }
    }
    for (to_input, input) in to_input.iter_mut().zip(input) {
        *to_input = if *input == 0.0 { 0.0 } else { *to_input };
    }
}

/// Adds a multiple of a run to another.
#[inline]
fn add_times(sum: &mut [f32], times: f32, values: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += times * value;
    }
}

/// A layer's weights, a run of inputs for each output, into `turned`.
pub(super) fn turn(layer: &Dense, turned: &mut Vec<f32>) {
    let column = |output: usize| layer.weights.iter().skip(output).step_by(layer.n_out);
    turned.clear();
    turned.extend((0..layer.n_out).flat_map(column));
}
