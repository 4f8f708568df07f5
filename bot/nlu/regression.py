"""Learns a multinomial logistic regression from a few messages at a time (AdaGrad).

scikit-learn's version reads all messages for each small step (L-BFGS) and takes much longer.
docs/decisions/0002-libraries.md has both times.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator

SEED = 7
_EPOCHS, _BATCH, _RATE = 8, 256, 0.3
_FIRST_SQUARES = 1e-6


class SparseRegression(BaseEstimator):
    """Serves as the last step of a scikit-learn pipeline; the same examples give the same weights.

    Attributes:
        classes_: the labels, sorted.
        coef_: float32, a row for each label, a column for each feature.
        intercept_: float32, a number for each label.
    """

    def fit(self, features: csr_matrix, labels: Sequence[str]) -> SparseRegression:
        """Learns from examples.

        Args:
            features: a row for each example, a column for each feature; floats of any size, used
                as float32.
            labels: a label for each example.
        """
        self.classes_, right = np.unique(labels, return_inverse=True)
        # The last column, always 1, learns the intercept.
        rows = hstack([features, np.ones((len(right), 1))]).tocsr().astype(np.float32)
        weights = np.zeros((rows.shape[1], len(self.classes_)), np.float32)
        squares = np.full_like(weights, _FIRST_SQUARES)
        order = np.random.default_rng(SEED)
        for _ in range(_EPOCHS):
            shuffled = order.permutation(len(right))
            for start in range(0, len(right), _BATCH):
                chosen = shuffled[start : start + _BATCH]
                self._step(rows[chosen], right[chosen], weights, squares)
        self.coef_, self.intercept_ = weights[:-1].T, weights[-1]
        return self

    def _step(self, rows: csr_matrix, right: NDArray, weights: NDArray, squares: NDArray) -> None:
        """Moves the weights of the features that occur, and moves rarely moved ones furthest."""
        errors = _softmax(rows @ weights)
        errors[np.arange(len(right)), right] -= 1
        seen = np.unique(rows.indices)
        slope = rows[:, seen].T @ (errors / np.float32(len(right)))
        squares[seen] += slope**2
        weights[seen] -= np.float32(_RATE) * slope / np.sqrt(squares[seen])

    def predict_proba(self, features: csr_matrix) -> NDArray:
        """Returns the probability of each label.

        Only tests use this. The bot calculates a single message in `NgramModel`.

        Args:
            features: a row for each example, a column for each feature, as `fit` got them.

        Returns:
            A row for each example and a column for each label; float64 if the features are,
            otherwise float32.
        """
        return _softmax(features @ self.coef_.T + self.intercept_)


def _softmax(scores: NDArray) -> NDArray:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
