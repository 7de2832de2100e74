//! What a graph holds beside its nodes: constants, read with their sizes checked.

use super::error::OnnxError;
use crate::limits::WIDTH_MAX;
use std::collections::BTreeMap;
use tract_onnx::pb::tensor_proto::{DataLocation, DataType};
use tract_onnx::pb::tensor_shape_proto::dimension::Value as Size;
use tract_onnx::pb::type_proto::Value;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto, ValueInfoProto};

/// The number of the type of single floats.
pub(super) const FLOAT: i32 = DataType::Float as i32;
/// The number of the type of whole numbers.
const INT64: i32 = DataType::Int64 as i32;
/// Numbers of a constant. Source: a layer from as many inputs as there are to as many sums.
const NUMBERS_MAX: usize = WIDTH_MAX * WIDTH_MAX;

/// A constant: numbers in rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Constant {
    /// Its sizes.
    pub(super) sizes: Vec<usize>,
    /// Its numbers.
    pub(super) numbers: Vec<f64>,
}

/// Constants by their name.
#[derive(Debug, Default)]
pub(super) struct Constants<'a>(BTreeMap<&'a str, &'a TensorProto>);

impl<'a> Constants<'a> {
    /// Those of a graph.
    pub(super) fn of(graph: &'a GraphProto) -> Self {
        Self(graph.initializer.iter().map(|it| (it.name.as_str(), it)).collect())
    }

    /// Adds what a node gives that only holds a constant.
    pub(super) fn add(&mut self, node: &'a NodeProto) -> Option<()> {
        let value = node.attribute.iter().find(|it| it.name == "value")?.t.as_ref()?;
        self.0.insert(node.output.first()?, value);
        Some(())
    }

    /// The constant of a name; `None` when that is none.
    pub(super) fn get(&self, name: &str) -> Result<Option<Constant>, OnnxError> {
        self.0.get(name).map(|tensor| read(name, tensor)).transpose()
    }
}

fn read(name: &str, tensor: &TensorProto) -> Result<Constant, OnnxError> {
    let fault = |what: &str| OnnxError::Constant { name: name.to_owned(), what: what.to_owned() };
    if tensor.data_location == Some(DataLocation::External as i32) {
        return Err(fault("its numbers are in another file"));
    }
    let sizes = tensor.dims.iter().map(|it| usize::try_from(*it).ok());
    let sizes: Vec<usize> = sizes.collect::<Option<_>>().ok_or_else(|| fault("a size below 0"))?;
    let n = sizes.iter().try_fold(1_usize, |all, size| all.checked_mul(*size));
    let n = n.filter(|n| (1..=NUMBERS_MAX).contains(n));
    let n = n.ok_or_else(|| fault("no numbers, or more than a layer may have"))?;
    let numbers: Vec<f64> = match tensor.data_type {
        FLOAT if tensor.raw_data.is_empty() => {
            tensor.float_data.iter().map(|it| f64::from(*it)).collect()
        }
        FLOAT => {
            let (whole, rest) = tensor.raw_data.as_chunks::<4>();
            let rest = rest.iter().map(|_| f64::NAN);
            whole.iter().map(|it| f64::from(f32::from_le_bytes(*it))).chain(rest).collect()
        }
        INT64 if tensor.raw_data.is_empty() => {
            tensor.int64_data.iter().map(|it| *it as f64).collect()
        }
        INT64 => {
            let (whole, rest) = tensor.raw_data.as_chunks::<8>();
            let rest = rest.iter().map(|_| f64::NAN);
            whole.iter().map(|it| i64::from_le_bytes(*it) as f64).chain(rest).collect()
        }
        _ => return Err(fault("its numbers are not float32")),
    };
    if numbers.len() != n {
        return Err(fault(&format!("{} numbers where its sizes want {n}", numbers.len())));
    }
    if !numbers.iter().all(|it| it.is_finite()) {
        return Err(fault("it holds what is no number"));
    }
    Ok(Constant { sizes, numbers })
}

/// The type of a value and its sizes; `None` for a size that is not said.
pub(super) fn shape(value: &ValueInfoProto) -> Option<(i32, Vec<Option<usize>>)> {
    let Value::TensorType(tensor) = value.r#type.as_ref()?.value.as_ref()?;
    let size = |size: &Option<Size>| match size {
        Some(Size::DimValue(n)) => usize::try_from(*n).ok(),
        _ => None,
    };
    let sizes = tensor.shape.as_ref()?.dim.iter().map(|it| size(&it.value));
    Some((tensor.elem_type, sizes.collect()))
}
