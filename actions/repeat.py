"""`action_repeat` and `action_simplify`: the last answer again, as it was or in easier words."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, in_passing, leads, numbers
from actions.answer import answer
from actions.choice import by_words
from bot.content import labels
from bot.content.models import Reply
from bot.content.render import Context
from bot.slots import (
    CRISIS_CHECK,
    DANGER_SEEN,
    EMERGENCY_CHECK,
    EMERGENCY_MODE,
    LAST_LEADS,
    LAST_REPLY,
    NOT_UNDERSTOOD,
    OPEN_QUESTION,
)

NOTHING = "nothing_to_repeat"
# Of what leads an answer this is said again, with its question; the reminder goes with the danger.
CHECKS = (EMERGENCY_CHECK, CRISIS_CHECK)
_OF_CRISIS = (conversation.CRISIS, conversation.CRISIS_AFTER)


class ActionRepeat(Action):
    """Says the last answer again."""

    simple = False

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_repeat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it, after what must come first."""
        where = conversation.context(tracker)
        if made := by_words(tracker):
            reply_id, events = made
            return events + answer(dispatcher, tracker, reply_id, where)
        in_danger = tracker.get_slot(EMERGENCY_MODE)
        items, events = (_in_danger if in_danger else _in_peace)(tracker, where)
        conversation.say(dispatcher, items, where, simple=self.simple)
        return [*events, SlotSet(NOT_UNDERSTOOD, 0)]


class ActionSimplify(ActionRepeat):
    """Says the last answer in fewer and easier words."""

    simple = True

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_simplify"


def _in_danger(tracker: Tracker, where: Context) -> tuple[list[Reply], list[EventType]]:
    """The 999 reply that was given, and what was said of a crisis beside it.

    It does not ask "Is the danger over?", so a yes to it ends nothing.
    """
    last = tracker.get_slot(LAST_REPLY) or ""
    of_crisis = [last] if labels.top_level(last) in _OF_CRISIS else []
    if not of_crisis and CRISIS_CHECK in _leads(tracker):
        of_crisis = [CRISIS_CHECK]
    said = conversation.CRISIS if of_crisis else last
    lead, events = leads.crisis_lead(tracker, where, said)
    again = [conversation.reply(one, where) for one in of_crisis]
    events = [event for event in events if event["name"] != DANGER_SEEN]
    items = [conversation.emergency_reply(tracker, where), *again, *lead]
    return items, [*events, SlotSet(DANGER_SEEN, True)]


def _in_peace(tracker: Tracker, where: Context) -> tuple[list[Reply], list[EventType]]:
    """The last answer, and what led it, with the question that is open then."""
    last = tracker.get_slot(LAST_REPLY)
    lead, events = leads.safety_lead(tracker, where, last or "")
    seen = [one.id for one in lead]
    ids = [one for one in CHECKS if one in (*seen, *_leads(tracker))]
    if EMERGENCY_CHECK in ids:
        events = [SlotSet(OPEN_QUESTION, conversation.HAPPENING_NOW), SlotSet(DANGER_SEEN, True)]
    elif not ids and (question := in_passing.question_in(last)):
        events = [SlotSet(OPEN_QUESTION, question)]
    leading = [conversation.reply(one, where) for one in ids]
    if last:
        return [*leading, numbers.as_said(conversation.reply(last, where), tracker)], events
    return leading or [conversation.reply(NOTHING, where)], events


def _leads(tracker: Tracker) -> list[str]:
    """What was said before the last answer, or alone."""
    return list(tracker.get_slot(LAST_LEADS) or ())
