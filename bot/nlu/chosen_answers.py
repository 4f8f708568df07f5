"""Predicts which answer a caseworker would choose for a turn, from chats in which it was chosen.

Most of what people type in a chat is no question: they tell, correct, take up what was said. The
questions that an answer lists (bot/nlu/answer_index.py) do not hold that. So readers who know the
work chose answers for the turns in data/turns/ (`answers`). A copy of the encoder was taught to
tell these apart (data/chosen/, training/choices.py), and a linear model learns the choices from its
vectors, beside some of the listed questions, so that an answer which came later is known as well.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import minimize

from bot.nlu import encoder
from bot.nlu.encoder import Encoder
from bot.safety.loading import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FOLDER = encoder.FOLDER.with_name("chosen")
_ARRAYS_FILE, _NAMES_FILE = "chosen.npz", "chosen.json"
# Who speaks, as far as it is known.
_WHO = ("", "self", "friend", "professional", "under_18", "accused")
# A vector has the length 1; as long as this it weighs beside who speaks as when it was taught.
_LENGTH = 14.0
# How much the size of the weights costs, and how often they are bettered. The encoder was taught
# with the same turns, so it is surer of them than of others: much less, and the model would be too.
_RIDGE, _STEPS = 1e-3, 30

PART = Part(
    "encoder of chosen answers",
    lambda: Encoder(FOLDER, tokenizer=encoder.FOLDER),
    "answers are found by their questions alone",
)


def taught() -> frozenset[str]:
    """The answers (ids) that the encoder was taught to tell apart.

    Raises:
        OSError, ValueError, KeyError: its card is missing or damaged.
    """
    card = json.loads((FOLDER / encoder.CARD_FILE).read_text(encoding="utf-8"))
    return frozenset(card["answers"])


class Turn(NamedTuple):
    """What is read of a turn.

    Attributes:
        vector: of the message after what came before it.
        who: speaks, as far as it is known; "" for not at all.
    """

    vector: Floats
    who: str


@dataclass(frozen=True)
class ChosenAnswers:
    """Predicts the answer that would be chosen.

    Attributes:
        ids: of the answers.
        coefficients: a row for each thing read, a column for each answer.
        intercept: how often each is chosen anyway.
        is_known: whether the encoder was taught it. Of one that came later too little is known.
    """

    ids: list[str]
    coefficients: Floats
    intercept: Floats
    is_known: NDArray[np.bool_]

    @classmethod
    def fit(
        cls,
        ids: list[str],
        turns: Sequence[Turn],
        chosen: Floats,
        weights: Floats,
        known: Collection[str],
    ) -> ChosenAnswers:
        """Learns from turns.

        Args:
            ids: of the answers.
            turns: as they are read.
            chosen: how much each answer was chosen for each turn (turns x answers); rows sum to 1.
            weights: how much each turn counts.
            known: the answers that the encoder was taught.
        """
        read = np.array([_features(turn) for turn in turns], np.float32)
        is_known = np.array([one in known for one in ids])
        return cls(ids, *_fitted(read, chosen, weights), is_known)

    def log_shares(self, turn: Turn) -> Floats:
        """Returns the log-probability of each answer, in the order of `ids`; NaN for not known."""
        scores = _features(turn) @ self.coefficients + self.intercept
        shares: Floats = scores - np.logaddexp.reduce(scores)
        return np.where(self.is_known, shares, np.nan)

    def write(self, folder: Path) -> None:
        """Stores the model in a folder."""
        (folder / _NAMES_FILE).write_text(json.dumps(self.ids), encoding="utf-8")
        np.savez_compressed(
            folder / _ARRAYS_FILE,
            coefficients=self.coefficients.astype(np.float16),
            intercept=self.intercept,
            is_known=self.is_known,
        )

    @classmethod
    def read(cls, folder: Path) -> ChosenAnswers:
        """Loads a stored model.

        Raises:
            OSError, ValueError, KeyError, zipfile.BadZipFile: it is missing or damaged.
        """
        ids = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            intercept, is_known = arrays["intercept"], arrays["is_known"]
            coefficients = arrays["coefficients"].astype(np.float32)
        if len(ids) != coefficients.shape[1]:
            raise ValueError("answers and weights do not belong together")
        return cls(ids, coefficients, intercept, is_known)


def _features(turn: Turn) -> Floats:
    who = np.array([float(turn.who == one) for one in _WHO], np.float32)
    return np.concatenate([_LENGTH * turn.vector, who])


def _fitted(read: Floats, chosen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The weights with which what was chosen is the likeliest."""
    # Around their middle better ones are found in as many steps.
    middle = read.mean(axis=0)
    read = read - middle
    (_, width), (_, answers) = read.shape, chosen.shape
    share = (weights / weights.sum())[:, None]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        matrix = flat[:-answers].reshape(width, answers).astype(np.float32)
        scores = read @ matrix + flat[-answers:].astype(np.float32)
        scores -= scores.max(axis=1, keepdims=True)
        sums = np.exp(scores)
        totals = sums.sum(axis=1, keepdims=True)
        value = -(share * chosen * (scores - np.log(totals))).sum() + _RIDGE * (matrix**2).sum()
        slope = (sums / totals - chosen) * share
        slopes = [(read.T @ slope + 2 * _RIDGE * matrix).ravel(), slope.sum(axis=0)]
        return float(value), np.concatenate(slopes).astype(np.float64)

    start = np.zeros((width + 1) * answers)
    options = {"maxiter": _STEPS, "maxcor": 5}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    matrix = found[:-answers].reshape(width, answers)
    intercept = found[-answers:] - middle @ matrix
    return matrix.astype(np.float32), intercept.astype(np.float32)
