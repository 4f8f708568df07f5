"""Classifies messages by full label, with the n-gram model and the encoder weighed together."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
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

from bot.content.labels import LABELS, RESPONSE_SELECTOR, top_level
from bot.nlu.encoder import ENCODED, Encoded, encoder
from bot.nlu.ngrams import NgramModel
from bot.nlu.predictions import likeliest, report, selector_output, top_level_probabilities
from bot.nlu.readings import readings
from bot.nlu.stored import StoredComponent
from bot.safety.fusion import LabelWeights, fusion
from bot.safety.thresholds import thresholds

# Property of a message: the n-gram model's own probability of each top level, for each of the
# readings on which danger is judged.
NGRAM_TOP_LEVELS = "ngram_top_levels"
# A label's probability counts as at least this, here and when the weights are learned: 0 has no
# logarithm.
LEAST_COUNTED = 1e-6
_LOG_LEAST = math.log(LEAST_COUNTED)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LabelClassifier(StoredComponent, IntentClassifier):
    """Predicts the probability of every full label; the intent is the best label's top level."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns how many n-grams of each kind the sparse model reads."""
        return {"word_features": 30_000, "character_features": 40_000}

    what = "label classifier"
    _ngrams: NgramModel | None = None

    def _read(self, folder: Path) -> None:
        self._ngrams = NgramModel.read(folder)

    def _write(self, folder: Path) -> None:
        if self._ngrams is not None:
            self._ngrams.write(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Trains the n-gram model on every example that has an intent.

        Raises:
            RasaException: an example has a label that the encoder was not trained on.
        """
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        labels = [example.get_full_intent() for example in examples]
        _refuse_unknown(labels)
        self._ngrams = NgramModel.fit(
            [example.get(TEXT) for example in examples],
            labels,
            self._config["word_features"],
            self._config["character_features"],
        )
        return self._kept()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the intent, ranking, labels and response selector's output to each message."""
        for message in messages:
            self._predict(message)
        return messages

    def _predict(self, message: Message) -> None:
        if self._ngrams is None:
            raise RasaException("The label classifier is not trained.")
        read = readings(message)
        ngrams = {t: self._ngrams.probabilities(t) for t in {read.mended, *read.neutral}}
        probabilities = fused(ngrams[read.mended], message.get(ENCODED), fusion().labels)
        tops = top_level_probabilities(probabilities)
        ranking = [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: value} for name, value in tops.items()
        ]
        best = max(probabilities, key=lambda label: probabilities[label])
        if probabilities[best] < thresholds().least_probability:
            report(message, DEFAULT_NLU_FALLBACK_INTENT_NAME, 1 - probabilities[best])
        else:
            # The best label decides, not the largest sum. A top level with many weak topics must
            # not outweigh the one topic that fits.
            report(message, top_level(best), tops[top_level(best)])
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(RESPONSE_SELECTOR, selector_output(probabilities), add_to_output=True)
        message.set(NGRAM_TOP_LEVELS, [top_level_probabilities(ngrams[t]) for t in read.neutral])
        message.set(LABELS, likeliest(probabilities), add_to_output=True)


def fused(
    ngrams: dict[str, float], encoded: Encoded | None, weights: LabelWeights
) -> dict[str, float]:
    """Weighs both models' log-probabilities, and scales the probabilities so that they sum to 1.

    Args:
        ngrams: the n-gram model's probability of each label.
        encoded: the encoder's output for the message; None leaves `ngrams` as it is.
        weights: how much each model counts.
    """
    if encoded is None:
        return ngrams
    by_ngrams = np.log(np.maximum([*ngrams.values()], LEAST_COUNTED))
    by_encoder = np.array([encoded.labels.get(label, _LOG_LEAST) for label in ngrams])
    scores = weights.ngrams * by_ngrams + weights.encoder * by_encoder
    scores = np.exp(scores - np.logaddexp.reduce(scores))
    return dict(zip(ngrams, scores.tolist(), strict=True))


def _refuse_unknown(labels: list[str]) -> None:
    known = encoder()
    missing = sorted(set(labels) - set(known.labels)) if known else []
    if missing:
        raise RasaException(
            f"The encoder does not know {', '.join(missing)}. Rebuild it: make encoder"
        )
