"""`make calibrate`: learns how much each kind of evidence counts, and chooses the thresholds.

The grammar's features are weighed on the corpus. How much the rules, the n-grams and the encoder
count beside each other is learned on what none of them was trained on: the development set, and
ordinary messages. In daily use danger is rare. So a message of danger, of a crisis and any other
are weighed as often as `BASE_RATES` says they come, and not as often as the sets have them. The
thresholds are the highest ones with which enough of the development set's emergencies and crises
are found (`bot/evaluation/choosing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bot.content.labels import top_level
from bot.evaluation import choosing
from bot.evaluation.sets import CONVERSATIONS, DEVELOPMENT, read_conversations
from bot.nlu.corpus import Message, corpus, development_set
from bot.nlu.encoder import Encoded, Encoder
from bot.nlu.label_classifier import LEAST_COUNTED, LabelClassifier
from bot.nlu.ngrams import NgramModel
from bot.nlu.predictions import top_level_probabilities
from bot.nlu.readings import Readings
from bot.safety import rules
from bot.safety.danger import rule_features
from bot.safety.fusion import FUSION_FILE, MOST_LOG_ODDS, Weights, fusion, key, log_odds

_HEAD = "# Written by `make calibrate`. Change the corpus or the encoder and run it again.\n"
# Of all messages in chats, how many are danger now and how many a crisis. Nobody has counted yet:
# a force that has may change them. They move all scores alike, and so the thresholds with them.
BASE_RATES = {"danger": 0.03, "crisis": 0.02}


def calibrate(background: Path | None = None) -> choosing.Chosen:
    """Learns all weights and writes fusion.yml, then chooses the thresholds and writes those.

    Args:
        background: a folder of ordinary messages (`choosing.ordinary`); None for the project's own.

    Returns:
        The thresholds, and the curves on which they were chosen.
    """
    learned, held_out = corpus(), _held_out()
    settings = LabelClassifier.get_default_config()
    ngrams = NgramModel.fit([m.text for m in learned], [m.label for m in learned], **settings)
    encoder = Encoder()
    rule_weights = _rule_weights(learned)
    ordinary = choosing.ordinary(background)
    texts = [m.text for m in held_out] + ordinary
    # As `danger.assess` is given it: as typed.
    neutral = [Readings.of(text).neutral[0] for text in texts]
    sparse = [top_level_probabilities(ngrams.probabilities(text)) for text in neutral]
    dense = [encoder.encode(text) for text in neutral]
    calm = np.zeros(len(ordinary), dtype=bool)
    evidence: dict[str, dict[str, list[float]]] = {
        top: {
            "encoder": [one.log_odds(top) for one in dense],
            "ngrams": [log_odds(one[top]) for one in sparse],
        }
        for top in ("emergency", "crisis")
    }
    by_rules = [rule_weights.log_odds(rule_features(text)) for text in texts]
    by_words = [float(rules.crisis_cue(text)) for text in texts]
    document: dict[str, object] = {
        "base_rates": BASE_RATES,
        "rules": rule_weights.model_dump(),
        "danger": _table(
            np.append(_truth(held_out, "emergency"), calm),
            {**evidence["emergency"], "rules": by_rules},
            BASE_RATES["danger"],
            most=2,  # with both models the rules are a second opinion and not in the score
        ),
        "crisis": _table(
            np.append(_truth(held_out, "crisis"), calm),
            {**evidence["crisis"], "words": by_words},
            BASE_RATES["crisis"],
        ),
        "labels": _label_weights(
            [m.label for m in held_out],
            [ngrams.probabilities(Readings.of(m.text).mended) for m in held_out],
            [encoder.encode(Readings.of(m.text).about_a_man) for m in held_out],
        ),
    }
    FUSION_FILE.write_text(_HEAD + yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    fusion.cache_clear()
    chosen = choosing.choose(ordinary, ngrams, encoder)
    choosing.write(chosen.thresholds)
    return chosen


def _held_out() -> list[Message]:
    """The development set: its messages, and the turns of its conversations as they stand."""
    conversations = read_conversations(CONVERSATIONS[DEVELOPMENT])
    turns = [turn for conversation in conversations for turn in conversation.turns]
    return development_set() + [Message(turn.text, turn.label) for turn in turns]


def _truth(messages: Sequence[Message], top: str) -> np.ndarray:
    return np.array([top_level(m.label) == top for m in messages])


def _rule_weights(messages: Sequence[Message]) -> Weights:
    features = [rule_features(m.text) for m in messages]
    names = list(features[0])
    values = np.array([[one[name] for name in names] for one in features])
    regression = LogisticRegression(C=1.0, max_iter=2_000)
    regression.fit(values, _truth(messages, "emergency"))
    return Weights(
        intercept=round(float(regression.intercept_[0]), 4),
        weights={
            name: round(float(value), 4)
            for name, value in zip(names, regression.coef_[0], strict=True)
        },
    )


def _table(
    truth: np.ndarray, evidence: dict[str, list[float]], rate: float, most: int = 3
) -> dict[str, dict[str, object]]:
    """Weights for every combination of evidence; none is negative: more never lowers a score."""
    table = {}
    for size in range(1, most + 1):
        for names in combinations(sorted(evidence), size):
            values = np.array([evidence[name] for name in names]).T
            fitted = _logistic(np.clip(values, -MOST_LOG_ODDS, MOST_LOG_ODDS), truth, rate)
            table[key(names)] = {
                "intercept": round(float(fitted[0]), 4),
                "weights": {
                    name: round(float(value), 4)
                    for name, value in zip(names, fitted[1:], strict=True)
                },
            }
    return table


def _logistic(values: np.ndarray, truth: np.ndarray, rate: float) -> np.ndarray:
    """Logistic regression with weights of at least 0, lightly drawn towards small ones.

    Messages count as if `rate` of them were true.
    """
    counts = np.where(truth, rate / truth.mean(), (1 - rate) / (1 - truth.mean()))

    def loss(parameters: np.ndarray) -> float:
        odds = parameters[0] + values @ parameters[1:]
        misfit = (counts * np.logaddexp(0, np.where(truth, -odds, odds))).sum()
        return float(misfit + 0.5 * (parameters[1:] ** 2).sum())

    width = values.shape[1]
    bounds = [(None, None)] + [(0.0, None)] * width
    return minimize(loss, np.full(width + 1, 0.1), bounds=bounds, method="L-BFGS-B").x


def _label_weights(
    truth: Sequence[str], sparse: Sequence[dict[str, float]], dense: Sequence[Encoded]
) -> dict[str, float]:
    """The weights under which the true labels are likeliest."""
    labels = list(sparse[0])
    words = np.log(np.maximum([[one[label] for label in labels] for one in sparse], LEAST_COUNTED))
    meaning = np.array([[one.labels[label] for label in labels] for one in dense])
    right = np.array([labels.index(label) for label in truth])

    def loss(weights: np.ndarray) -> float:
        scores = weights[0] * meaning + weights[1] * words
        best = scores[np.arange(len(right)), right]
        return float((np.logaddexp.reduce(scores, axis=1) - best).sum())

    found = minimize(loss, np.array([0.5, 0.5]), bounds=[(0, None)] * 2, method="L-BFGS-B").x
    return {"encoder": round(float(found[0]), 4), "ngrams": round(float(found[1]), 4)}
