"""Joins operations of the finished encoder file that onnxruntime does not join by itself.

Serving becomes a few percent faster, and the numbers stay the same to the last bit: layers of
rounding to 8 bits would make a visible difference of the least.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import NodeProto
from onnx.helper import make_node, make_opsetid
from onnx.numpy_helper import from_array, to_array
from onnx.utils import Extractor


def fuse(path: Path, heads: int) -> None:
    """Rewrite what `quantize_dynamic` wrote, in place.

    Args:
        path: the file; its network reads tokens and which of them are the message's own.
        heads: how many heads each layer's attention has.

    Raises:
        ValueError, KeyError: it is not the network that this was written for, or reads otherwise
            afterwards.
    """
    model = onnx.load(path)
    before = _read(path)
    network = _Network(model)
    network.drop_zero_points()
    for softmax in network.of("Softmax"):
        network.join_attention(softmax, heads)
    for norm in network.of("LayerNormalization"):
        network.join_sum(norm)
    model.opset_import.append(make_opsetid("com.microsoft", 1))
    # Without what nothing reads any longer.
    ends = [[one.name for one in part] for part in (model.graph.input, model.graph.output)]
    onnx.save(Extractor(model).extract_model(*ends), path)
    if not all(map(np.array_equal, before, _read(path))):
        raise ValueError(f"{path}: other numbers than before")


def _read(path: Path) -> list[np.ndarray]:
    """What the network makes of made-up messages of several lengths."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids, own = (one.name for one in session.get_inputs())
    draw = np.random.default_rng(0)
    read: list[np.ndarray] = []
    for count in (1, 2, 7, 22, 64, 128):
        tokens = draw.integers(0, 30_000, (1, count))
        read += session.run(None, {ids: tokens, own: np.ones_like(tokens, dtype=np.float32)})
    return read


class _Network:
    """A model whose nodes are replaced where they stand, so that they stay in order."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._graph = model.graph
        self._maker = {name: node for node in self._graph.node for name in node.output}
        self._constants = {one.name: to_array(one) for one in self._graph.initializer}
        for node in self.of("Constant"):
            self._constants[node.output[0]] = to_array(node.attribute[0].t)

    def of(self, kind: str) -> list[NodeProto]:
        return [node for node in self._graph.node if node.op_type == kind]

    def drop_zero_points(self) -> None:
        """Those of the weights are all 0, but onnxruntime would calculate with them."""
        for node in self.of("MatMulInteger"):
            if self._constants[node.input.pop()].any():
                raise ValueError(f"{node.name}: weights with a zero point")

    def join_attention(self, softmax: NodeProto, heads: int) -> None:
        """From a layer's quantised input to what its heads found: one operation."""
        found = self._reader(softmax)
        query, key = (self._maker[name] for name in self._back(softmax, "MatMul").input)
        sums = [self._back(one, "Transpose", "Reshape", "Add") for one in (query, key, found)]
        products = [self._back(one, "Mul", "Cast", "MatMulInteger") for one in sums]
        # The three read the same; else this raises.
        (read,) = {one.input[0] for one in products}
        values, scale, zero = self._maker[read].output
        weights, biases = self._joined(products), self._joined(sums)
        scales = self._joined([self._back(one, "Mul", "Mul") for one in sums])
        inputs = [values, weights, biases, scale, scales, "", zero]
        # As onnxruntime multiplies the two: a bit more than one over the root of a head's width.
        factor = float(self._constant(query) * self._constant(key))
        # Some versions of the exporter shape what was found once more before they turn it round.
        turned = self._reader(found)
        while turned.op_type != "Transpose":
            turned = self._reader(turned)
        end = self._reader(turned)
        _replace(end, "QAttention", inputs, num_heads=heads, scale=factor)

    def join_sum(self, norm: NodeProto) -> None:
        """To add and to normalise: one operation."""
        inputs = [*self._back(norm, "Add").input, *norm.input[1:]]
        (epsilon,) = (one.f for one in norm.attribute if one.name == "epsilon")
        _replace(norm, "SkipLayerNormalization", inputs, epsilon=epsilon)

    def _reader(self, node: NodeProto) -> NodeProto:
        """The one that reads what a node found, and not only its shape."""
        readers = (one for one in self._graph.node if node.output[0] in one.input)
        (reader,) = (one for one in readers if one.op_type != "Shape")
        return reader

    def _back(self, node: NodeProto, *kinds: str) -> NodeProto:
        for kind in kinds:
            makers = [self._maker[name] for name in node.input if name in self._maker]
            (node,) = (one for one in makers if one.op_type == kind)
        return node

    def _constant(self, node: NodeProto) -> np.ndarray:
        (name,) = (name for name in node.input if name in self._constants)
        return self._constants[name]

    def _joined(self, nodes: list[NodeProto]) -> str:
        together = np.concatenate([self._constant(node) for node in nodes], axis=-1)
        name = f"{nodes[0].name}/joined"
        self._graph.initializer.append(from_array(together, name))
        return name


def _replace(node: NodeProto, kind: str, inputs: list[str], **attributes: float) -> None:
    new = make_node(kind, inputs, node.output, node.name, domain="com.microsoft", **attributes)
    node.CopyFrom(new)
