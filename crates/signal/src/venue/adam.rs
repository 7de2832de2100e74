//! The optimizer: moments of gradients, one second moment a row for the transmitters' rows.

use super::net::{Dense, dot};
use std::ops::Range;

/// Source: Kingma, Ba, *Adam: a method for stochastic optimization* (2015), algorithm 1.
const DECAY_FIRST: f32 = 0.9;
/// Source: as [`DECAY_FIRST`]; 0.99 for batches this few.
const DECAY_SECOND: f32 = 0.99;
/// Source: as [`DECAY_FIRST`].
const EPSILON: f32 = 1e-6;

/// Gradients and moments of one run of parameters.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    pub(super) gradient: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
}

/// How far a step goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    rate: f32,
    first_correction: f32,
    second_correction: f32,
}

impl Step {
    /// The `n`th step, counted from 1, at this rate.
    pub(super) fn new(rate: f32, n: usize) -> Self {
        let n = i32::try_from(n).unwrap_or(i32::MAX);
        Self {
            rate,
            first_correction: (1.0 - DECAY_FIRST.powi(n)).recip(),
            second_correction: (1.0 - DECAY_SECOND.powi(n)).recip(),
        }
    }

    fn size(self, second: f32) -> f32 {
        self.rate * self.first_correction / ((second * self.second_correction).sqrt() + EPSILON)
    }
}

impl Moments {
    /// Nothing yet, for `n` parameters that share second moments in groups of `group`.
    pub(super) fn new(n: usize, group: usize) -> Self {
        Self { gradient: vec![0.0; n], first: vec![0.0; n], second: vec![0.0; n / group] }
    }

    /// Moves every parameter, each by its own second moment; gradients are used up.
    pub(super) fn step_each(&mut self, parameters: &mut [f32], step: Step) {
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((parameter, gradient), (first, second)) in
            parameters.iter_mut().zip(&mut self.gradient).zip(moments)
        {
            *first += (1.0 - DECAY_FIRST) * (*gradient - *first);
            *second += (1.0 - DECAY_SECOND) * (*gradient * *gradient - *second);
            *parameter -= step.size(*second) * *first;
            *gradient = 0.0;
        }
    }

    /// Moves a span of rows, each by one second moment, and shrinks them by `decay`.
    pub(super) fn step_rows(
        &mut self,
        parameters: &mut [f32],
        span: Range<usize>,
        step: Step,
        decay: f32,
    ) {
        let width = self.first.len() / self.second.len();
        let gradient = &mut self.gradient[span.clone()];
        let first = &mut self.first[span.clone()];
        let keep = (-step.rate).mul_add(decay, 1.0);
        let seconds = &mut self.second[span.start / width..];
        for (((parameters, gradient), first), second) in parameters[span]
            .chunks_exact_mut(width)
            .zip(gradient.chunks_exact_mut(width))
            .zip(first.chunks_exact_mut(width))
            .zip(seconds)
        {
            #[expect(clippy::cast_precision_loss, reason = "a row's width")]
            let square = dot(gradient, gradient) / width as f32;
            *second += (1.0 - DECAY_SECOND) * (square - *second);
            let size = step.size(*second);
            for ((parameter, gradient), first) in parameters.iter_mut().zip(gradient).zip(first) {
                *first += (1.0 - DECAY_FIRST) * (*gradient - *first);
                *parameter = keep * *parameter - size * *first;
                *gradient = 0.0;
            }
        }
    }
}

/// The moments of a layer: its weights', its biases'.
pub(super) fn of_layer(layer: &Dense) -> [Moments; 2] {
    [Moments::new(layer.weights.len(), 1), Moments::new(layer.biases.len(), 1)]
}
