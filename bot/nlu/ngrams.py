"""The sparse model: word and character n-grams with logistic regression over the full labels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from bot.safety.normalise import normalise

# Plain JSON and NumPy arrays: nothing in a model file can run code when it is loaded, and it is
# written in a second where a general serialiser takes a minute over 70,000 vocabulary entries.
_VOCABULARY_FILE = "vocabulary.json"
_ARRAYS_FILE = "arrays.npz"


class NgramModel:
    """Probabilities of full labels from the words and letters of a message."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        word_features: int,
        character_features: int,
    ) -> NgramModel:
        """Learn from labelled messages; at most so many n-grams of each kind are read."""
        pipeline = _untrained(word_features, character_features)
        pipeline.fit([normalise(text) for text in texts], list(labels))
        return cls(pipeline)

    def probabilities(self, text: str) -> dict[str, float]:
        """The probability of every label for one message."""
        values = self._pipeline.predict_proba([normalise(text)])[0]
        return {
            str(label): float(value)
            for label, value in zip(self._pipeline.classes_, values, strict=True)
        }

    def write(self, folder: Path) -> None:
        """Store the model in a folder."""
        words, characters = _vectorizers(self._pipeline)
        regression = self._pipeline[-1]
        vocabularies = [
            sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
            for vectorizer in (words, characters)
        ]
        (folder / _VOCABULARY_FILE).write_text(json.dumps(vocabularies), encoding="utf-8")
        np.savez_compressed(
            folder / _ARRAYS_FILE,
            labels=np.asarray(regression.classes_, dtype=str),
            weights=regression.coef_.astype(np.float32),
            intercept=regression.intercept_,
            word_idf=words.idf_,
            character_idf=characters.idf_,
        )

    @classmethod
    def read(cls, folder: Path) -> NgramModel:
        """Load a stored model.

        Raises:
            OSError, ValueError, KeyError, zipfile.BadZipFile: it is missing or damaged.
        """
        vocabularies = json.loads((folder / _VOCABULARY_FILE).read_text(encoding="utf-8"))
        pipeline = _untrained(*map(len, vocabularies))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            idfs = (arrays["word_idf"], arrays["character_idf"])
            for vectorizer, entries, idf in zip(
                _vectorizers(pipeline), vocabularies, idfs, strict=True
            ):
                vectorizer.vocabulary = {entry: index for index, entry in enumerate(entries)}
                # Like the weights: mixed types would have all weights copied for each message.
                vectorizer.dtype = np.float32
                vectorizer.idf_ = idf.astype(np.float32)
            regression = pipeline[-1]
            regression.classes_ = arrays["labels"]
            # Columns first, because they are multiplied turned: else they are copied each time.
            regression.coef_ = np.asfortranarray(arrays["weights"])
            regression.intercept_ = arrays["intercept"]
        return cls(pipeline)


def _untrained(word_features: int, character_features: int) -> Pipeline:
    words = TfidfVectorizer(
        ngram_range=(1, 2),
        token_pattern=r"(?u)\b\w+\b",  # noqa: S106 - a pattern for words, no password
        sublinear_tf=True,
        max_features=word_features,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        min_df=2,
        sublinear_tf=True,
        max_features=character_features,
    )
    regression = LogisticRegression(C=10.0, max_iter=60, tol=1e-3)
    return make_pipeline(make_union(words, characters), regression)


def _vectorizers(pipeline: Pipeline) -> list[TfidfVectorizer]:
    return [vectorizer for _, vectorizer in pipeline[0].transformer_list]
