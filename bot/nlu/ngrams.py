"""Predicts full labels from word and character n-grams, with logistic regression.

scikit-learn cuts and weighs the n-grams in training. Our own code reads a single message, because
scikit-learn's checks and sparse matrices are made for many rows and take four fifths of the time.
A test checks that both give the same result.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.safety.normalise import normalise
from bot.safety.words import common

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

# Plain JSON and NumPy arrays: nothing in a model file can run code when it is loaded. They also
# take a second to write; a general serialiser takes a minute for 70,000 vocabulary entries.
_VOCABULARY_FILE = "vocabulary.json"
_ARRAYS_FILE = "arrays.npz"
_IDFS = ("word_idf", "character_idf")

_WORD = r"(?u)\b\w+\b"
_MOST_WORDS = 2
_LEAST_CHARACTERS, _MOST_CHARACTERS = 2, 5
_find_words = re.compile(_WORD).findall


def word_ngrams(text: str) -> Iterator[str]:
    """Yields the words of a text, and then each pair of neighbours."""
    words = _find_words(text)
    yield from words
    yield from map(" ".join, zip(words, words[1:], strict=False))


def character_ngrams(text: str) -> Iterator[str]:
    """Yields each run of two to five characters of a word, which has a space at either end."""
    for word in text.split():
        padded = f" {word} "
        for size in range(_LEAST_CHARACTERS, min(_MOST_CHARACTERS, len(padded)) + 1):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


@dataclass(frozen=True)
class _Kind:
    """Reads one kind of n-gram in a message.

    Attributes:
        cut: gives the n-grams of a text.
        indices: the index of each learnt n-gram.
        idf: how rare each learnt n-gram is, by index.
    """

    cut: Callable[[str], Iterable[str]]
    indices: dict[str, int]
    idf: NDArray[np.float32]

    @classmethod
    def of(
        cls, cut: Callable[[str], Iterable[str]], entries: Sequence[str], idf: NDArray[np.floating]
    ) -> _Kind:
        """Takes learnt n-grams in the order of their indices."""
        if len(entries) != len(idf):
            raise ValueError(f"{len(entries)} n-grams with {len(idf)} weights")
        indices = {entry: index for index, entry in enumerate(entries)}
        return cls(cut, indices, idf.astype(np.float32))

    def read(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Returns the learnt n-grams of a text and their weights (a vector of length 1)."""
        # For so few n-grams this is faster than NumPy.
        found = Counter(self._found(text))
        indices = np.fromiter(found, np.intp, len(found))
        counts = np.fromiter(found.values(), np.float32, len(found))
        weights = (1 + np.log(counts)) * self.idf[indices]
        length = np.sqrt(np.square(weights, dtype=np.float64).sum())
        return indices, weights / np.float32(length or 1)

    def _found(self, text: str) -> list[int]:
        return [index for index in map(self.indices.get, self.cut(text)) if index is not None]


@dataclass(frozen=True)
class _Characters(_Kind):
    """Reads n-grams within a word; looks up those of common words once, when the model is loaded.

    It does not remember other words as they come, because what people typed would stay in memory.
    """

    of_words: dict[str, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {word: super(_Characters, self)._found(word) for word in common()}
        object.__setattr__(self, "of_words", found)

    def _found(self, text: str) -> list[int]:
        found: list[int] = []
        for word in text.split():
            known = self.of_words.get(word)
            found += super()._found(word) if known is None else known
        return found


_KINDS = ((_Kind, word_ngrams), (_Characters, character_ngrams))


@dataclass(frozen=True)
class NgramModel:
    """Predicts the probabilities of full labels from the words and letters of a message.

    Attributes:
        labels: the full labels.
        words: the learnt word n-grams.
        characters: the learnt character n-grams.
        coefficients: a row for each n-gram, words first, and a column for each label.
        intercept: a number for each label.
    """

    labels: list[str]
    words: _Kind
    characters: _Kind
    coefficients: NDArray[np.float32]
    intercept: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        word_features: int,
        character_features: int,
    ) -> NgramModel:
        """Learns from labelled messages, with at most so many n-grams of each kind."""
        pipeline = learning_pipeline(word_features, character_features)
        pipeline.fit([normalise(text) for text in texts], list(labels))
        return cls.of(pipeline)

    @classmethod
    def of(cls, pipeline: Pipeline) -> NgramModel:
        """Takes over what a `learning_pipeline` has learnt."""
        kinds = [
            kind.of(cut, sorted(one.vocabulary_, key=one.vocabulary_.__getitem__), one.idf_)
            for (kind, cut), (_, one) in zip(_KINDS, pipeline[0].transformer_list, strict=True)
        ]
        learnt = pipeline[-1]
        labels = [str(label) for label in learnt.classes_]
        words, characters = kinds
        return cls(labels, words, characters, _rows(learnt.coef_), learnt.intercept_)

    def probabilities(self, text: str) -> dict[str, float]:
        """Returns the probability of every label for one message.

        Args:
            text: as `normalise` leaves it.
        """
        words, word_weights = self.words.read(text)
        characters, character_weights = self.characters.read(text)
        rows = np.concatenate([words, len(self.words.indices) + characters])
        weights = np.concatenate([word_weights, character_weights])
        scores = weights @ self.coefficients[rows] + self.intercept
        scores = np.exp(scores - scores.max())
        return dict(zip(self.labels, (scores / scores.sum()).tolist(), strict=True))

    def write(self, folder: Path) -> None:
        """Stores the model in a folder."""
        vocabularies = [list(kind.indices) for kind in (self.words, self.characters)]
        (folder / _VOCABULARY_FILE).write_text(json.dumps(vocabularies), encoding="utf-8")
        np.savez_compressed(
            folder / _ARRAYS_FILE,
            labels=np.asarray(self.labels, dtype=str),
            weights=self.coefficients.T,
            intercept=self.intercept,
            **dict(zip(_IDFS, (self.words.idf, self.characters.idf), strict=True)),
        )

    @classmethod
    def read(cls, folder: Path) -> NgramModel:
        """Loads a stored model.

        Raises:
            OSError, ValueError, KeyError, zipfile.BadZipFile: the model is missing or damaged.
        """
        vocabularies = json.loads((folder / _VOCABULARY_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            kinds = [
                kind.of(cut, entries, arrays[name])
                for (kind, cut), entries, name in zip(_KINDS, vocabularies, _IDFS, strict=True)
            ]
            labels, weights = arrays["labels"].tolist(), arrays["weights"]
            learnt = sum(len(entries) for entries in vocabularies)
            if weights.shape != (len(labels), learnt):
                raise ValueError(f"weights of {weights.shape} for {len(labels)} x {learnt}")
            words, characters = kinds
            return cls(labels, words, characters, _rows(weights), arrays["intercept"])


def _rows(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns a row for each n-gram, contiguous in memory: a message picks a few hundred rows."""
    return np.ascontiguousarray(weights.T)


def learning_pipeline(word_features: int, character_features: int) -> Pipeline:
    """Returns the scikit-learn pipeline that learns the model."""
    # Imported here because serving does not need them.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline, make_union  # noqa: PLC0415

    from bot.nlu.regression import SparseRegression  # noqa: PLC0415

    words = TfidfVectorizer(
        ngram_range=(1, _MOST_WORDS),
        token_pattern=_WORD,
        sublinear_tf=True,
        max_features=word_features,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(_LEAST_CHARACTERS, _MOST_CHARACTERS),
        min_df=2,
        sublinear_tf=True,
        max_features=character_features,
    )
    return make_pipeline(make_union(words, characters), SparseRegression())
