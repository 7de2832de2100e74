//! Down the slope: batches in an order of chance, gradients by Burn, steps by Adam with weights that decay.

use super::TrainError;
use super::start::Units;
use crate::lesson::{Lesson, Loss, Settings};
use crate::network::{Curve, Network};
use burn_autodiff::Autodiff;
#[cfg(feature = "cuda")]
use burn_cuda::Cuda;
use burn_flex::Flex;
use burn_tensor::activation::{relu, sigmoid, tanh};
use burn_tensor::backend::{AutodiffBackend, Backend};
use burn_tensor::{Tensor, TensorData};

/// Share of the mean slope, and of the mean squared slope, that a step keeps. Source: Kingma, Ba, *Adam*, ICLR 2015.
const KEPT: (f64, f64) = (0.9, 0.999);
/// Least spread of a slope. Source: as [`KEPT`].
const SLOPE_MIN: f64 = 1e-8;

/// Weights on the device, with what Adam remembers of their slopes.
struct Weights<B: Backend> {
    now: Tensor<B, 2>,
    mean: Tensor<B, 2>,
    square: Tensor<B, 2>,
    /// A bias does not decay.
    decays: bool,
}

/// How far a step goes.
struct Step {
    rate: f64,
    decay: f64,
    /// How much of the means is there yet.
    there: (f64, f64),
}

/// Teaches a network a lesson.
pub(super) fn descend(
    network: &mut Network,
    lesson: &Lesson<'_>,
    units: &Units,
    settings: &Settings,
    chance: &mut dyn FnMut() -> f64,
) -> Result<(), TrainError> {
    #[cfg(feature = "cuda")]
    if super::device::has_card() {
        return descend_on::<Autodiff<Cuda>>(network, (lesson, units), settings, chance);
    }
    descend_on::<Autodiff<Flex>>(network, (lesson, units), settings, chance)
}

/// The same on a backend of Burn.
fn descend_on<B: AutodiffBackend>(
    network: &mut Network,
    (lesson, units): (&Lesson<'_>, &Units),
    settings: &Settings,
    chance: &mut dyn FnMut() -> f64,
) -> Result<(), TrainError> {
    let device = B::Device::default();
    let mut all = on_device::<B::InnerBackend>(network, &device);
    let curves: Vec<Curve> = network.layers.iter().map(|layer| layer.curve).collect();
    let mut order = Order::new(lesson.n_rows(), settings.batch as usize);
    let judge = Judge::<B>::new(lesson.losses, &device);
    for number in 1..=settings.steps {
        let rows = order.next(chance);
        let batch = Batch { network, lesson, units, rows: &rows };
        let (inputs, labels) = batch.tensors(&device);
        let grads: Vec<Tensor<B, 2>> =
            all.iter().map(|it| Tensor::from_inner(it.now.clone()).require_grad()).collect();
        let loss = judge.loss(forward(inputs, &grads, &curves), labels);
        let mut slopes = loss.backward();
        let left = 1.0 - f64::from(number - 1) / f64::from(settings.steps);
        let power = f64::from(number);
        let step = Step {
            rate: settings.rate * left,
            decay: settings.decay,
            there: (1.0 - KEPT.0.powf(power), 1.0 - KEPT.1.powf(power)),
        };
        for (weights, grad) in all.iter_mut().zip(&grads) {
            if let Some(slope) = grad.grad_remove(&mut slopes) {
                weights.step(slope, &step);
            }
        }
    }
    read_back(all, network)
}

/// The scores of inputs.
fn forward<B: Backend>(
    inputs: Tensor<B, 2>,
    weights: &[Tensor<B, 2>],
    curves: &[Curve],
) -> Tensor<B, 2> {
    let mut given = inputs;
    for (pair, curve) in weights.chunks_exact(2).zip(curves) {
        let sums = given.matmul(pair[0].clone()) + pair[1].clone();
        given = match curve {
            Curve::Straight => sums,
            Curve::Relu => relu(sums),
            Curve::Tanh => tanh(sums),
            Curve::Sigmoid => sigmoid(sums),
        };
    }
    given
}

impl<B: Backend> Weights<B> {
    fn new(numbers: &[f32], shape: [usize; 2], decays: bool, device: &B::Device) -> Self {
        let now = Tensor::from_data(TensorData::new(numbers.to_vec(), shape), device);
        Self { mean: now.zeros_like(), square: now.zeros_like(), now, decays }
    }

    fn step(&mut self, slope: Tensor<B, 2>, step: &Step) {
        self.mean = self.mean.clone() * KEPT.0 + slope.clone() * (1.0 - KEPT.0);
        self.square = self.square.clone() * KEPT.1 + slope.square() * (1.0 - KEPT.1);
        let spread = (self.square.clone() / step.there.1).sqrt() + SLOPE_MIN;
        let way = self.mean.clone() / step.there.0 / spread;
        let kept = if self.decays { 1.0 - step.rate * step.decay } else { 1.0 };
        self.now = self.now.clone() * kept - way * step.rate;
    }
}

fn on_device<B: Backend>(network: &Network, device: &B::Device) -> Vec<Weights<B>> {
    let mut all = Vec::new();
    for layer in &network.layers {
        let n_out = layer.bias.len();
        let n_in = layer.weights.len() / n_out;
        all.push(Weights::new(&layer.weights, [n_in, n_out], true, device));
        all.push(Weights::new(&layer.bias, [1, n_out], false, device));
    }
    all
}

fn read_back<B: Backend>(all: Vec<Weights<B>>, network: &mut Network) -> Result<(), TrainError> {
    let slots = network.layers.iter_mut().flat_map(|it| [&mut it.weights, &mut it.bias]);
    for (slot, weights) in slots.zip(all) {
        let read = weights.now.into_data().to_vec::<f32>();
        *slot = read.map_err(|error| TrainError::Device(format!("{error:?}")))?;
    }
    Ok(())
}

/// The order in which rows come: each once, then again in another order.
struct Order {
    rows: Vec<u32>,
    at: usize,
    n: usize,
}

impl Order {
    fn new(n_rows: usize, n: usize) -> Self {
        Self { rows: (0..n_rows as u32).collect(), at: n_rows, n: n.min(n_rows) }
    }

    fn next(&mut self, chance: &mut dyn FnMut() -> f64) -> Vec<u32> {
        let mut batch = Vec::with_capacity(self.n);
        while batch.len() < self.n {
            if self.at == self.rows.len() {
                for last in (1..self.rows.len()).rev() {
                    let with = ((last + 1) as f64 * chance()) as usize;
                    self.rows.swap(last, with.min(last));
                }
                self.at = 0;
            }
            batch.push(self.rows[self.at]);
            self.at += 1;
        }
        batch
    }
}

/// The rows of a step.
struct Batch<'a> {
    network: &'a Network,
    lesson: &'a Lesson<'a>,
    units: &'a Units,
    rows: &'a [u32],
}

