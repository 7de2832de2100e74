"""Writes the ONNX files that crates/neural/src/onnx/onnx_tests.rs takes in: one by a tool of others, one as PyTorch writes.

    pip install onnx==1.22.0 scikit-learn skl2onnx && python crates/neural/oracle/fixtures.py
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from sklearn.neural_network import MLPRegressor

HERE = Path(__file__).parent
rng = np.random.default_rng(1)

# A regressor of scikit-learn, by its own converter.
rows = rng.normal(size=(200, 3)).astype(np.float32)
labels = np.tanh(rows[:, 0] - 0.5 * rows[:, 1]) + 0.1 * rows[:, 2]
net = MLPRegressor(hidden_layer_sizes=(5, 4), activation="tanh", max_iter=300, random_state=1).fit(rows, labels)
(HERE / "sklearn.onnx").write_bytes(to_onnx(net, rows[:1], target_opset=17).SerializeToString())

# What torch.onnx.export writes of Linear, ReLU, Linear: Gemm with transB, weights as raw bytes.
# Three features and a 1 for each that is missing.
weights = [rng.normal(size=size).astype(np.float32) for size in [(8, 6), (8,), (2, 8), (2,)]]
names = ["0.weight", "0.bias", "2.weight", "2.bias"]
graph = helper.make_graph(
    [
        helper.make_node("Gemm", ["input", *names[:2]], ["a"], "/0/Gemm", alpha=1.0, beta=1.0, transB=1),
        helper.make_node("Relu", ["a"], ["b"], "/1/Relu"),
        helper.make_node("Gemm", ["b", *names[2:]], ["output"], "/2/Gemm", alpha=1.0, beta=1.0, transB=1),
    ],
    "main_graph",
    [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 6])],
    [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 2])],
    [numpy_helper.from_array(array, name) for array, name in zip(weights, names)],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
model.ir_version = 8
onnx.checker.check_model(model)
(HERE / "gemm.onnx").write_bytes(model.SerializeToString())

# What an outsider may send for `radius`: the logarithm of the map's own R68, the second of 22 features, through a chain.
# crates/node/tests/blackbox/networks.rs takes it in.
pick = np.zeros((22, 2), np.float32)
pick[1] = [1, -1]
graph = helper.make_graph(
    [
        helper.make_node("MatMul", ["input", "pick"], ["a"], "/0/MatMul"),
        helper.make_node("Relu", ["a"], ["b"], "/1/Relu"),
        helper.make_node("MatMul", ["b", "join"], ["output"], "/2/MatMul"),
    ],
    "main_graph",
    [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 22])],
    [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1])],
    [
        numpy_helper.from_array(pick, "pick"),
        numpy_helper.from_array(np.array([[1], [-1]], np.float32), "join"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
model.ir_version = 8
onnx.checker.check_model(model)
(HERE / "radius.onnx").write_bytes(model.SerializeToString())
