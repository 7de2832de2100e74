//! Node after node along the chain that leads from the input to the output.

use super::constants::{Constant, Constants, FLOAT};
use super::draft::Draft;
use super::error::OnnxError;
use crate::network::{Curve, Layer};
use tract_onnx::pb::{GraphProto, NodeProto};

/// Translates a graph whose input has this name and width.
pub(super) fn translate(
    graph: &GraphProto,
    input: &str,
    width: usize,
    n_scores: usize,
) -> Result<Vec<Layer>, OnnxError> {
    let mut constants = Constants::of(graph);
    let (mut draft, mut at) = (Draft::new(width), input);
    for node in &graph.node {
        let link = Link { node, constants: &constants, at };
        if !matches!(&*node.domain, "" | "ai.onnx") {
            let op = format!("{}.{}", node.domain, node.op_type);
            return Err(OnnxError::Operator { node: node.name.clone(), op });
        }
        if node.op_type == "Constant" {
            let fault = link.fault("only a constant given by its value is read");
            constants.add(node).ok_or(fault)?;
            continue;
        }
        link.apply(&mut draft)?;
        at = node.output.first().ok_or_else(|| link.fault("it gives nothing"))?;
    }
    let wrong = |found: String| OnnxError::Output { wanted: n_scores, found };
    match graph.output.as_slice() {
        [output] if output.name == at && draft.width == n_scores => {}
        [output] if output.name == at => {
            return Err(wrong(format!("{:?} is {} wide", output.name, draft.width)));
        }
        [output] => {
            return Err(wrong(format!("{:?} is not where the chain ends ({at:?})", output.name)));
        }
        all => return Err(wrong(format!("it has {} outputs", all.len()))),
    }
    draft.close().map_err(|found| OnnxError::Output { wanted: n_scores, found })
}

/// A node, and where the chain stands before it.
struct Link<'a> {
    node: &'a NodeProto,
    constants: &'a Constants<'a>,
    at: &'a str,
}

