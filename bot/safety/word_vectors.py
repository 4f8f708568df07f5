"""The first step of the grammar parser (spaCy's tok2vec), with the parser's own weights, faster.

spaCy computes the vectors of the words through some sixty small layers that are made for training
too; for one message their overhead costs more than the sums. These are the same sums in NumPy. A
test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.tokens import Doc
    from thinc.api import Model

    Floats = NDArray[np.float32]

# As in thinc's layernorm: nothing is divided by zero.
_LEAST_VARIANCE = np.float32(1e-8)


def _layers(model: Model, name: str) -> list[Model]:
    """All layers of a name, in the order they are applied."""
    return [layer for layer in model.walk(order="dfs_pre") if layer.name == name]


@dataclass(frozen=True)
class _Block:
    """The largest of a few linear maps, brought to mean 0 and variance 1, then scaled as learnt.

    Attributes:
        weights: (input, pieces x output).
        bias: (pieces x output).
        scale, shift: (output).
    """

    weights: Floats
    bias: Floats
    scale: Floats
    shift: Floats

    @classmethod
    def of(cls, maxout: Model, norm: Model) -> _Block:
        weights, bias = maxout.get_param("W"), maxout.get_param("b")  # (output, pieces, input)
        # Pieces first, so that the largest is taken of whole rows.
        turned = weights.transpose(2, 1, 0).reshape(weights.shape[2], -1)
        return cls(
            np.ascontiguousarray(turned),
            np.ascontiguousarray(bias.T).ravel(),
            norm.get_param("G"),
            norm.get_param("b"),
        )

    def __call__(self, values: Floats) -> Floats:
        mapped = values @ self.weights
        mapped += self.bias
        width = len(self.scale)
        best: Floats = mapped.reshape(len(values), -1, width).max(axis=1)
        best -= best.sum(axis=1, keepdims=True) / np.float32(width)
        variance = np.einsum("ij,ij->i", best, best)[:, None] / np.float32(width)
        best /= np.sqrt(variance + _LEAST_VARIANCE)
        best *= self.scale
        best += self.shift
        return best


class WordVectors:
    """The vectors of the words of a text, each in its context."""

    def __init__(self, model: Model) -> None:
        """Take over the weights of the model of a `tok2vec` pipe."""
        self._hash = model.ops.hash
        (extract,) = _layers(model, "extract_features")
        self._attributes = extract.attrs["columns"]
        embeds = _layers(model, "hashembed")
        self._seeds = [embed.attrs["seed"] for embed in embeds]
        tables = [embed.get_param("E") for embed in embeds]
        # The tables of all attributes as one, and where each begins in it.
        self._table = np.concatenate(tables)
        sizes = np.array([len(table) for table in tables], np.uint32)
        self._sizes, self._starts = sizes, np.cumsum(sizes, dtype=np.uint32) - sizes
        pairs = zip(_layers(model, "maxout"), _layers(model, "layernorm"), strict=True)
        self._mixer, *self._blocks = (_Block.of(maxout, norm) for maxout, norm in pairs)

    def __call__(self, document: Doc) -> Floats:
        """A row for each token of a text that has any."""
        values = self._mixer(self._embedded(document))
        # Each block sees one word to either side; beyond the text are zeros.
        edge = np.zeros((len(self._blocks), values.shape[1]), np.float32)
        values = np.concatenate([edge, values, edge])
        for block in self._blocks:
            windows = np.concatenate([values[:-2], values[1:-1], values[2:]], axis=1)
            values = values[1:-1] + block(windows)
        return values

    def _embedded(self, document: Doc) -> Floats:
        """What the attributes of each token say by themselves: four rows of a table, added."""
        attributes = document.to_array(self._attributes).T
        hashed = [
            self._hash(np.ascontiguousarray(ids, np.uint64), seed)
            for ids, seed in zip(attributes, self._seeds, strict=True)
        ]
        keys = np.stack(hashed, axis=1)  # (token, attribute, 4)
        keys %= self._sizes[:, None]
        keys += self._starts[:, None]
        embedded: Floats = self._table[keys].sum(axis=2).reshape(len(document), -1)
        return embedded
