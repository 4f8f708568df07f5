"""Predicts which answer a caseworker would choose for a turn, from chats in which it was chosen.

Most of what people type in a chat is no question: they tell, correct, take up what was said. The
questions that an answer lists (bot/nlu/answer_index.py) do not hold that. So readers who know the
work chose answers for the turns in data/turns/ (`answers`), and a linear model learns from their
choices, beside some of the listed questions, so that an answer which nobody chose is known as well.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import minimize

from bot.nlu.letters import weighed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_ARRAYS_FILE, _NAMES_FILE = "chosen.npz", "chosen.json"
_TOKENS = re.compile(r"\w+|[?!]")
_LONGEST = 2
# An n-gram counts if it stands in so many messages; so many numbers sum the n-grams up.
_LEAST_MESSAGES, _WORD_NUMBERS = 6, 200
# Who speaks, as far as it is known.
_WHO = ("", "self", "friend", "professional", "under_18", "accused")
# How much the size of the weights costs, and how often they are bettered.
_RIDGE, _STEPS = 1e-6, 45


class Turn(NamedTuple):
    """What is read of a turn.

    Attributes:
        text: with its slips mended.
        alone: the vector of what it asks.
        in_context: the same, read after what came before it.
        who: speaks, as far as it is known; "" for not at all.
    """

    text: str
    alone: Floats
    in_context: Floats
    who: str


@dataclass(frozen=True)
class _Words:
    """Sums the n-grams of a text up in a few numbers.

    Attributes:
        places: the index of each known n-gram.
        sums: what each of them adds to the numbers (n-grams x numbers), its rarity weighed in.
        rarity: how rare each is.
    """

    places: dict[str, int]
    rarity: Floats
    sums: Floats

    @classmethod
    def fit(cls, texts: Sequence[str]) -> _Words:
        """Reads the texts."""
        # Imported here: no message needs it.
        from scipy.sparse import csr_matrix
        from sklearn.decomposition import TruncatedSVD

        counts = [Counter(_ngrams(text)) for text in texts]
        holding = Counter(one for found in counts for one in found)
        known = sorted(one for one, held in holding.items() if held >= _LEAST_MESSAGES)
        places = {one: index for index, one in enumerate(known)}
        rarity = np.array([np.log(len(texts) / holding[one]) + 1 for one in known], np.float32)
        read = [weighed(found, places, rarity) for found in counts]
        starts = np.cumsum([0, *(len(indices) for indices, _ in read)])
        rows = csr_matrix(
            (
                np.concatenate([weights for _, weights in read]),
                np.concatenate([indices for indices, _ in read]),
                starts,
            ),
            shape=(len(texts), len(known)),
        )
        numbers = min(_WORD_NUMBERS, min(rows.shape) - 1)
        sums = TruncatedSVD(numbers, random_state=0).fit(rows).components_.T
        return cls(places, rarity, sums.astype(np.float32))

    def read(self, text: str) -> Floats:
        """Returns the numbers of a text."""
        indices, weights = weighed(Counter(_ngrams(text)), self.places, self.rarity)
        numbers: Floats = weights @ self.sums[indices]
        return numbers


@dataclass(frozen=True)
class ChosenAnswers:
    """Predicts the answer that would be chosen.

    Attributes:
        ids: of the answers.
        words: sums up the words of a message.
        coefficients: a row for each thing read, a column for each answer.
        intercept: how often each is chosen anyway.
    """

    ids: list[str]
    words: _Words
    coefficients: Floats
    intercept: Floats

    @classmethod
    def fit(
        cls, ids: list[str], turns: Sequence[Turn], chosen: Floats, weights: Floats
    ) -> ChosenAnswers:
        """Learns from turns.

        Args:
            ids: of the answers.
            turns: as they are read.
            chosen: how much each answer was chosen for each turn (turns x answers); rows sum to 1.
            weights: how much each turn counts.
        """
        words = _Words.fit([turn.text for turn in turns])
        read = np.array([_features(turn, words) for turn in turns], np.float32)
        return cls(ids, words, *_fitted(read, chosen, weights))

    def log_shares(self, turn: Turn) -> Floats:
        """Returns the log-probability of each answer, in the order of `ids`."""
        scores = _features(turn, self.words) @ self.coefficients + self.intercept
        shares: Floats = scores - np.logaddexp.reduce(scores)
        return shares

    def write(self, folder: Path) -> None:
        """Stores the model in a folder."""
        names = {"ids": self.ids, "words": list(self.words.places)}
        (folder / _NAMES_FILE).write_text(json.dumps(names), encoding="utf-8")
        np.savez_compressed(
            folder / _ARRAYS_FILE,
            rarity=self.words.rarity,
            sums=self.words.sums.astype(np.float16),
            coefficients=self.coefficients.astype(np.float16),
            intercept=self.intercept,
        )

    @classmethod
    def read(cls, folder: Path) -> ChosenAnswers:
        """Loads a stored model.

        Raises:
            OSError, ValueError, KeyError, zipfile.BadZipFile: it is missing or damaged.
        """
        names = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            rarity, intercept = arrays["rarity"], arrays["intercept"]
            sums = arrays["sums"].astype(np.float32)
            coefficients = arrays["coefficients"].astype(np.float32)
        if len(names["words"]) != len(sums) or len(names["ids"]) != coefficients.shape[1]:
            raise ValueError("answers, words and weights do not belong together")
        places = {one: place for place, one in enumerate(names["words"])}
        return cls(names["ids"], _Words(places, rarity, sums), coefficients, intercept)


def _features(turn: Turn, words: _Words) -> Floats:
    who = np.array([float(turn.who == one) for one in _WHO], np.float32)
    return np.concatenate([turn.alone, turn.in_context, words.read(turn.text), who])


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


def _ngrams(text: str) -> Iterator[str]:
    tokens = _TOKENS.findall(text)
    for size in range(1, _LONGEST + 1):
        for start in range(len(tokens) - size + 1):
            yield " ".join(tokens[start : start + size])
