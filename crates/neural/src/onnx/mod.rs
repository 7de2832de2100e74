//! Networks trained elsewhere: an ONNX graph is translated into our form, and tract, which runs the graph as it is,
//! is asked whether both say the same.
//!
//! Only a chain of layers is translated; what is not is refused by its operator's name.
//!
//! Reading order: `constants`, `draft` (layers while they are put together), `chain` (node after node), `oracle`.

mod chain;
mod constants;
mod draft;
mod error;
mod oracle;

pub use error::OnnxError;
pub use oracle::Agreement;

use crate::limits::{ONNX_BYTES_MAX, ONNX_NODES_MAX};
use crate::network::{Input, Network};
use tract_onnx::pb::{GraphProto, ModelProto};
use tract_onnx::prelude::Framework as _;

/// Operator sets whose chains mean the same. Source: the change log of ONNX operators, 1.2 (set 7: broadcasting as it
/// is now) to 1.20 (set 25).
const OPSETS: std::ops::RangeInclusive<i64> = 7..=25;

/// A network that came as ONNX, with the graph it came from.
#[derive(Debug)]
pub struct Import {
    /// The network.
    pub network: Network,
    model: ModelProto,
}

impl Import {
    /// Translates a file for rows of so many features and so many scores.
    ///
    /// # Errors
    /// What cannot be taken, and where.
    pub fn read(bytes: &[u8], n_features: usize, n_scores: usize) -> Result<Self, OnnxError> {
        let found = bytes.len() as u64;
        if found > ONNX_BYTES_MAX {
            return Err(OnnxError::TooLarge { found, most: ONNX_BYTES_MAX });
        }
        let model = tract_onnx::onnx().proto_model_for_read(&mut &*bytes);
        let model = model.map_err(|error| OnnxError::Bytes(format!("{error:#}")))?;
        let graph = model.graph.as_ref().ok_or(OnnxError::NoGraph)?;
        opset(&model)?;
        few(graph)?;
        let (input, width) = input(graph, n_features)?;
        let layers = chain::translate(graph, input, width, n_scores)?;
        let network = Network {
            inputs: vec![Input { mean: 0.0, scale: 1.0 }; n_features],
            tells_missing: width == 2 * n_features,
            reach: f32::MAX,
            layers,
        };
        network.judge()?;
        Ok(Self { network, model })
    }
}

fn opset(model: &ModelProto) -> Result<(), OnnxError> {
    let ours = model.opset_import.iter().find(|it| matches!(&*it.domain, "" | "ai.onnx"));
    let found = ours.map_or(0, |it| it.version);
    if OPSETS.contains(&found) { Ok(()) } else { Err(OnnxError::Opset { found }) }
}

fn few(graph: &GraphProto) -> Result<(), OnnxError> {
    for (what, found) in [("nodes", graph.node.len()), ("constants", graph.initializer.len())] {
        if found > ONNX_NODES_MAX {
            return Err(OnnxError::TooMany { what, found, most: ONNX_NODES_MAX });
        }
    }
    if graph.node.is_empty() { Err(OnnxError::NoGraph) } else { Ok(()) }
}

/// The input's name and width.
fn input(graph: &GraphProto, n_features: usize) -> Result<(&str, usize), OnnxError> {
    let is_constant = |name: &str| graph.initializer.iter().any(|it| it.name == name);
    let given: Vec<_> = graph.input.iter().filter(|it| !is_constant(&it.name)).collect();
    let [input] = given.as_slice() else {
        return Err(OnnxError::Input(format!("it has {} inputs", given.len())));
    };
    let Some((kind, sizes)) = constants::shape(input) else {
        return Err(OnnxError::Input(format!("{:?} does not say its shape", input.name)));
    };
    if kind != constants::FLOAT {
        return Err(OnnxError::Input(format!("{:?} is of another type", input.name)));
    }
    match sizes.as_slice() {
        [_, Some(width)] if *width == n_features || *width == 2 * n_features => {
            Ok((&input.name, *width))
        }
        [_, Some(found)] => Err(OnnxError::Width { found: *found, n_features }),
        _ => Err(OnnxError::Input(format!("{:?} has another shape", input.name))),
    }
}

#[cfg(test)]
#[path = "onnx_tests.rs"]
mod tests;
