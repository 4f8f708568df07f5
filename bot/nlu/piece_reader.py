"""Understands a piece of an account by what came just before it: "samsung", "about two years now".

This chooses only the topic, and only if the message alone leaves it open. What was said before
never lowers the danger (docs/decisions/0003).
"""

from __future__ import annotations

import math
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.content.labels import LABELS, RESPONSE_SELECTOR, top_level
from bot.nlu.encoder import encoder
from bot.nlu.predictions import likeliest, report, selector_output
from bot.nlu.readings import LONGEST_PIECE, Readings
from bot.safety import context

# A message that is at least this sure alone is taken as it is ...
SURE_ALONE = 0.9
# ... and both messages read together count only if they are at least this sure.
SURE_TOGETHER = 0.9
# The intents of a message that may be a piece. An answer to the bot ("yes", "thanks") is not one. A
# guess at danger may be, because the net judges danger itself.
_OPEN = frozenset(
    {DEFAULT_NLU_FALLBACK_INTENT_NAME, "advice", "reporting", "out_of_scope", "emergency", "crisis"}
)
_TOPICS = frozenset({"advice", "reporting"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PieceReader(GraphComponent):
    """Gives a short message without a topic of its own the topic of the last two minutes."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PieceReader:
        """Creates the component; it holds no state."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the topic of each message that leaves it open."""
        for message in messages:
            text, previous = message.get(TEXT) or "", context.recent_text.get()
            if previous and _is_open_piece(message, text):
                _read_together(message, f"{previous} {text}")
        return messages


def _is_open_piece(message: Message, text: str) -> bool:
    intent = message.get(INTENT) or {}
    name, confidence = intent.get(INTENT_NAME_KEY), intent.get(PREDICTED_CONFIDENCE_KEY, 0.0)
    is_unsure = name == DEFAULT_NLU_FALLBACK_INTENT_NAME or confidence < SURE_ALONE
    return name in _OPEN and is_unsure and len(text.split()) <= LONGEST_PIECE


def _read_together(message: Message, text: str) -> None:
    loaded = encoder()
    if loaded is None:
        return
    labels = loaded.encode(Readings.of(text).about_a_man).labels
    probabilities = {name: math.exp(value) for name, value in labels.items()}
    best = max(probabilities, key=lambda label: probabilities[label])
    if top_level(best) not in _TOPICS or probabilities[best] < SURE_TOGETHER:
        return
    topic = top_level(best)
    report(message, topic, probabilities[best])
    # The kind of danger still comes from the message alone.
    selected = {**message.get(RESPONSE_SELECTOR), topic: selector_output(probabilities)[topic]}
    message.set(RESPONSE_SELECTOR, selected, add_to_output=True)
    message.set(LABELS, likeliest(probabilities), add_to_output=True)
