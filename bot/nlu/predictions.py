"""Reports predictions over full labels to Rasa.

Rasa's `intent.name` is the top level. The full label goes beside it, where Rasa's own response
selector puts it, so that story tests compare it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nlargest
from operator import itemgetter
from typing import Any

from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.content.labels import top_level

_LABELS_REPORTED = 5


def top_level_probabilities(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Returns the sums of label probabilities by top level, highest first."""
    sums: dict[str, float] = {}
    for label, probability in probabilities.items():
        top = top_level(label)
        sums[top] = sums.get(top, 0.0) + probability
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def likeliest(probabilities: Mapping[str, float]) -> list[dict[str, str | float]]:
    """Returns the likeliest full labels with their confidence, to put on a message."""
    ranked = nlargest(_LABELS_REPORTED, probabilities.items(), key=itemgetter(1))
    return [{"name": label, "confidence": value} for label, value in ranked]


def report(message: Message, intent: str, confidence: float) -> None:
    """Sets a message's intent, and leaves the labels beside it as they are."""
    message.set(
        INTENT,
        {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence},
        add_to_output=True,
    )


def selector_output(probabilities: Mapping[str, float]) -> dict[str, Any]:
    """Returns the best label of each top level with topics, in the response selector's format."""
    best: dict[str, str] = {}
    for label, probability in probabilities.items():
        top = top_level(label)
        if top != label and probability > probabilities.get(best.get(top, ""), -1.0):
            best[top] = label
    output = {
        top: {
            "response": {
                "intent_response_key": label,
                "confidence": probabilities[label],
                "utter_action": f"utter_{label}",
            },
            "ranking": [],
        }
        for top, label in best.items()
    }
    return {"all_retrieval_intents": sorted(output), **output}
