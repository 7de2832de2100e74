//! A network flat in memory, and its forward pass: plain sums in a fixed order, the same bits everywhere.

use crate::limits::WIDTH_MAX;

/// What a layer makes of its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// Nothing.
    Straight,
    /// Nothing below 0.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// The logistic function.
    Sigmoid,
}

impl Curve {
    /// All, by their number in a file.
    pub const ALL: [Self; 4] = [Self::Straight, Self::Relu, Self::Tanh, Self::Sigmoid];

    fn bend(self, sums: &mut [f32]) {
        let each = |bend: fn(f32) -> f32, sums: &mut [f32]| {
            for sum in sums {
                *sum = bend(*sum);
            }
        };
        match self {
            Self::Straight => {}
            Self::Relu => each(|sum| if sum > 0.0 { sum } else { 0.0 }, sums),
            Self::Tanh => each(f32::tanh, sums),
            Self::Sigmoid => each(|sum| 1.0 / (1.0 + (-sum).exp()), sums),
        }
    }
}

/// How a number of a row becomes an input: its distance from a mean, times a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Input {
    /// What is taken away.
    pub mean: f32,
    /// By what the rest is multiplied; more than 0.
    pub scale: f32,
}

/// A layer: each of its inputs has a weight for each of its sums.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// What becomes of the sums.
    pub curve: Curve,
    /// What each sum begins with.
    pub bias: Vec<f32>,
    /// The weights of the first input, then of the second, and so on.
    pub weights: Vec<f32>,
}

/// A feed-forward network. A missing number (NaN, or infinite) is an input of 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// One a feature.
    pub inputs: Vec<Input>,
    /// Whether as many inputs follow that are 1 where a number is missing.
    pub tells_missing: bool,
    /// No input is farther from 0.
    pub reach: f32,
    /// The layers; the last gives the scores.
    pub layers: Vec<Layer>,
}

impl Network {
    /// Numbers in the rows it scores.
    pub const fn n_features(&self) -> usize {
        self.inputs.len()
    }

    /// Inputs of its first layer.
    pub const fn n_inputs(&self) -> usize {
        if self.tells_missing { 2 * self.inputs.len() } else { self.inputs.len() }
    }

    /// Scores it gives.
    pub fn n_scores(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.bias.len())
    }

    /// Numbers it learned.
    pub fn n_weights(&self) -> usize {
        self.layers.iter().map(|layer| layer.bias.len() + layer.weights.len()).sum()
    }

    /// The inputs of a row, added to a list.
    pub fn encode(&self, row: &[f32], inputs: &mut Vec<f32>) {
        let inputs_of = self.inputs.iter().zip(row);
        inputs.extend(inputs_of.map(|(input, number)| self.input(*input, *number).unwrap_or(0.0)));
        if self.tells_missing {
            inputs.extend(row.iter().map(|it| f32::from(u8::from(!it.is_finite()))));
        }
    }

    /// The scores of a row whose feature `n` is `number(n)`; as many as there is room for.
    ///
    /// # Cost
    /// A multiplication and an addition a weight, but for inputs that are 0; no allocation.
    pub fn score(&self, number: impl Fn(usize) -> f32, scores: &mut [f32]) {
        let (given, sums) = (&mut [0.0; WIDTH_MAX], &mut [0.0; WIDTH_MAX]);
        let (mut given, mut sums) = (given, sums);
        let Some((first, rest)) = self.layers.split_first() else { return };
        let mut n_given = first.bias.len();
        given[..n_given].copy_from_slice(&first.bias);
        for (place, input) in self.inputs.iter().enumerate() {
            match self.input(*input, number(place)) {
                Some(input) => first.add(place, input, &mut given[..n_given]),
                None if self.tells_missing => {
                    first.add(self.inputs.len() + place, 1.0, &mut given[..n_given]);
                }
                None => {}
            }
        }
        first.curve.bend(&mut given[..n_given]);
        for layer in rest {
            let n_sums = layer.bias.len();
            sums[..n_sums].copy_from_slice(&layer.bias);
            for (place, input) in given[..n_given].iter().enumerate() {
                layer.add(place, *input, &mut sums[..n_sums]);
            }
            layer.curve.bend(&mut sums[..n_sums]);
            (given, sums, n_given) = (sums, given, n_sums);
        }
        scores.iter_mut().zip(&given[..n_given]).for_each(|(score, given)| *score = *given);
    }

    /// The input of a number; `None` where it is missing.
    fn input(&self, input: Input, number: f32) -> Option<f32> {
        let is_there = number.is_finite();
        is_there.then(|| ((number - input.mean) * input.scale).clamp(-self.reach, self.reach))
    }
}

