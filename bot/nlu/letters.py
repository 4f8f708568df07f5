"""Compares texts by their words and letters: rare ones count more."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.nlu.ngrams import character_ngrams, word_ngrams

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ARRAYS_FILE, _NGRAMS_FILE = "letters.npz", "letters.json"
# An n-gram that stands in one text alone tells nothing of others.
_LEAST_TEXTS = 2


def _ngrams(text: str) -> Iterator[str]:
    yield from (f"w {one}" for one in word_ngrams(text))
    yield from character_ngrams(text)


@dataclass(frozen=True)
class Letters:
    """The n-grams of some texts, and in which of them each stands.

    Attributes:
        places: the index of each n-gram.
        rarity: how rare each n-gram is, by index.
        starts: where the texts of each n-gram begin in `texts`; one more at the end.
        texts, weights: the texts that hold an n-gram, and how much it counts in each.
        count: how many texts there are.
    """

    places: dict[str, int]
    rarity: NDArray[np.float32]
    starts: NDArray[np.intp]
    texts: NDArray[np.int32]
    weights: NDArray[np.float32]
    count: int

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Letters:
        """Reads the texts."""
        read = [Counter(_ngrams(text)) for text in texts]
        holding = Counter(one for counts in read for one in counts)
        places = {
            one: index
            for index, one in enumerate(
                sorted(n for n, held in holding.items() if held >= _LEAST_TEXTS)
            )
        }
        rarity = np.array([np.log(len(texts) / holding[one]) + 1 for one in places], np.float32)
        found: list[list[tuple[int, float]]] = [[] for _ in places]
        for row, counts in enumerate(read):
            indices, weights = weighed(counts, places, rarity)
            for index, weight in zip(indices.tolist(), weights.tolist(), strict=True):
                found[index].append((row, weight))
        starts = np.cumsum([0, *map(len, found)])
        flat = [pair for one in found for pair in one]
        return cls(
            places,
            rarity,
            starts,
            np.array([row for row, _ in flat], np.int32),
            np.array([weight for _, weight in flat], np.float32),
            len(texts),
        )

    def compare(self, text: str) -> NDArray[np.float32]:
        """Returns how alike a text and each of the texts are: 1 for the same, 0 for nothing."""
        indices, weights = weighed(Counter(_ngrams(text)), self.places, self.rarity)
        alike = np.zeros(self.count, np.float32)
        for index, weight in zip(indices.tolist(), weights.tolist(), strict=True):
            span = slice(self.starts[index], self.starts[index + 1])
            # No text stands twice in a span.
            alike[self.texts[span]] += weight * self.weights[span]
        return alike

    def lengths(self, owner: NDArray[np.intp], count: int) -> NDArray[np.float32]:
        """Returns how long the sum of the texts of each owner is, as vectors.

        Args:
            owner: whose each text is.
            count: how many owners there are.
        """
        squares = np.zeros(count)
        for start, end in zip(self.starts, self.starts[1:], strict=False):
            sums = np.bincount(owner[self.texts[start:end]], self.weights[start:end], count)
            squares += sums**2
        # An answer of whose n-grams none is known is like nothing.
        return np.sqrt(np.where(squares, squares, np.inf)).astype(np.float32)

    def write(self, folder: Path) -> None:
        """Stores them in a folder."""
        (folder / _NGRAMS_FILE).write_text(json.dumps(list(self.places)), encoding="utf-8")
        np.savez_compressed(
            folder / _ARRAYS_FILE,
            rarity=self.rarity,
            starts=self.starts,
            texts=self.texts,
            weights=self.weights,
            count=self.count,
        )

    @classmethod
    def read(cls, folder: Path) -> Letters:
        """Loads what was stored; errors as of `AnswerIndex.read`."""
        ngrams = json.loads((folder / _NGRAMS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            rarity, starts = arrays["rarity"], arrays["starts"]
            texts, weights, count = arrays["texts"], arrays["weights"], int(arrays["count"])
        if not len(ngrams) == len(rarity) == len(starts) - 1 or len(texts) != len(weights):
            raise ValueError("n-grams and texts do not belong together")
        places = {one: index for index, one in enumerate(ngrams)}
        return cls(places, rarity, starts, texts, weights, count)


def weighed(
    counts: Counter[str], places: dict[str, int], rarity: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The known n-grams of a text, and how much each counts (a vector of length 1)."""
    known = {places[one]: count for one, count in counts.items() if one in places}
    indices = np.fromiter(known, np.intp, len(known))
    weights = (1 + np.log(np.fromiter(known.values(), np.float32, len(known)))) * rarity[indices]
    return indices, weights / (np.linalg.norm(weights) or 1)
