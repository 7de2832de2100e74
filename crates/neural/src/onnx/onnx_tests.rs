//! What is taken in says what the graph says; what is not is refused by what is wrong with it.

use super::*;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension};
use tract_onnx::pb::{
    AttributeProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto,
    ValueInfoProto, type_proto,
};

/// Two networks as other tools write them, made by `crates/neural/oracle/fixtures.py`.
const SKLEARN: &[u8] = include_bytes!("../../oracle/sklearn.onnx");
const TORCH_LIKE: &[u8] = include_bytes!("../../oracle/gemm.onnx");

fn tensor(name: &str, sizes: &[i64], numbers: &[f32]) -> TensorProto {
    TensorProto {
        name: name.to_owned(),
        dims: sizes.to_vec(),
        data_type: DataType::Float as i32,
        float_data: numbers.to_vec(),
        ..TensorProto::default()
    }
}

fn value(name: &str, width: i64) -> ValueInfoProto {
    let size = |n| Dimension { value: Some(dimension::Value::DimValue(n)), ..Dimension::default() };
    let shape = TensorShapeProto { dim: vec![size(1), size(width)] };
    let tensor = type_proto::Tensor { elem_type: DataType::Float as i32, shape: Some(shape) };
    let kind =
        TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..TypeProto::default() };
    ValueInfoProto { name: name.to_owned(), r#type: Some(kind), ..ValueInfoProto::default() }
}

fn node(op: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        op_type: op.to_owned(),
        name: format!("{op}-{output}"),
        input: inputs.iter().map(|it| (*it).to_owned()).collect(),
        output: vec![output.to_owned()],
        ..NodeProto::default()
    }
}

fn graph(width: i64, nodes: Vec<NodeProto>, constants: Vec<TensorProto>) -> ModelProto {
    let end = nodes.last().map_or("x".to_owned(), |node| node.output[0].clone());
    ModelProto {
        ir_version: 8,
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 17 }],
        graph: Some(GraphProto {
            node: nodes,
            initializer: constants,
            input: vec![value("x", width)],
            output: vec![value(&end, 1)],
            ..GraphProto::default()
        }),
        ..ModelProto::default()
    }
}

/// Two features, two sums bent by a rectifier, one score.
fn small() -> ModelProto {
    let nodes = vec![
        node("MatMul", &["x", "w"], "a"),
        node("Add", &["a", "b"], "c"),
        node("Relu", &["c"], "d"),
        node("MatMul", &["d", "v"], "y"),
    ];
    let constants = vec![
        tensor("w", &[2, 2], &[1.0, -1.0, 0.5, 2.0]),
        tensor("b", &[2], &[0.25, 0.5]),
        tensor("v", &[2, 1], &[1.0, -3.0]),
    ];
    graph(2, nodes, constants)
}

fn bytes(model: &ModelProto) -> Vec<u8> {
    prost::Message::encode_to_vec(model)
}

fn read(model: &ModelProto) -> Result<Import, OnnxError> {
    Import::read(&bytes(model), 2, 1)
}

/// What is said of the small graph after a change.
fn said(change: impl Fn(&mut ModelProto)) -> String {
    let mut model = small();
    change(&mut model);
    read(&model).unwrap_err().to_string()
}

fn of(model: &mut ModelProto) -> &mut GraphProto {
    model.graph.as_mut().unwrap()
}

fn rows(n: usize, n_features: usize) -> Vec<Vec<f32>> {
    let number = |row: usize, at: usize| ((row * 37 + at * 101) % 97) as f32 / 20.0 - 2.0;
    (0..n)
        .map(|row| {
            let of =
                |at: usize| if (row + at).is_multiple_of(7) { f32::NAN } else { number(row, at) };
            (0..n_features).map(of).collect()
        })
        .collect()
}

fn agreed(import: &Import, n_features: usize) {
    let rows = rows(50, n_features);
    let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
    let agreement = import.compare(&rows).unwrap();
    assert_eq!(agreement.n_rows, 50);
    assert!(agreement.largest < 1e-4, "{agreement:?}");
}

