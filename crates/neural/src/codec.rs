//! A network as bytes: one head, arrays of numbers, one checksum, judged whole before a row is scored (L2).

use crate::limits::{FEATURES_MAX, LAYERS_MAX, WIDTH_MAX};
use crate::network::{Curve, Input, Layer, Network};
use thiserror::Error;

/// What the bytes begin with.
const MAGIC: &[u8; 8] = b"CAIRNNET";
/// The version that is written and the only one that is read.
const VERSION: u32 = 1;
/// Magic, version, features, whether what is missing is told, layers, reach.
const HEAD_BYTES: usize = 8 + 4 + 2 + 1 + 1 + 4;
/// Width, curve, spare.
const LAYER_BYTES: usize = 2 + 1 + 1;
/// A BLAKE3 digest.
const CHECKSUM_BYTES: usize = 32;

/// Why bytes are no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// They are fewer or more than they say.
    #[error("a network of {found} bytes where {expected} belong")]
    Length {
        /// Bytes there are.
        found: usize,
        /// Bytes there should be.
        expected: usize,
    },
    /// They begin otherwise.
    #[error("no network: the first bytes are others")]
    Magic,
    /// They are of another version.
    #[error("network version {0}: only {VERSION} is read")]
    Version(u32),
    /// They were changed.
    #[error("the network's checksum does not match")]
    Checksum,
    /// More, or fewer, than allowed.
    #[error("a network of {found} {what}: {least} to {most} are allowed")]
    Size {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A byte that is one of few is another.
    #[error("the network's byte for {what} is {found}")]
    Choice {
        /// Which.
        what: &'static str,
        /// Its value.
        found: u8,
    },
    /// A number that is none.
    #[error("layer {layer} of the network holds {what} that is no number")]
    Number {
        /// Which layer; 0 are the inputs.
        layer: usize,
        /// What.
        what: &'static str,
    },
    /// A layer whose weights do not fit its inputs.
    #[error("layer {0} of the network has another number of weights than its inputs and sums want")]
    Shape(usize),
}

