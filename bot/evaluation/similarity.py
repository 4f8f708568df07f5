"""How alike messages are: cosine of character n-grams, 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import norm
from sklearn.feature_extraction.text import TfidfVectorizer

# Rows compared at once: four bytes for each pair of one of them and a message.
_BLOCK = 500
# An n-gram of more than this share of the messages is a common one.
_COMMON = 0.02
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
        # n-grams that are everywhere cost nearly all the sums and weigh little. What they can add
        # to a pair is at most the product of their lengths, so few pairs are compared in full.
        is_common = vectors.getnnz(axis=0) > _COMMON * len(texts)
        rare, most = vectors[:, ~is_common], norm(vectors[:, is_common], axis=1)
        for start in range(0, len(texts), _BLOCK):
            # Only what comes after: each pair once.
            least_rare = least - _ROUNDING - np.outer(most[start : start + _BLOCK], most[start:])
            known = (rare[start : start + _BLOCK] @ rare[start:].T).toarray()
            rows, columns = np.nonzero(np.triu(known >= least_rare, k=1)) + np.intp(start)
            values = vectors[rows].multiply(vectors[columns]).sum(axis=1).A1
            for value, row, column in zip(values, rows, columns, strict=True):
                if value >= least:
                    yield float(value), int(row), int(column)

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