#[test]
fn networks_of_other_tools_say_the_same_after_translation() {
    let sklearn = Import::read(SKLEARN, 3, 1).unwrap();
    assert!(!sklearn.network.tells_missing);
    agreed(&sklearn, 3);
    // Twice as wide as the features: it is told what is missing.
    let gemm = Import::read(TORCH_LIKE, 3, 2).unwrap();
    assert!(gemm.network.tells_missing);
    agreed(&gemm, 3);
}

#[test]
fn every_operator_of_a_chain_is_translated_to_what_tract_makes_of_it() {
    for (op, constant) in [
        ("Add", Some([1.5, -0.5])),
        ("Sub", Some([1.5, -0.5])),
        ("Mul", Some([3.0, -2.0])),
        ("Div", Some([4.0, 0.5])),
        ("Relu", None),
        ("Tanh", None),
        ("Sigmoid", None),
        ("Identity", None),
        ("Flatten", None),
    ] {
        let mut model = small();
        let graph = of(&mut model);
        let inputs: &[&str] = if constant.is_some() { &["x", "k"] } else { &["x"] };
        graph.node.insert(0, node(op, inputs, "z"));
        graph.node[1].input[0] = "z".to_owned();
        graph.initializer.extend(constant.map(|numbers| tensor("k", &[1, 2], &numbers)));
        agreed(&read(&model).unwrap(), 2);
        if ["Add", "Sub", "Mul"].contains(&op) {
            of(&mut model).node[0].input.swap(0, 1);
            agreed(&read(&model).unwrap(), 2);
        }
    }
    let mut model = small();
    let last = of(&mut model).node.last_mut().unwrap();
    last.op_type = "Gemm".to_owned();
    last.input.push("n".to_owned());
    let number = |name: &str, f| AttributeProto {
        name: name.to_owned(),
        f,
        r#type: 1,
        ..AttributeProto::default()
    };
    let turned =
        AttributeProto { name: "transB".to_owned(), i: 1, r#type: 2, ..AttributeProto::default() };
    last.attribute = vec![number("alpha", 0.5), number("beta", 2.0), turned];
    of(&mut model).initializer.push(tensor("n", &[1], &[0.75]));
    of(&mut model).initializer[2].dims = vec![1, 2];
    agreed(&read(&model).unwrap(), 2);
}

#[test]
fn a_translation_that_says_otherwise_is_refused_with_the_row() {
    let mut import = read(&small()).unwrap();
    import.network.layers[1].bias[0] += 0.5;
    let rows = rows(3, 2);
    let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
    let said = import.compare(&rows).unwrap_err().to_string();
    assert!(said.contains("row 0: the ONNX graph says"), "{said}");
}

#[test]
fn bytes_that_are_no_whole_graph_are_refused_at_every_length() {
    let whole = bytes(&small());
    for end in 0..whole.len() {
        assert!(Import::read(&whole[..end], 2, 1).is_err(), "cut at {end}");
    }
    let said = |bytes: &[u8]| Import::read(bytes, 2, 1).unwrap_err().to_string();
    assert!(said(b"").contains("without a graph"), "{}", said(b""));
    assert!(said(b"\xff\xff\xff").contains("no ONNX file"), "{}", said(b"\xff\xff\xff"));
    let huge = vec![0; usize::try_from(ONNX_BYTES_MAX).unwrap() + 1];
    assert!(said(&huge).contains("at most 16777216 are read"));
}

#[test]
fn an_unknown_operator_set_and_too_many_nodes_are_refused() {
    for version in [0, 6, 26, i64::MAX] {
        let said = said(|it| it.opset_import[0].version = version);
        assert!(said.contains(&format!("operator set {version}: 7 to 25")), "{said}");
    }
    assert!(said(|it| it.opset_import.clear()).contains("operator set 0"));
    let many = said(|it| of(it).node = vec![node("Relu", &["x"], "x"); 257]);
    assert!(many.contains("257 nodes: at most 256"), "{many}");
}

#[test]
fn inputs_and_outputs_of_another_shape_are_refused() {
    let wide = said(|it| of(it).input[0] = value("x", 3));
    assert!(wide.contains("rows of 3 numbers; the spec has 2 features"), "{wide}");
    let two = said(|it| of(it).input.push(value("z", 2)));
    assert!(two.contains("it has 2 inputs"), "{two}");
    let unsaid = said(|it| of(it).input[0].r#type = None);
    assert!(unsaid.contains("does not say its shape"), "{unsaid}");
    let double = said(|it| {
        let kind = of(it).input[0].r#type.as_mut().unwrap();
        let Some(type_proto::Value::TensorType(tensor)) = &mut kind.value else { panic!() };
        tensor.elem_type = DataType::Double as i32;
    });
    assert!(double.contains("another type"), "{double}");
    let outputs = said(|it| of(it).output.push(value("a", 2)));
    assert!(outputs.contains("1 scores wide: it has 2 outputs"), "{outputs}");
    let inner = said(|it| of(it).output = vec![value("c", 2)]);
    assert!(inner.contains("is not where the chain ends"), "{inner}");
    let scores = Import::read(&bytes(&small()), 2, 4).unwrap_err().to_string();
    assert!(scores.contains("4 scores wide: \"y\" is 1 wide"), "{scores}");
}

#[test]
fn what_is_no_chain_of_layers_is_refused_by_the_operator_s_name() {
    for op in ["Softmax", "Conv", "LSTM", "BatchNormalization", "Gelu"] {
        let said = said(|it| of(it).node[2].op_type = op.to_owned());
        assert!(said.contains(&format!("the operator {op} is not translated")), "{said}");
    }
    let ours = said(|it| of(it).node[2].domain = "com.example".to_owned());
    assert!(ours.contains("com.example.Relu"), "{ours}");
    let branch = said(|it| of(it).node[3].input[0] = "a".to_owned());
    assert!(branch.contains("does not go on from \"d\""), "{branch}");
    let sum = said(|it| of(it).node[1].input[1] = "x".to_owned());
    assert!(sum.contains("is no constant"), "{sum}");
}

#[test]
fn constants_that_are_none_are_refused_by_their_name() {
    let nan = said(|it| of(it).initializer[1].float_data[0] = f32::NAN);
    assert!(nan.contains("\"b\": it holds what is no number"), "{nan}");
    let huge = said(|it| of(it).initializer[0].dims = vec![i64::MAX, 4]);
    assert!(huge.contains("more than a layer may have"), "{huge}");
    let negative = said(|it| of(it).initializer[0].dims = vec![-1, 4]);
    assert!(negative.contains("a size below 0"), "{negative}");
    let few = said(|it| of(it).initializer[0].dims = vec![2, 3]);
    assert!(few.contains("4 numbers where its sizes want 6"), "{few}");
    let whole = said(|it| of(it).initializer[0].data_type = DataType::Double as i32);
    assert!(whole.contains("not float32"), "{whole}");
    let ragged = said(|it| {
        let constant = &mut of(it).initializer[1];
        constant.float_data.clear();
        constant.raw_data = vec![0; 7];
    });
    assert!(ragged.contains("where its sizes want 2"), "{ragged}");
    let narrow = said(|it| of(it).initializer[0] = tensor("w", &[1, 2], &[1.0, 2.0]));
    assert!(narrow.contains("takes 1 numbers where 2 come"), "{narrow}");
    let zero = said(|it| {
        of(it).node[1].op_type = "Div".to_owned();
        of(it).initializer[1].float_data[0] = 0.0;
    });
    assert!(zero.contains("divides by 0"), "{zero}");
    let infinite = said(|it| of(it).initializer[2].float_data = vec![f32::MAX, f32::INFINITY]);
    assert!(infinite.contains("\"v\": it holds what is no number"), "{infinite}");
}
