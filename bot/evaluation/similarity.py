"""How alike messages are: cosine of character n-grams, 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

# Rows compared at once: four bytes for each pair of one of them and a message.
_BLOCK = 500
# Sums in another order differ by less.
_ROUNDING = 1e-4


class Similarity:
    """Compares messages by tf-idf of their character 2- to 4-grams inside words.

    Letter case does not count. The weights come from the messages it is made with.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn the weights from these texts."""
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32
        )
        self._vectorizer.fit(texts)

    def pairs(self, texts: Sequence[str], least: float) -> Iterator[tuple[float, int, int]]:
        """Each pair of places (first < second) whose similarity is at least `least`."""
        vectors = self._vectors(texts)
        telling = _telling(vectors, least - _ROUNDING)
        for start in range(0, len(texts), _BLOCK):
            # Only what comes after: each pair once.
            shared = (telling[start : start + _BLOCK] @ telling[start:].T).tocoo()
            after = shared.col > shared.row
            rows, columns = shared.row[after] + start, shared.col[after] + start
            values = vectors[rows].multiply(vectors[columns]).sum(axis=1).A1
            for place in np.flatnonzero(values >= least):
                yield float(values[place]), int(rows[place]), int(columns[place])

    def nearest(self, texts: Sequence[str], others: Sequence[str]) -> list[float]:
        """For each text, its similarity to the one of the others that is most like it."""
        vectors, known = self._vectors(texts), self._vectors(others).T
        found: list[float] = []
        for start in range(0, len(texts), _BLOCK):
            block = (vectors[start : start + _BLOCK] @ known).toarray()
            found += [float(value) for value in block.max(axis=1)]
        return found

    def _vectors(self, texts: Sequence[str]) -> csr_matrix:
        return self._vectorizer.transform(texts)


def _telling(vectors: csr_matrix, least: float) -> csr_matrix:
    """Which n-grams of each text two texts as similar as `least` cannot both lack.

    Those are its rarest: so many that the others, which come after them by rarity, are together
    shorter than `least`. Two texts whose rarest n-gram in common is not among them in either have
    no more in common than that, so few pairs are compared in full.

    Args:
        vectors: a row of length 1 for each text.
        least: more than 0.
    """
    by_rarity = np.argsort(np.argsort(vectors.getnnz(axis=0), kind="stable"))
    ranked = csr_matrix(
        (vectors.data, by_rarity[vectors.indices], vectors.indptr), vectors.shape, copy=True
    )
    ranked.sort_indices()
    before = np.concatenate([[0.0], np.cumsum(np.square(ranked.data, dtype=np.float64))])
    rest = np.repeat(before[ranked.indptr[1:]], np.diff(ranked.indptr)) - before[:-1]
    ranked.data = rest >= least**2
    ranked.eliminate_zeros()
    return ranked