impl Network {
    /// The network's bytes; equal networks have equal ones.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&short(self.inputs.len()));
        bytes.extend_from_slice(&[u8::from(self.tells_missing), short(self.layers.len())[0]]);
        bytes.extend_from_slice(&self.reach.to_le_bytes());
        for layer in &self.layers {
            let curve = Curve::ALL.iter().position(|it| *it == layer.curve).unwrap_or(0);
            bytes.extend_from_slice(&short(layer.bias.len()));
            bytes.extend_from_slice(&[short(curve)[0], 0]);
        }
        let inputs = self.inputs.iter().flat_map(|input| [input.mean, input.scale]);
        let layers = self.layers.iter().flat_map(|layer| layer.bias.iter().chain(&layer.weights));
        for number in inputs.chain(layers.copied()) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        bytes
    }

    /// The network of these bytes.
    ///
    /// # Errors
    /// When they are not exactly some network's bytes, within the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NetworkError> {
        let least = HEAD_BYTES + CHECKSUM_BYTES;
        let short = NetworkError::Length { found: bytes.len(), expected: least };
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(short)?;
        let (head, rest) = body.split_first_chunk::<HEAD_BYTES>().ok_or(short)?;
        if &head[..8] != MAGIC {
            return Err(NetworkError::Magic);
        }
        let version = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
        if version != VERSION {
            return Err(NetworkError::Version(version));
        }
        if blake3::hash(body) != blake3::Hash::from_bytes(*checksum) {
            return Err(NetworkError::Checksum);
        }
        let n_features = usize::from(u16::from_le_bytes([head[12], head[13]]));
        let n_layers = usize::from(head[15]);
        within("features", n_features, FEATURES_MAX)?;
        within("layers", n_layers, LAYERS_MAX)?;
        if head[14] > 1 {
            return Err(NetworkError::Choice { what: "missing numbers", found: head[14] });
        }
        let mut network = Self {
            inputs: Vec::new(),
            tells_missing: head[14] == 1,
            reach: f32::from_le_bytes([head[16], head[17], head[18], head[19]]),
            layers: Vec::new(),
        };
        let found = bytes.len();
        let expected = least + LAYER_BYTES * n_layers;
        let cut = NetworkError::Length { found, expected };
        let (shapes, arrays) = rest.split_at_checked(LAYER_BYTES * n_layers).ok_or(cut)?;
        network.fill(n_features, shapes, arrays).map_err(|error| match error {
            NetworkError::Length { found: n, expected: wanted } => {
                NetworkError::Length { found, expected: found - n + wanted }
            }
            other => other,
        })?;
        network.judge()?;
        Ok(network)
    }

    /// Reads the arrays, whose length the shapes say.
    fn fill(
        &mut self,
        n_features: usize,
        shapes: &[u8],
        arrays: &[u8],
    ) -> Result<(), NetworkError> {
        let mut n_in = if self.tells_missing { 2 * n_features } else { n_features };
        let mut expected = 2 * n_features;
        let mut sizes = Vec::new();
        for shape in shapes.chunks_exact(LAYER_BYTES) {
            let width = usize::from(u16::from_le_bytes([shape[0], shape[1]]));
            within("sums in a layer", width, WIDTH_MAX)?;
            let unknown = NetworkError::Choice { what: "a curve", found: shape[2] };
            let curve = *Curve::ALL.get(usize::from(shape[2])).ok_or(unknown)?;
            if shape[3] != 0 {
                return Err(NetworkError::Choice { what: "nothing", found: shape[3] });
            }
            sizes.push((curve, width, n_in * width));
            expected += width + n_in * width;
            n_in = width;
        }
        if arrays.len() != 4 * expected {
            return Err(NetworkError::Length { found: arrays.len(), expected: 4 * expected });
        }
        let numbers =
            arrays.chunks_exact(4).map(|it| f32::from_le_bytes([it[0], it[1], it[2], it[3]]));
        let numbers: Vec<f32> = numbers.collect();
        let (inputs, mut rest) = numbers.split_at(2 * n_features);
        self.inputs =
            inputs.chunks_exact(2).map(|it| Input { mean: it[0], scale: it[1] }).collect();
        for (curve, n_bias, n_weights) in sizes {
            let (bias, after) = rest.split_at(n_bias);
            let (weights, after) = after.split_at(n_weights);
            self.layers.push(Layer { curve, bias: bias.to_vec(), weights: weights.to_vec() });
            rest = after;
        }
        Ok(())
    }

    /// Whether it can score: every number is one, every layer fits the one before, within the limits.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn judge(&self) -> Result<(), NetworkError> {
        within("features", self.inputs.len(), FEATURES_MAX)?;
        within("layers", self.layers.len(), LAYERS_MAX)?;
        let is_input = |it: &Input| it.mean.is_finite() && it.scale.is_finite() && it.scale > 0.0;
        let is_reach = self.reach.is_finite() && self.reach > 0.0;
        if !is_reach || !self.inputs.iter().all(is_input) {
            return Err(NetworkError::Number { layer: 0, what: "a mean, a scale or a reach" });
        }
        let mut n_in = self.n_inputs();
        for (layer, it) in (1..).zip(&self.layers) {
            within("sums in a layer", it.bias.len(), WIDTH_MAX)?;
            if it.weights.len() != n_in * it.bias.len() {
                return Err(NetworkError::Shape(layer));
            }
            if !it.bias.iter().chain(&it.weights).all(|number| number.is_finite()) {
                return Err(NetworkError::Number { layer, what: "a weight" });
            }
            n_in = it.bias.len();
        }
        Ok(())
    }
}

fn within(what: &'static str, found: usize, most: usize) -> Result<(), NetworkError> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(NetworkError::Size { what, found, least: 1, most })
}

/// A number below 65,536 as two bytes; what is read is judged by its size before.
fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
