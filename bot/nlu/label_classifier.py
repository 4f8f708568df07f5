"""Intent classifier over the full labels: word and character n-grams, logistic regression."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import (
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from bot.content.labels import LABELS, RESPONSE_SELECTOR, top_level
from bot.nlu.predictions import report, selector_output, top_level_probabilities
from bot.safety.normalise import normalise

# Plain JSON and NumPy arrays: nothing in a model file can run code when it is loaded, and it is
# written in a second where a general serialiser takes a minute over 70,000 vocabulary entries.
_VOCABULARY_FILE = "vocabulary.json"
_ARRAYS_FILE = "arrays.npz"
_LABELS_REPORTED = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LabelClassifier(IntentClassifier, GraphComponent):
    """Predicts every full label's probability; the intent is the best label's top level."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`C` and `max_iter` of the regression, how many n-grams of each kind it reads, and below

        which probability of the best label the message counts as not understood.
        """
        return {
            "C": 10.0,
            "max_iter": 60,
            "word_features": 30_000,
            "character_features": 40_000,
            "least_probability": 0.12,
        }

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._pipeline: Pipeline | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LabelClassifier:
        """Create an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LabelClassifier:
        """Load a trained classifier.

        Raises:
            RasaException: the model file lacks it. Better no start than an untrained server.
        """
        classifier = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                classifier._pipeline = _read(folder, classifier._config)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise RasaException(
                "The model file holds no label classifier. Train again: make train"
            ) from error
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every example that has an intent."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        pipeline = _untrained(self._config)
        pipeline.fit(
            [normalise(example.get(TEXT)) for example in examples],
            [example.get_full_intent() for example in examples],
        )
        self._pipeline = pipeline
        with self._model_storage.write_to(self._resource) as folder:
            _write(pipeline, folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Rasa asks for predictions on the training data only for models that use them; none do."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add intent, ranking, labels and the response selector's output to each message."""
        for message in messages:
            self._predict(message)
        return messages

    def _predict(self, message: Message) -> None:
        if self._pipeline is None:
            raise RasaException("The label classifier is not trained.")
        text = normalise(message.get(TEXT) or "")
        values = self._pipeline.predict_proba([text])[0]
        probabilities = {
            str(label): float(value)
            for label, value in zip(self._pipeline.classes_, values, strict=True)
        }
        tops = top_level_probabilities(probabilities)
        ranking = [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: value} for name, value in tops.items()
        ]
        best = max(probabilities, key=lambda label: probabilities[label])
        if probabilities[best] < self._config["least_probability"]:
            report(message, DEFAULT_NLU_FALLBACK_INTENT_NAME, 1 - probabilities[best])
        else:
            # The best label decides, not the largest sum: a top level with many weak topics
            # must not outweigh the one topic that fits.
            report(message, top_level(best), tops[top_level(best)])
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(RESPONSE_SELECTOR, selector_output(probabilities), add_to_output=True)
        best_labels = sorted(probabilities.items(), key=lambda item: -item[1])[:_LABELS_REPORTED]
        message.set(
            LABELS,
            [{"name": label, "confidence": value} for label, value in best_labels],
            add_to_output=True,
        )


def _untrained(config: dict[str, Any]) -> Pipeline:
    words = TfidfVectorizer(
        ngram_range=(1, 2),
        token_pattern=r"(?u)\b\w+\b",  # noqa: S106 - a pattern for words, no password
        sublinear_tf=True,
        max_features=config["word_features"],
    )
    characters = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        min_df=2,
        sublinear_tf=True,
        max_features=config["character_features"],
    )
    regression = LogisticRegression(C=config["C"], max_iter=config["max_iter"], tol=1e-3)
    return make_pipeline(make_union(words, characters), regression)


def _vectorizers(pipeline: Pipeline) -> list[TfidfVectorizer]:
    return [vectorizer for _, vectorizer in pipeline[0].transformer_list]


def _write(pipeline: Pipeline, folder: Path) -> None:
    words, characters = _vectorizers(pipeline)
    regression = pipeline[-1]
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


def _read(folder: Path, config: dict[str, Any]) -> Pipeline:
    pipeline = _untrained(config)
    vocabularies = json.loads((folder / _VOCABULARY_FILE).read_text(encoding="utf-8"))
    with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
        idfs = (arrays["word_idf"], arrays["character_idf"])
        for vectorizer, entries, idf in zip(
            _vectorizers(pipeline), vocabularies, idfs, strict=True
        ):
            vectorizer.vocabulary = {entry: index for index, entry in enumerate(entries)}
            vectorizer.idf_ = idf
        regression = pipeline[-1]
        regression.classes_ = arrays["labels"]
        regression.coef_ = arrays["weights"]
        regression.intercept_ = arrays["intercept"]
    return pipeline
