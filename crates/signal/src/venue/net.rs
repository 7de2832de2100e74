//! The function a model is: a weighted sum of what each transmitter says, then two layers.

use super::features::BASIS;
use super::levels::Levels;
use super::rng::Rng;

/// Numbers each transmitter's rows have. Source: measured, docs/measured/venues.md.
pub(super) const WIDTH: usize = 32;
/// Width of the first layer. Source: as [`WIDTH`].
pub(super) const FIRST: usize = 128;
/// Width of the second layer. Source: as [`WIDTH`].
pub(super) const SECOND: usize = 64;
/// Floats of one transmitter: a row for each number of the basis.
pub(super) const ROWS: usize = BASIS * WIDTH;
/// Outputs before the levels: east, north, logarithm of the scale.
pub(super) const PLACE_OUTPUTS: usize = 3;
/// Standard deviation of a fresh row. Source: as [`WIDTH`].
const ROW_SIGMA: f32 = 0.05;

/// One dense layer: out = biases + Σ in\[i\] · weights\[i\]; an input of 0, as rectified ones often are, costs
/// nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dense {
    pub(super) n_out: usize,
    /// `n_out` floats for each input.
    pub(super) weights: Vec<f32>,
    pub(super) biases: Vec<f32>,
}

/// All that is learned.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Net {
    /// [`ROWS`] floats a transmitter.
    pub(super) rows: Vec<f32>,
    pub(super) layers: [Dense; 3],
    pub(super) levels: Levels,
}

/// One evaluation: what each layer gave.
#[derive(Debug, Clone)]
pub(super) struct Pass {
    pub(super) sum: [f32; WIDTH],
    pub(super) first: [f32; FIRST],
    pub(super) second: [f32; SECOND],
    pub(super) out: Vec<f32>,
    /// One over the root of the readings' mass.
    pub(super) norm: f32,
}

impl Dense {
    /// A layer with weights of standard deviation √(gain / inputs).
    fn fresh(n_in: usize, n_out: usize, gain: f32, rng: &mut Rng) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a layer's width")]
        let sigma = (gain / n_in as f32).sqrt();
        let weights = (0..n_in * n_out).map(|_| sigma * rng.normal()).collect();
        Self { n_out, weights, biases: vec![0.0; n_out] }
    }

    /// Evaluates the layer.
    pub(super) fn apply(&self, input: &[f32], out: &mut [f32]) {
        out.copy_from_slice(&self.biases);
        for (input, row) in input.iter().zip(self.weights.chunks_exact(self.n_out)) {
            if *input != 0.0 {
                for (out, weight) in out.iter_mut().zip(row) {
                    *out += input * weight;
                }
            }
        }
    }
}

impl Net {
    /// An untrained net.
    pub(super) fn fresh(n_transmitters: usize, n_floors: usize, rng: &mut Rng) -> Self {
        let rows = (0..n_transmitters * ROWS).map(|_| ROW_SIGMA * rng.normal()).collect();
        let layers = [
            Dense::fresh(WIDTH, FIRST, 2.0, rng),
            Dense::fresh(FIRST, SECOND, 2.0, rng),
            Dense::fresh(SECOND, PLACE_OUTPUTS + n_floors, 0.5, rng),
        ];
        let levels = Levels::silent(n_transmitters, n_floors);
        Self { rows, layers, levels }
    }

    /// The rows of one transmitter.
    pub(super) fn rows_of(&self, transmitter: usize) -> &[f32] {
        &self.rows[transmitter * ROWS..(transmitter + 1) * ROWS]
    }
}

impl Pass {
    /// Room for one evaluation.
    pub(super) fn new(n_floors: usize) -> Self {
        Self {
            sum: [0.0; WIDTH],
            first: [0.0; FIRST],
            second: [0.0; SECOND],
            out: vec![0.0; PLACE_OUTPUTS + n_floors],
            norm: 1.0,
        }
    }

    /// Evaluates the layers on a weighted sum of rows.
    pub(super) fn run(&mut self, layers: &[Dense; 3], mass: f32) {
        self.norm = mass.sqrt().recip();
        for value in &mut self.sum {
            *value *= self.norm;
        }
        layers[0].apply(&self.sum, &mut self.first);
        rectify(&mut self.first);
        layers[1].apply(&self.first, &mut self.second);
        rectify(&mut self.second);
        layers[2].apply(&self.second, &mut self.out);
    }
}

/// Adds one transmitter's rows, each as much as its number of the basis says.
pub(super) fn add_rows(sum: &mut [f32; WIDTH], basis: &[f32; BASIS], rows: &[f32]) {
    let (rows, _) = rows.as_chunks::<WIDTH>();
    let [first, second, third] = rows else { return };
    for index in 0..WIDTH {
        sum[index] += basis[0] * first[index] + basis[1] * second[index] + basis[2] * third[index];
    }
}

fn rectify(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}

/// The product of two vectors, in eight running sums: one order of addition on every machine.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_chunks, a_rest) = a.as_chunks::<8>();
    let (b_chunks, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    let fours = [0, 1, 2, 3].map(|lane: usize| sums[lane] + sums[lane + 4]);
    (fours[0] + fours[2]) + (fours[1] + fours[3]) + rest
}