impl Batch<'_> {
    /// Inputs and labels.
    fn tensors<B: Backend>(&self, device: &B::Device) -> (Tensor<B, 2>, Tensor<B, 2>) {
        let (n_features, n_scores) = (self.lesson.n_features, self.lesson.losses.len());
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        for row in self.rows.iter().map(|row| *row as usize) {
            let numbers = &self.lesson.rows[row * n_features..(row + 1) * n_features];
            self.network.encode(numbers, &mut inputs);
            let told = &self.lesson.labels[row * n_scores..(row + 1) * n_scores];
            labels.extend(told.iter().enumerate().map(|(score, it)| self.units.label(score, *it)));
        }
        let n = self.rows.len();
        let of = |numbers, width| Tensor::from_data(TensorData::new(numbers, [n, width]), device);
        (of(inputs, self.network.n_inputs()), of(labels, n_scores))
    }
}

/// What is made small. All scores of a task have losses of one kind.
enum Judge<B: Backend> {
    Squares,
    /// The share of each score.
    Quantile(Tensor<B, 2>),
    Logistic,
}

impl<B: Backend> Judge<B> {
    fn new(losses: &[Loss], device: &B::Device) -> Self {
        let shares = losses.iter().filter_map(|loss| match loss {
            Loss::Quantile(share) => Some(*share as f32),
            Loss::Squares | Loss::Logistic => None,
        });
        let shares: Vec<f32> = shares.collect();
        match losses.first() {
            Some(Loss::Quantile(_)) => {
                let n = shares.len();
                let shares = Tensor::from_data(TensorData::new(shares, [1, n]), device);
                Self::Quantile(shares)
            }
            Some(Loss::Logistic) => Self::Logistic,
            Some(Loss::Squares) | None => Self::Squares,
        }
    }

    fn loss(&self, scores: Tensor<B, 2>, labels: Tensor<B, 2>) -> Tensor<B, 1> {
        match self {
            Self::Squares => (labels - scores).square().mean(),
            Self::Quantile(shares) => {
                let rest = labels - scores;
                (rest.clone() * shares.clone() + relu(rest.neg())).mean()
            }
            // ln(1 + e^p) − y·p, without overflow.
            Self::Logistic => {
                let tail = scores.clone().abs().neg().exp().log1p();
                (relu(scores.clone()) + tail - labels * scores).mean()
            }
        }
    }
}
