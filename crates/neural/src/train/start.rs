//! Where training starts: inputs in units of their spread, weights by chance, labels in units of their own.

use crate::lesson::{Lesson, Loss, Settings};
use crate::network::{Curve, Input, Layer, Network};

/// Spreads from the mean beyond which an input does not go. Source: half a millionth of a normal distribution lies
/// beyond five; what is farther is another thing, and one row of it shall not decide a score.
const REACH: f32 = 5.0;
/// A spread below which a number is a constant.
const SPREAD_MIN: f64 = 1e-6;

/// Where a score's labels lie, and how far they spread.
pub(super) struct Units(Vec<(f64, f64)>);

impl Units {
    /// Those of a lesson: odds have none.
    pub(super) fn of(lesson: &Lesson<'_>) -> Self {
        let n_scores = lesson.losses.len();
        let unit = |(score, loss): (usize, &Loss)| match loss {
            Loss::Logistic => (0.0, 1.0),
            Loss::Squares | Loss::Quantile(_) => {
                moments(lesson.labels.iter().skip(score).step_by(n_scores).copied())
            }
        };
        Self(lesson.losses.iter().enumerate().map(unit).collect())
    }

    /// A label in its score's unit.
    pub(super) fn label(&self, score: usize, label: f32) -> f32 {
        let (mean, spread) = self.0[score];
        ((f64::from(label) - mean) / spread) as f32
    }

    /// Makes the last layer speak in the labels' units.
    pub(super) fn fold_into(&self, network: &mut Network) {
        let Some(last) = network.layers.last_mut() else { return };
        for weights in last.weights.chunks_exact_mut(self.0.len()) {
            for (weight, (_, spread)) in weights.iter_mut().zip(&self.0) {
                *weight = (f64::from(*weight) * spread) as f32;
            }
        }
        for (bias, (mean, spread)) in last.bias.iter_mut().zip(&self.0) {
            *bias = (f64::from(*bias) * spread + mean) as f32;
        }
    }
}

/// A network that knows nothing: weights by chance, as wide as keeps what is handed on at its size.
///
/// # Source
/// He, Zhang, Ren, Sun, *Delving deep into rectifiers*, ICCV 2015, equation 10 (for a uniform distribution).
pub(super) fn untaught(
    lesson: &Lesson<'_>,
    settings: &Settings,
    chance: &mut dyn FnMut() -> f64,
) -> Network {
    let n_features = lesson.n_features;
    let input = |feature: usize| {
        let column = lesson.rows.iter().skip(feature).step_by(n_features).copied();
        let (mean, spread) = moments(column.filter(|number| number.is_finite()));
        Input { mean: mean as f32, scale: spread.recip() as f32 }
    };
    let mut network = Network {
        inputs: (0..n_features).map(input).collect(),
        tells_missing: true,
        reach: REACH,
        layers: Vec::new(),
    };
    let mut n_in = network.n_inputs();
    let hidden = settings.hidden.iter().map(|n| (usize::from(*n), Curve::Relu));
    for (n_out, curve) in hidden.chain([(lesson.losses.len(), Curve::Straight)]) {
        let width = (6.0 / n_in as f64).sqrt();
        let weights = (0..n_in * n_out).map(|_| (width * (2.0 * chance() - 1.0)) as f32);
        network.layers.push(Layer { curve, weights: weights.collect(), bias: vec![0.0; n_out] });
        n_in = n_out;
    }
    network
}

/// Mean and spread; a spread of 1 for what does not spread.
fn moments(numbers: impl Iterator<Item = f32> + Clone) -> (f64, f64) {
    let (mut n, mut sum) = (0.0, 0.0);
    numbers.clone().for_each(|it| {
        n += 1.0;
        sum += f64::from(it);
    });
    let mean = if n > 0.0 { sum / n } else { 0.0 };
    let squares: f64 = numbers.map(|it| (f64::from(it) - mean).powi(2)).sum();
    let spread = if n > 0.0 { (squares / n).sqrt() } else { 0.0 };
    (mean, if spread > SPREAD_MIN { spread } else { 1.0 })
}
