"""The emergency net as the last component of the pipeline. It alone decides `emergency`."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.content.labels import DANGER
from bot.nlu.predictions import report
from bot.safety import danger

EMERGENCY = "emergency"
CRISIS = "crisis"
# Of the next best top level, when the classifier leaned to a danger that the net did not confirm.
LEAST_PROBABILITY = 0.2


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(GraphComponent):
    """Overrules the intent where there is danger now, or a life at risk; nothing overrules it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerDetector:
        """Create the component; it holds no state."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `danger` on each message, and its intent where danger decides it."""
        for message in messages:
            self._decide(message)
        return messages

    def _decide(self, message: Message) -> None:
        ranking = {
            entry[INTENT_NAME_KEY]: entry[PREDICTED_CONFIDENCE_KEY]
            for entry in message.get(INTENT_RANKING_KEY) or []
        }
        text = message.get(TEXT) or ""
        judged = danger.assess(text, ranking.get(EMERGENCY))
        crisis = danger.assess_crisis(text, ranking.get(CRISIS))
        message.set(
            DANGER,
            {"score": judged.score, "tier": judged.tier, "crisis": crisis.tier},
            add_to_output=True,
        )
        if judged.tier == "emergency":
            report(message, EMERGENCY, judged.score)
            return
        if crisis.tier == "crisis":
            report(message, CRISIS, crisis.score)
            return
        if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) in (EMERGENCY, CRISIS):
            _take_next_best(message, ranking)


def _take_next_best(message: Message, ranking: dict[str, float]) -> None:
    """The classifier leaned to danger but the net did not confirm it.

    What is left may be too weak to answer; then the message counts as not understood. The check
    tier leads the reply either way.
    """
    others = {name: value for name, value in ranking.items() if name not in (EMERGENCY, CRISIS)}
    best = max(others, key=lambda name: others[name], default=None)
    if best is None or others[best] < LEAST_PROBABILITY:
        report(message, DEFAULT_NLU_FALLBACK_INTENT_NAME, 1 - others.get(best or "", 0.0))
    else:
        report(message, best, others[best])
