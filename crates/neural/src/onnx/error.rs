//! Why an ONNX file is no network of ours: what, and where in its graph.

use crate::codec::NetworkError;
use thiserror::Error;

/// Why an ONNX file is refused.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// It is larger than any.
    #[error("an ONNX file of {found} bytes: at most {most} are read")]
    TooLarge {
        /// Bytes.
        found: u64,
        /// Most.
        most: u64,
    },
    /// Its bytes are no ONNX.
    #[error("no ONNX file, or one that is cut short: {0}")]
    Bytes(String),
    /// It has no graph.
    #[error("an ONNX file without a graph: cut short, or no model")]
    NoGraph,
    /// It is of operators that are not known.
    #[error("ONNX operator set {found}: 7 to 25 are read")]
    Opset {
        /// Its version; 0 when it says none.
        found: i64,
    },
    /// More of something than is read.
    #[error("an ONNX graph of {found} {what}: at most {most} are read")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// Most.
        most: usize,
    },
    /// It has not one input of floats in rows.
    #[error("the ONNX graph should have one input of float32 rows, [N, width]: {0}")]
    Input(String),
    /// It takes other rows.
    #[error(
        "the ONNX graph takes rows of {found} numbers; the spec has {n_features} features: it should take {n_features}, \
         or twice that (a 1 for each that is missing behind them)"
    )]
    Width {
        /// What it takes.
        found: usize,
        /// What the spec has.
        n_features: usize,
    },
    /// It does not end in one output of scores.
    #[error("the ONNX graph should have one output, {wanted} scores wide: {found}")]
    Output {
        /// Scores that the spec wants.
        wanted: usize,
        /// What there is.
        found: String,
    },
    /// An operator that is not translated.
    #[error(
        "node {node:?}: the operator {op} is not translated; a chain of Gemm, MatMul, Add, Sub, Mul, Div, Relu, Tanh, \
         Sigmoid, Identity, Dropout, Flatten, Reshape, Cast and Constant is"
    )]
    Operator {
        /// Which node.
        node: String,
        /// Its operator.
        op: String,
    },
    /// A node that cannot be taken as it is.
    #[error("node {node:?} ({op}): {what}")]
    Node {
        /// Which node.
        node: String,
        /// Its operator.
        op: String,
        /// What is wrong with it.
        what: String,
    },
    /// A constant that is not one.
    #[error("the constant {name:?}: {what}")]
    Constant {
        /// Which.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// What it was translated to cannot score.
    #[error("the network of the ONNX graph: {0}")]
    Network(#[from] NetworkError),
    /// The oracle cannot run it.
    #[error("tract cannot run the ONNX graph: {0}")]
    Oracle(String),
    /// The oracle says otherwise.
    #[error("row {row}: the ONNX graph says {theirs}, what it was translated to says {ours}")]
    Differs {
        /// Which row.
        row: usize,
        /// What tract says.
        theirs: f32,
        /// What we say.
        ours: f32,
    },
}