impl Link<'_> {
    fn fault(&self, what: &str) -> OnnxError {
        let (node, op) = (self.node.name.clone(), self.node.op_type.clone());
        OnnxError::Node { node, op, what: what.to_owned() }
    }

    /// Does to the draft what the node does to its input.
    fn apply(&self, draft: &mut Draft) -> Result<(), OnnxError> {
        let told = |what: String| self.fault(&what);
        match &*self.node.op_type {
            "MatMul" => {
                self.comes_at(0)?;
                draft.multiply(&self.constant(1)?).map_err(told)
            }
            "Gemm" => self.gemm(draft),
            "Add" | "Sub" | "Mul" | "Div" => self.each(draft),
            "Relu" => self.bend(draft, Curve::Relu),
            "Tanh" => self.bend(draft, Curve::Tanh),
            "Sigmoid" => self.bend(draft, Curve::Sigmoid),
            "Identity" | "Dropout" => self.comes_at(0),
            "Flatten" => {
                self.comes_at(0)?;
                self.wants(self.whole("axis", 1) == 1, "only along axis 1")
            }
            "Cast" => {
                self.comes_at(0)?;
                self.wants(self.whole("to", 0) == i64::from(FLOAT), "only to float32")
            }
            "Reshape" => {
                self.comes_at(0)?;
                let to = self.constant(1)?;
                let is_same = to.numbers == [-1.0, draft.width as f64];
                self.wants(is_same, "only into rows as wide as they are")
            }
            op => Err(OnnxError::Operator { node: self.node.name.clone(), op: op.to_owned() }),
        }
    }

    fn bend(&self, draft: &mut Draft, curve: Curve) -> Result<(), OnnxError> {
        self.comes_at(0)?;
        draft.bend(curve).map_err(|what| self.fault(&what))
    }

    fn gemm(&self, draft: &mut Draft) -> Result<(), OnnxError> {
        self.comes_at(0)?;
        self.wants(self.whole("transA", 0) == 0, "only with transA = 0")?;
        let by = self.constant(1)?;
        let by = if self.whole("transB", 0) == 0 { by } else { turned(by) };
        draft.multiply(&by).map_err(|what| self.fault(&what))?;
        let n = draft.width;
        let plus = match self.node.input.get(2).map(String::as_str) {
            None | Some("") => vec![0.0; n],
            Some(_) => self.wide(&self.constant(2)?, n)?,
        };
        let beta = self.number("beta", 1.0);
        let plus: Vec<f64> = plus.iter().map(|it| it * beta).collect();
        draft.each(&vec![self.number("alpha", 1.0); n], &plus);
        Ok(())
    }

    fn each(&self, draft: &mut Draft) -> Result<(), OnnxError> {
        let n = draft.width;
        let comes_first = self.node.input.first().is_some_and(|it| it == self.at);
        self.comes_at(usize::from(!comes_first))?;
        let numbers = self.wide(&self.constant(usize::from(comes_first))?, n)?;
        let map = |of: fn(&f64) -> f64| numbers.iter().map(of).collect::<Vec<f64>>();
        match (&*self.node.op_type, comes_first) {
            ("Add", _) => draft.each(&vec![1.0; n], &numbers),
            ("Sub", true) => draft.each(&vec![1.0; n], &map(|it| -it)),
            ("Sub", false) => draft.each(&vec![-1.0; n], &numbers),
            ("Mul", _) => draft.each(&numbers, &vec![0.0; n]),
            ("Div", true) if !numbers.contains(&0.0) => {
                draft.each(&map(|it| it.recip()), &vec![0.0; n]);
            }
            ("Div", true) => return Err(self.fault("it divides by 0")),
            _ => return Err(self.fault("what comes along the chain may not divide a constant")),
        }
        Ok(())
    }

    /// The chain comes in at this place.
    fn comes_at(&self, place: usize) -> Result<(), OnnxError> {
        let is_here = self.node.input.get(place).is_some_and(|it| it == self.at);
        let what = format!("it does not go on from {:?}: only a chain is translated", self.at);
        self.wants(is_here, &what)
    }

    fn wants(&self, holds: bool, what: &str) -> Result<(), OnnxError> {
        if holds { Ok(()) } else { Err(self.fault(what)) }
    }

    /// The constant at a place.
    fn constant(&self, place: usize) -> Result<Constant, OnnxError> {
        let Some(name) = self.node.input.get(place) else {
            return Err(self.fault("an input is missing"));
        };
        let found = self.constants.get(name)?;
        found.ok_or_else(|| {
            self.fault(&format!("{name:?} is no constant: only a chain is translated"))
        })
    }

    /// A constant as one number for each of `n`.
    fn wide(&self, constant: &Constant, n: usize) -> Result<Vec<f64>, OnnxError> {
        let is_row = constant.sizes.iter().rev().skip(1).all(|size| *size == 1);
        match constant.numbers.as_slice() {
            [one] => Ok(vec![*one; n]),
            all if is_row && all.len() == n => Ok(all.to_vec()),
            _ => Err(self.fault(&format!(
                "a constant of the sizes {:?} does not go with rows of {n}",
                constant.sizes
            ))),
        }
    }

    fn whole(&self, name: &str, default: i64) -> i64 {
        self.node.attribute.iter().find(|it| it.name == name).map_or(default, |it| it.i)
    }

    fn number(&self, name: &str, default: f64) -> f64 {
        let found = self.node.attribute.iter().find(|it| it.name == name);
        found.map_or(default, |it| f64::from(it.f))
    }
}

/// A matrix with its columns as rows; what is no matrix is told so when it is multiplied by.
fn turned(matrix: Constant) -> Constant {
    let [n_rows, n_columns] = matrix.sizes[..] else { return matrix };
    let at = |at: usize| matrix.numbers[(at % n_rows) * n_columns + at / n_rows];
    let numbers = (0..n_rows * n_columns).map(at).collect();
    Constant { sizes: vec![n_columns, n_rows], numbers }
}
