"""Predicts what a person does with a message, by its reading and what waits for an answer.

One linear model for each thing that is told apart (the act, who speaks), on the encoder's output
for the message alone, the open question, and the message's words.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.dialogue.acts import FOUR, OPEN, Open, is_of_four

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.nlu.encoder import Encoded

_ARRAYS_FILE, _NAMES_FILE = "turns.npz", "turns.json"
_TOKENS = re.compile(r"\w+|[?!]")
_LONGEST = 3
# An n-gram counts if it stands in so many messages.
_LEAST_MESSAGES = 3
# How often the weights are bettered: after that, hardly a reading changes.
_STEPS = 100
# The parts of what is read are made about as long as one another.
_LEAST_LOG, _LOG_SCALE, _ASKED_SCALE, _WORDS_SCALE = -12.0, 0.25, 3.0, 2.0


@dataclass(frozen=True)
class Reading:
    """A message as the model reads it.

    Attributes:
        text: with its slips mended.
        encoded: the encoder's output for it alone.
        waiting: what waits for an answer.
    """

    text: str
    encoded: Encoded
    waiting: Open


@dataclass(frozen=True)
class _Head:
    """A linear model: its classes, and a row for each feature, words last."""

    classes: list[str]
    coefficients: NDArray[np.float32]
    intercept: NDArray[np.float32]


@dataclass(frozen=True)
class TurnModel:
    """Predicts each of several things about a message.

    Attributes:
        words: the index of each learnt n-gram of words.
        rarity: how rare each is.
        heads: the models by their names.
    """

    words: dict[str, int]
    rarity: NDArray[np.float32]
    heads: dict[str, _Head]

    @classmethod
    def fit(
        cls,
        readings: Sequence[Reading],
        truth: Mapping[str, Sequence[str | None]],
        own: int | None = None,
    ) -> TurnModel:
        """Learns from messages.

        Args:
            readings: the messages.
            truth: for each thing to tell apart what is true of each message; None where it is of no
                matter.
            own: so many of the messages, the first, tell which words count; all if not given.
        """
        from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - serving does not need them
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        first = readings[:own]
        held = Counter(one for reading in first for one in {*_ngrams(reading.text)})
        known = sorted(one for one, count in held.items() if count >= _LEAST_MESSAGES)
        rarity = np.array([np.log(len(first) / held[one]) + 1 for one in known], np.float32)
        model = cls({one: place for place, one in enumerate(known)}, rarity, {})
        dense = np.array([_dense(one) for one in readings])
        # Around their middle the same weights are found in half the steps.
        middle = dense[:own].mean(axis=0)
        rows, places, weights = [], [], []
        for row, one in enumerate(readings):
            found, counts = model._words(one.text)
            rows += [row] * len(found)
            places += found.tolist()
            weights += counts.tolist()
        shape = (len(readings), len(known))
        features = hstack(
            [csr_matrix(dense - middle), csr_matrix((weights, (rows, places)), shape)]
        ).tocsr()
        for name, classes in truth.items():
            rows = [row for row, one in enumerate(classes) if one is not None]
            learnt = LogisticRegression(max_iter=_STEPS)
            learnt.fit(features[rows], [classes[row] for row in rows])
            coefficients = np.ascontiguousarray(_of_each(learnt.coef_).T, np.float32)
            intercept = _of_each(learnt.intercept_) - middle @ coefficients[: len(middle)]
            model.heads[name] = _Head(
                [*map(str, learnt.classes_)], coefficients, intercept.astype(np.float32)
            )
        return model

    def predict(self, reading: Reading) -> dict[str, dict[str, float]]:
        """Returns the probability of each class, for each thing that is told apart."""
        dense = _dense(reading)
        places, weights = self._words(reading.text)
        found = {}
        for name, head in self.heads.items():
            scores = dense @ head.coefficients[: len(dense)] + head.intercept
            scores = scores + weights @ head.coefficients[len(dense) + places]
            shares = np.exp(scores - scores.max())
            found[name] = dict(zip(head.classes, (shares / shares.sum()).tolist(), strict=True))
        return found

    def _words(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        known = Counter(self.words[one] for one in _ngrams(text) if one in self.words)
        places = np.fromiter(known, np.intp, len(known))
        counts = np.fromiter(known.values(), np.float32, len(known))
        weights = (1 + np.log(counts)) * self.rarity[places]
        return places, _WORDS_SCALE * weights / (np.linalg.norm(weights) or 1)

    def write(self, folder: Path) -> None:
        """Stores the model in a folder."""
        names = [list(self.words), {name: head.classes for name, head in self.heads.items()}]
        (folder / _NAMES_FILE).write_text(json.dumps(names), encoding="utf-8")
        arrays = {"rarity": self.rarity}
        for name, head in self.heads.items():
            arrays |= {f"{name}_coefficients": head.coefficients.astype(np.float16)}
            arrays |= {f"{name}_intercept": head.intercept}
        np.savez_compressed(folder / _ARRAYS_FILE, **arrays)

    @classmethod
    def read(cls, folder: Path) -> TurnModel:
        """Loads a stored model.

        Raises:
            OSError, ValueError, KeyError, zipfile.BadZipFile: it is missing or damaged.
        """
        words, classes = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        heads = {}
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            rarity = arrays["rarity"]
            for name, its in classes.items():
                coefficients = arrays[f"{name}_coefficients"].astype(np.float32)
                if coefficients.shape[1] != len(its) or len(words) != len(rarity):
                    raise ValueError(f"the classes of {name} do not fit its weights")
                heads[name] = _Head(its, coefficients, arrays[f"{name}_intercept"])
        return cls({one: place for place, one in enumerate(words)}, rarity, heads)


def _dense(reading: Reading) -> NDArray[np.float32]:
    logs = np.fromiter(reading.encoded.labels.values(), np.float32, len(reading.encoded.labels))
    # Which of the four it is matters little beside that it is one of them.
    of_four = FOUR if is_of_four(reading.waiting) else None
    waiting = [float(one in (reading.waiting, of_four)) for one in OPEN]
    return np.concatenate(
        [
            np.maximum(logs, _LEAST_LOG) * _LOG_SCALE,
            reading.encoded.asked * _ASKED_SCALE,
            np.array(waiting, np.float32),
        ]
    )


def _of_each(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of two classes scikit-learn keeps one row: those of the second."""
    return np.stack([-values[0], values[0]]) if len(values) == 1 else values


def _ngrams(text: str) -> Iterator[str]:
    tokens = _TOKENS.findall(text)
    for size in range(1, _LONGEST + 1):
        for start in range(len(tokens) - size + 1):
            yield " ".join(tokens[start : start + size])
