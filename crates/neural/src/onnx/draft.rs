//! Layers while they are put together: what is linear is gathered until a curve bends it.

use super::constants::Constant;
use crate::limits::{LAYERS_MAX, WIDTH_MAX};
use crate::network::{Curve, Layer};

/// Layers that grow.
pub(super) struct Draft {
    /// Numbers that come out of it so far.
    pub(super) width: usize,
    closed: Vec<Layer>,
    open: Option<Linear>,
}

/// What is linear: in double precision, until it is closed.
struct Linear {
    bias: Vec<f64>,
    /// The weights of the first input, then of the second, and so on.
    weights: Vec<f64>,
}

impl Draft {
    /// Nothing yet, of inputs so wide.
    pub(super) const fn new(width: usize) -> Self {
        Self { width, closed: Vec::new(), open: None }
    }

    /// Multiplies by a matrix.
    pub(super) fn multiply(&mut self, by: &Constant) -> Result<(), String> {
        let [n_in, n_out] = by.sizes[..] else {
            return Err(format!("a matrix is wanted, its constant has the sizes {:?}", by.sizes));
        };
        if n_in != self.width {
            return Err(format!("its constant takes {n_in} numbers where {} come", self.width));
        }
        if n_out > WIDTH_MAX {
            return Err(format!("it gives {n_out} numbers, at most {WIDTH_MAX} are taken"));
        }
        self.open = Some(match self.open.take() {
            None => Linear { bias: vec![0.0; n_out], weights: by.numbers.clone() },
            Some(before) => before.then(&by.numbers, (n_in, n_out)),
        });
        self.width = n_out;
        Ok(())
    }

    /// Multiplies each number and adds to it.
    pub(super) fn each(&mut self, factor: &[f64], plus: &[f64]) {
        let n = self.width;
        let open = self.open.get_or_insert_with(|| Linear::nothing(n));
        for (bias, (factor, plus)) in open.bias.iter_mut().zip(factor.iter().zip(plus)) {
            *bias = *bias * factor + plus;
        }
        for weights in open.weights.chunks_exact_mut(n) {
            weights.iter_mut().zip(factor).for_each(|(weight, factor)| *weight *= factor);
        }
    }

    /// Bends what came so far.
    pub(super) fn bend(&mut self, curve: Curve) -> Result<(), String> {
        let n = self.width;
        let open = self.open.take().unwrap_or_else(|| Linear::nothing(n));
        let single = |numbers: Vec<f64>| numbers.into_iter().map(|it| it as f32).collect();
        let (bias, weights) = (single(open.bias), single(open.weights));
        if self.closed.len() == LAYERS_MAX {
            return Err(format!("more than {LAYERS_MAX} layers"));
        }
        self.closed.push(Layer { curve, bias, weights });
        Ok(())
    }

    /// The layers.
    pub(super) fn close(mut self) -> Result<Vec<Layer>, String> {
        if self.open.is_some() || self.closed.is_empty() {
            self.bend(Curve::Straight)?;
        }
        Ok(self.closed)
    }
}

impl Linear {
    /// What changes nothing.
    fn nothing(n: usize) -> Self {
        let weights = (0..n * n).map(|at| f64::from(u8::from(at / n == at % n)));
        Self { bias: vec![0.0; n], weights: weights.collect() }
    }

    /// This, then a matrix.
    fn then(&self, by: &[f64], (n_between, n_out): (usize, usize)) -> Self {
        let row = |row: &[f64]| {
            let mut sums = vec![0.0; n_out];
            for (number, weights) in row.iter().zip(by.chunks_exact(n_out)) {
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += number * weight);
            }
            sums
        };
        let weights = self.weights.chunks_exact(n_between).flat_map(row).collect();
        Self { bias: row(&self.bias), weights }
    }
}
