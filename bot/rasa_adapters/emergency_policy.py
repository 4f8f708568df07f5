"""Lets danger interrupt anything, forms included.

Rasa's own rules cannot do this. An active form outranks every rule because it predicts without
looking at the message, so "he is outside my house now" would become the answer to the form's
question. This policy predicts in the same way at a higher priority, and only right after the
person has written something.
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

from bot import render_context
from bot.content import services
from bot.content.labels import (
    answered,
    crisis_tier,
    danger_tier,
    full_label,
    of_open_danger,
    scores,
)
from bot.content.register import get_register
from bot.dialogue import case
from bot.handover import answers
from bot.handover import note as handover
from bot.rasa_adapters.domain_replies import UTTER_CALL_999, UTTER_CRISIS_HELP, item_said
from bot.safety import context, control_phrases, danger
from bot.safety.thresholds import thresholds
from bot.slots import (
    CALM_TURNS,
    CRISIS,
    CRISIS_AFTER,
    CRISIS_SEEN,
    DANGER_SEEN,
    EMERGENCY_MODE,
    EMERGENCY_REPLY,
    HAPPENING_NOW,
    LAST_LEADS,
    LAST_REPLY,
    NATION,
    OPEN_QUESTION,
    REQUESTED_SLOT,
    SERVICES,
    TOPIC,
)

ANSWER = "action_answer"
# So sure a message has to answer "Is this happening now?" with a yes in other words. Of answers
# left out of the learning that finds 87 in 100, and takes 3 in 100 of the others for one.
_SURE_OF_YES = 0.7
# Words of a yes to "Is this happening now?" that says no more.
_LONGEST_YES = 4


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class EmergencyPolicy(Policy):
    """Answers danger and crisis at once, leaves any form, and keeps emergency mode.

    The order is fixed. The domain's responses come first, danger before a crisis; they need no
    action server and no database. Then the policy leaves the form, and then the bot listens. The
    prediction itself sets the `emergency_mode` slot.
    """

    @staticmethod
    def supported_data() -> SupportedData:
        """Accepts both kinds of training data; the policy learns from neither."""
        return SupportedData.ML_AND_RULE_DATA

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns a priority above all of Rasa's policies; their highest is RulePolicy's, 4."""
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
        """Creates the policy; there is nothing stored to load."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        """Learns nothing and stores an empty folder as the trained policy."""
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
        """Predicts the next action of an emergency or crisis turn, or abstains."""
        action, events = _next_step(tracker, domain)
        if action is None or action not in domain.action_names_or_texts:
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, optional_events=events, is_no_user_prediction=True)


def _next_step(tracker: DialogueStateTracker, domain: Domain) -> tuple[str | None, list[Event]]:
    """Returns the action that this policy wants now, and the slots that go with it."""
    utterance, actions = _turn(tracker)
    # The first 999 reply of a chat opens the danger: that is this turn's answer.
    has_opened = UTTER_CALL_999 in actions
    if utterance and not has_opened and _is_answered_in_danger(utterance, tracker):
        return (ACTION_LISTEN_NAME if ANSWER in actions else ANSWER), []
    responses = _responses(utterance, tracker, actions) if utterance else []
    if not responses or actions[: len(responses)] != responses[: len(actions)]:
        return None, []
    if len(actions) < len(responses):
        response, *others = responses[len(actions) :]
        slots = _slots(utterance, tracker, response, domain)
        if not others:
            # Not before the last response: the list of responses depends on the old open question.
            slots.append(SlotSet(OPEN_QUESTION, _left_open(responses, tracker)))
        return response, slots
    if tracker.active_loop_name and ACTION_DEACTIVATE_LOOP_NAME not in actions:
        return ACTION_DEACTIVATE_LOOP_NAME, []
    return ACTION_LISTEN_NAME, []


def _is_answered_in_danger(utterance: UserUttered, tracker: DialogueStateTracker) -> bool:
    """Returns True where 999 was said, and what comes next has an answer of its own.

    "They are on the phone with me", "he is still banging, where do I hide". One line with 999 leads
    that; the 999 reply once more would tell nothing new. A crisis beside it has its own answer.
    """
    is_alone = crisis_tier(utterance.parse_data) != CRISIS and not tracker.active_loop_name
    is_more = utterance.intent.get("name") == "emergency" and is_alone
    if not (is_more and tracker.get_slot(EMERGENCY_MODE)):
        return False
    slots = tracker.current_slot_values()
    is_for_others = case.is_for_others(utterance.parse_data, slots)
    return of_open_danger(utterance.parse_data, is_for_others=is_for_others) is not None


def _responses(
    utterance: UserUttered, tracker: DialogueStateTracker, actions: list[str]
) -> list[str]:
    """Returns the responses to danger and to a crisis; danger comes first, neither hides the other.

    The net has already weighed the two. If it calls the message an emergency, it is one, whatever
    else the message says and even if a crisis is likelier.
    """
    intent = utterance.intent.get("name")
    if intent in ("emergency", CRISIS) and _answers_form(utterance, tracker):
        return []
    text = utterance.text or ""
    is_other = control_phrases.says_ok(text) or control_phrases.says_not_now(text)
    is_affirmed = intent == "affirm" and _may_be_a_yes(utterance) or _is_read_as_yes(utterance)
    is_yes = (is_affirmed and not is_other) or control_phrases.says_now(text)
    said_yes_to_check = is_yes and tracker.get_slot(OPEN_QUESTION) == HAPPENING_NOW
    # The slots set with the first response close that question. That must not change the answer.
    has_begun = actions[:1] == [UTTER_CALL_999]
    in_danger_too = intent == CRISIS and (
        danger_tier(utterance.parse_data) == "emergency" or _goes_on(utterance, tracker)
    )
    is_danger = intent == "emergency" or in_danger_too or said_yes_to_check or has_begun
    is_crisis = intent == CRISIS or (is_danger and _is_crisis_too(utterance, tracker))
    return [UTTER_CALL_999] * is_danger + [UTTER_CRISIS_HELP] * is_crisis


def _may_be_a_yes(utterance: UserUttered) -> bool:
    """Returns True for a short yes, and for a longer one in which the net sees any danger.

    "Yes, I told him to stop, twice" goes on with what was told before.
    """
    is_short = len((utterance.text or "").split()) <= _LONGEST_YES
    return is_short or danger_tier(utterance.parse_data) != "none"


def _is_read_as_yes(utterance: UserUttered) -> bool:
    """Returns True for a yes in other words: "of course it is", "rite now", "he can see me"."""
    act, sure = answered(utterance.parse_data)
    return act == "affirms" and sure >= _SURE_OF_YES


def _goes_on(utterance: UserUttered, tracker: DialogueStateTracker) -> bool:
    """Returns True when what looks like a crisis is also more of the danger told before.

    That is so in emergency mode, and for a weak guess while "Is this happening now?" is open, but
    not when the rules see a life at risk. The models do not know what was said before: to them,
    "bleeding a bit" after "he hit me" looks like self-harm.
    """
    _, crisis = scores(utterance.parse_data)
    is_hint = tracker.get_slot(OPEN_QUESTION) == HAPPENING_NOW and crisis < thresholds().crisis
    return bool(tracker.get_slot(EMERGENCY_MODE) or is_hint) and not danger.is_crisis_seen(
        utterance.text or ""
    )


def _is_crisis_too(utterance: UserUttered, tracker: DialogueStateTracker) -> bool:
    """Returns True when there is a crisis beside the danger.

    Right after a crisis a hint is enough: "no one can help". Danger that only the models see may
    also be more of the crisis: "left my shoes on the wall".
    """
    tier = crisis_tier(utterance.parse_data)
    if tier == CRISIS or not _open_crisis(tracker):
        return tier == CRISIS
    if tier == "check":
        return True
    turn = context.current()
    if turn.rules_see_danger is None:
        turn.rules_see_danger = danger.is_danger_seen(utterance.text or "")
    return not turn.rules_see_danger


def _left_open(responses: list[str], tracker: DialogueStateTracker) -> str | None:
    """Returns what stays open: a crisis, from this turn or before. Danger closes all else."""
    return CRISIS if UTTER_CRISIS_HELP in responses else _open_crisis(tracker)


def _open_crisis(tracker: DialogueStateTracker) -> str | None:
    asked = tracker.get_slot(OPEN_QUESTION)
    return asked if asked in (CRISIS, CRISIS_AFTER) else None


def _slots(
    utterance: UserUttered, tracker: DialogueStateTracker, response: str, domain: Domain
) -> list[Event]:
    """Returns the slots that go with a response, except the open question."""
    # Contact details given for a hand-over are wiped at once, as the form that asked is left.
    # And what was calm before does not count any more.
    emptied = (*handover.SLOTS, CALM_TURNS)
    wiped = [SlotSet(slot, None) for slot in emptied if tracker.get_slot(slot)]
    seen = EMERGENCY_MODE if response == UTTER_CALL_999 else CRISIS_SEEN
    said = _item(utterance, response, domain)
    told = case.told(utterance.parse_data, tracker.current_slot_values())
    return [
        *wiped,
        *(SlotSet(fact, value) for fact, value in told.items()),
        SlotSet(seen, True),
        *_remembered(tracker, response, said),
        SlotSet(DANGER_SEEN, True),
    ]


def _item(utterance: UserUttered, response: str, domain: Domain) -> str | None:
    label = full_label(utterance.parse_data)
    return item_said(domain.responses, response, label, utterance.text or "")


def _remembered(tracker: DialogueStateTracker, response: str, said: str | None) -> list[Event]:
    """Returns what later questions depend on: the item said, and the services that it names."""
    register = get_register()
    if said is None or not register.has_reply(said):
        return []
    events = [SlotSet(LAST_REPLY, said), SlotSet(LAST_LEADS, None), SlotSet(TOPIC, said)]
    if response == UTTER_CALL_999:
        events.append(SlotSet(EMERGENCY_REPLY, said))
    # If this reply names no service, the ones named before stay known.
    where = render_context.current(tracker.get_slot(NATION))
    if named := services.told_of(register, [register.reply(said, where.nation)], where):
        events.append(SlotSet(SERVICES, named))
    return events


def _answers_form(utterance: UserUttered, tracker: DialogueStateTracker) -> bool:
    """Returns True for an answer or control phrase to a form that only the models find risky.

    "I don't want to do this" is one. So is "tomorrow morning" if the form asked for a time. The
    rules see nothing in them, and the form's own action names 999 before anything else.
    """
    text, previous = utterance.text or "", context.previous_text.get()
    if not tracker.active_loop_name:
        return False
    if control_phrases.wish(text, previous) is control_phrases.Wish.STOP:
        # While "Is this happening now?" is open, "stop" may be meant for somebody in the room.
        return tracker.get_slot(OPEN_QUESTION) != HAPPENING_NOW
    if tracker.active_loop_name != handover.FORM or text.startswith("/"):
        return False
    asked, found = tracker.get_slot(REQUESTED_SLOT), answers.Kind.OTHER
    if asked in (handover.WAY, handover.TIME):
        found = answers.kind(text, previous, is_time_asked=asked == handover.TIME)
    if found is answers.Kind.MIXED or control_phrases.refuses(text, previous):
        # The message has other words in it, so the models count.
        tier, crisis = danger.in_answer(*scores(utterance.parse_data))
        return tier != "emergency" and crisis != CRISIS
    return found is not answers.Kind.OTHER


def _turn(tracker: DialogueStateTracker) -> tuple[UserUttered | None, list[str]]:
    """Returns the message of this turn and the actions run since, oldest first."""
    actions: list[str] = []
    for event in reversed(tracker.applied_events()):
        if isinstance(event, UserUttered):
            return event, list(reversed(actions))
        if isinstance(event, ActionExecuted) and event.action_name:
            if event.action_name == ACTION_LISTEN_NAME:
                break
            actions.append(event.action_name)
    return None, []
