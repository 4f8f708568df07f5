"""How alike messages are: cosine of character n-grams, 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

# Rows compared at once: it bounds the memory.
_BLOCK = 500
# Of the least similarity that is asked for, what the n-grams left out at first may bring. The more,
# the more pairs are compared in full; the less, the longer it takes to tell which.
_LEFT_OUT = 0.85
# Sums in another order differ by less.
_ROUNDING = 1e-4


class Similarity:
    """Compares messages by tf-idf of their character 2- to 4-grams inside words.

    Letter case does not count. The weights come from all the messages it is made with.
    """

    def __init__(self, texts: Sequence[str], **sets: Sequence[str]) -> None:
        """Learn the weights, and weigh every message once.

        Args:
            texts: the messages that everything is compared with.
            **sets: other messages, by the name of their set.
        """
        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32
        )
        vectors = vectorizer.fit_transform(
            [*texts, *(text for group in sets.values() for text in group)]
        )
        self._by_rarity = np.argsort(np.argsort(vectors.getnnz(axis=0), kind="stable"))
        self._texts = vectors[: len(texts)]
        self._sets: dict[str, csr_matrix] = {}
        start = len(texts)
        for name, group in sets.items():
            self._sets[name] = vectors[start : start + len(group)]
            start += len(group)

    def pairs(self, least: float) -> Iterator[tuple[float, int, int]]:
        """Each pair of places of texts (first < second) whose similarity is at least `least`."""
        telling = self._telling(self._texts, least)
        for start in _starts(telling):
            rows, columns = _candidates(telling[start : start + _BLOCK], telling[start:], least)
            # Each pair once.
            after = columns > rows
            rows, columns = rows[after] + start, columns[after] + start
            values = _cosines(self._texts[rows], self._texts[columns])
            for place in np.flatnonzero(values >= least):
                yield float(values[place]), int(rows[place]), int(columns[place])

    def nearest(self, name: str, least: float) -> dict[int, float]:
        """For messages of a set, by place, their similarity to the text that is most like them.

        Args:
            name: the set.
            least: messages whose similarity is less are left out; more than 0.
        """
        vectors = self._sets[name]
        telling, known = self._telling(vectors, least), self._telling(self._texts, least)
        found = np.zeros(vectors.shape[0], dtype=np.float32)
        for start in _starts(telling):
            rows, columns = _candidates(telling[start : start + _BLOCK], known, least)
            rows = rows + start
            np.maximum.at(found, rows, _cosines(vectors[rows], self._texts[columns]))
        return {int(place): float(found[place]) for place in np.flatnonzero(found >= least)}

    def largest(self, name: str, places: Sequence[int]) -> float:
        """The largest similarity of these messages of a set to a text, whatever it is; slow."""
        vectors = self._sets[name][list(places)]
        blocks = (vectors[start : start + _BLOCK] @ self._texts.T for start in _starts(vectors))
        return max((float(block.max()) for block in blocks), default=0.0)

    def _telling(self, vectors: csr_matrix, least: float) -> csr_matrix:
        """The rarest n-grams of each message, by which pairs as similar as `least` are found.

        So many that the others, which come after them by rarity, are together shorter than a part
        of `least`. Of two messages take the one whose kept n-grams end first by rarity: all that
        the two have in common beyond what is kept of both is among its others, and brings no more
        than their length. The rest of `least` is in what is kept.

        Args:
            vectors: a row of length 1 for each message.
            least: more than 0.
        """
        kept = csr_matrix(
            (vectors.data, self._by_rarity[vectors.indices], vectors.indptr),
            vectors.shape,
            copy=True,
        )
        kept.sort_indices()
        before = np.concatenate([[0.0], np.cumsum(np.square(kept.data, dtype=np.float64))])
        rest = np.repeat(before[kept.indptr[1:]], np.diff(kept.indptr)) - before[:-1]
        kept.data[rest < (least * _LEFT_OUT - _ROUNDING) ** 2] = 0
        kept.eliminate_zeros()
        return kept


def _starts(vectors: csr_matrix) -> range:
    return range(0, vectors.shape[0], _BLOCK)


def _candidates(
    telling: csr_matrix, others: csr_matrix, least: float
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of two matrices of `_telling` that may be as similar as `least`."""
    shared = (telling @ others.T).tocoo()
    enough = shared.data >= least * (1 - _LEFT_OUT) - _ROUNDING
    return shared.row[enough], shared.col[enough]


def _cosines(first: csr_matrix, second: csr_matrix) -> np.ndarray:
    """Of each row with the row at its place in the other."""
    return first.multiply(second).sum(axis=1).A1