impl Layer {
    /// Adds one input's share to the sums.
    fn add(&self, place: usize, input: f32, sums: &mut [f32]) {
        if input == 0.0 {
            return;
        }
        let weights = &self.weights[place * self.bias.len()..(place + 1) * self.bias.len()];
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += input * weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two features, two sums, one score: small enough to be added up by hand.
    fn network(curve: Curve, tells_missing: bool) -> Network {
        let missing = if tells_missing { vec![10.0, 0.0, 0.0, 20.0] } else { Vec::new() };
        Network {
            inputs: vec![Input { mean: 1.0, scale: 2.0 }, Input { mean: 0.0, scale: 1.0 }],
            tells_missing,
            reach: 8.0,
            layers: vec![
                Layer {
                    curve,
                    bias: vec![0.5, -0.5],
                    weights: [vec![1.0, -1.0, 0.25, 2.0], missing].concat(),
                },
                Layer { curve: Curve::Straight, bias: vec![0.125], weights: vec![1.0, 4.0] },
            ],
        }
    }

    fn score(network: &Network, row: [f32; 2]) -> f32 {
        let mut scores = [f32::NAN];
        network.score(|feature| row[feature], &mut scores);
        scores[0]
    }

    #[test]
    fn a_score_is_what_adding_up_by_hand_gives() {
        // Inputs 4 and 1: sums 0.5 + 4 + 0.25 = 4.75 and -0.5 - 4 + 2 = -2.5.
        let row = [3.0, 1.0];
        assert_eq!(score(&network(Curve::Straight, false), row), 4.75 - 10.0 + 0.125);
        assert_eq!(score(&network(Curve::Relu, false), row), 4.75 + 0.125);
        let tanh = 4.75_f32.tanh() + 4.0 * (-2.5_f32).tanh() + 0.125;
        assert_eq!(score(&network(Curve::Tanh, false), row), tanh);
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        let bent = sigmoid(4.75) + 4.0 * sigmoid(-2.5) + 0.125;
        assert!((score(&network(Curve::Sigmoid, false), row) - bent).abs() < 1e-6);
    }

    #[test]
    fn a_missing_number_is_an_input_of_0_and_told_where_the_network_listens() {
        for missing in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let told = score(&network(Curve::Straight, true), [missing, 0.0]);
            assert_eq!(told, 10.5 - 4.0 * 0.5 + 0.125);
            let silent = score(&network(Curve::Straight, false), [missing, 0.0]);
            assert_eq!(silent, 0.5 - 4.0 * 0.5 + 0.125);
        }
        let network = network(Curve::Straight, true);
        let mut inputs = Vec::new();
        network.encode(&[f32::NAN, 7.0], &mut inputs);
        assert_eq!(inputs, [0.0, 7.0, 1.0, 0.0]);
    }

    #[test]
    fn no_input_goes_beyond_the_reach() {
        let network = network(Curve::Straight, false);
        assert_eq!(score(&network, [1e30, 0.0]), score(&network, [5.0, 0.0]));
        assert_eq!(score(&network, [f32::MIN, 0.0]), score(&network, [-3.0, 0.0]));
    }
}
