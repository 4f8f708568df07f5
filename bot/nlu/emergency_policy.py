"""The policy that lets danger interrupt anything, forms included.

Rasa's own rules cannot: an active form outranks every rule (it predicts without looking at the
message), so "he is outside my house now" would become the answer to the form's question. This
policy predicts the same way, at a higher priority, and only right after the person spoke.
"""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.content.labels import crisis_tier
from bot.handover import answers
from bot.handover import note as handover
from bot.safety import context

UTTER_CALL_999 = "utter_call_999"
UTTER_CRISIS_HELP = "utter_crisis_help"
EMERGENCY_MODE = "emergency_mode"
DANGER_SEEN = "danger_seen"
# The yes-or-no question that is open, if any.
ASKED = "asked"
HAPPENING_NOW = "happening_now"
# Not asked in so many words, but a "no" after the crisis answer is an answer to it.
CRISIS = "crisis"
HANDOVER_FORM = "handover_form"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class EmergencyPolicy(Policy):
    """Answers danger and crisis at once, leaves any form, and keeps emergency mode.

    The order is fixed: first the domain response (no action server, no database), then the form
    is left, then the bot listens. The `emergency_mode` slot is set by the prediction itself.
    """

    @staticmethod
    def supported_data() -> SupportedData:
        """It learns from nothing; both kinds of training data may be present."""
        return SupportedData.ML_AND_RULE_DATA

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The priority lies above every policy of Rasa's; the highest, RulePolicy's, is 4."""
        return {"priority": 100, "max_history": None}

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EmergencyPolicy:
        """Nothing was stored, so loading is creating."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        """Nothing to learn; an empty folder stands for the trained policy."""
        with self._model_storage.write_to(self._resource):
            pass
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the emergency or crisis turn, or abstain."""
        action, events = _next_step(tracker)
        if action is None or action not in domain.action_names_or_texts:
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, optional_events=events, is_no_user_prediction=True)


def _next_step(tracker: DialogueStateTracker) -> tuple[str | None, list[Event]]:
    """The action this policy wants now, and the slots that go with it."""
    utterance, actions = _turn(tracker)
    if utterance is None:
        return None, []
    if actions and actions[0] in (UTTER_CALL_999, UTTER_CRISIS_HELP):
        response = actions[0]  # already begun; the slots it set must not change the answer
    else:
        response = _response_for(utterance, tracker)
    if response is None:
        return None, []
    if not actions:
        # Contact details given for a hand-over go at once, with the form that asked for them.
        slots = [SlotSet(slot, None) for slot in handover.SLOTS if tracker.get_slot(slot)]
        if response == UTTER_CALL_999:
            slots.append(SlotSet(EMERGENCY_MODE, True))
        asked = CRISIS if response == UTTER_CRISIS_HELP else None
        return response, [*slots, SlotSet(ASKED, asked), SlotSet(DANGER_SEEN, True)]
    if actions[0] != response:
        return None, []
    if tracker.active_loop_name and ACTION_DEACTIVATE_LOOP_NAME not in actions:
        return ACTION_DEACTIVATE_LOOP_NAME, []
    return ACTION_LISTEN_NAME, []


def _response_for(utterance: UserUttered, tracker: DialogueStateTracker) -> str | None:
    intent = utterance.intent.get("name")
    said_yes_to_check = intent == "affirm" and tracker.get_slot(ASKED) == HAPPENING_NOW
    if intent in ("emergency", "crisis") and _answers_form(utterance, tracker):
        return None
    if intent == "crisis" or (intent == "emergency" and _is_still_crisis(utterance, tracker)):
        return UTTER_CRISIS_HELP
    if intent == "emergency" or said_yes_to_check:
        return UTTER_CALL_999
    return None


def _is_still_crisis(utterance: UserUttered, tracker: DialogueStateTracker) -> bool:
    """True for what sounds like both, right after a crisis: "no one can help". Both lead to 999."""
    return tracker.get_slot(ASKED) == CRISIS and crisis_tier(utterance.parse_data) != "none"


def _answers_form(utterance: UserUttered, tracker: DialogueStateTracker) -> bool:
    """True for a number or a time, where one was asked for, that only the models find risky.

    "Tomorrow morning" is such. The form's own action says 999 first where there is any doubt.
    """
    if tracker.active_loop_name != HANDOVER_FORM:
        return False
    if tracker.get_slot("requested_slot") not in (handover.WAY, handover.TIME):
        return False
    text = utterance.text or ""
    if text.startswith("/"):
        return False
    return answers.kind(text, context.previous_text.get()) is not answers.Kind.OTHER


def _turn(tracker: DialogueStateTracker) -> tuple[UserUttered | None, list[str]]:
    """The message of the present turn and the actions run since, oldest first."""
    actions: list[str] = []
    for event in reversed(tracker.applied_events()):
        if isinstance(event, UserUttered):
            return event, list(reversed(actions))
        if isinstance(event, ActionExecuted) and event.action_name:
            if event.action_name == ACTION_LISTEN_NAME:
                break
            actions.append(event.action_name)
    return None, []
