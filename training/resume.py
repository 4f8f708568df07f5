"""Reads the weights of the finished encoder back, so that a rebuild goes on from there.

Most of what a rebuild has to learn is known already: from the pretrained weights on it took five
times as long. Eight bits for each weight are near enough to begin with.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import NodeProto
from onnx.numpy_helper import to_array

_HEAD = "labels"


def weights(folder: Path, labels: list[str]) -> dict[str, torch.Tensor]:
    """Returns the weights by the names that the network gives them.

    Args:
        folder: the finished encoder, as `training.build` wrote it.
        labels: those to be taught, in order. A label that the encoder does not know begins at zero.

    Raises:
        ValueError, KeyError: it is another network.
    """
    model = onnx.load(folder / "encoder.onnx")
    constants = {one.name: to_array(one) for one in model.graph.initializer}
    found = {
        name.removeprefix("network."): value
        for name, value in constants.items()
        if name.startswith("network.") and value.dtype == np.float32 and value.ndim
    }
    for node in model.graph.node:
        found |= _read(node, constants)
    known = json.loads((folder / "card.json").read_text(encoding="utf-8"))["labels"]
    for name in (f"{_HEAD}.weight", f"{_HEAD}.bias"):
        rows = dict(zip(known, found[name], strict=True))
        found[name] = np.array([rows.get(one, np.zeros_like(found[name][0])) for one in labels])
    # The scales of 8-bit weights have the names of what they scale.
    return {
        name: torch.tensor(value, dtype=torch.float32)
        for name, value in found.items()
        if not name.endswith("_scale")
    }


def _read(node: NodeProto, constants: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns what one operation holds of the network, as a layer of PyTorch has it."""
    module = _module(node.name)
    if node.op_type == "QAttention":
        whole = constants[node.input[1]] * constants[node.input[4]]
        parts = ("query", "key", "value")
        biases = np.split(constants[node.input[2]], len(parts))
        return {
            f"{module}.{part}.{kind}": value
            for part, weight, bias in zip(
                parts, np.split(whole, len(parts), axis=1), biases, strict=True
            )
            for kind, value in (("weight", weight.T), ("bias", bias))
        }
    if node.op_type == "MatMulInteger":
        values = constants[node.input[1]]
        scale = constants[node.input[1].removesuffix("_quantized") + "_scale"]
        return {f"{module}.weight": (values * scale).T}
    if node.op_type == "DequantizeLinear":
        name = node.input[1].removesuffix("_scale")
        values = constants[f"{name}_quantized"].astype(np.float32)
        zero = constants[node.input[2]].astype(np.float32)
        return {name.removeprefix("network."): (values - zero) * constants[node.input[1]]}
    return {}


def _module(name: str) -> str:
    """`encoder.layer.0.output.dense` of `/encoder/layer.0/output/dense/MatMul_quant`."""
    return ".".join(name.strip("/").split("/")[:-1])
