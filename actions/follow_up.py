"""`action_follow_up`: short questions that lean on the last answer ("how long does it last?")."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, finding, leads, numbers
from actions.answer import answer
from bot.content.render import MORE, Context
from bot.slots import EMERGENCY_MODE, TOPIC

# "How long does it take to get one?" is not how long it lasts.
_SPO = "advice/spo_"
_UNTIL_THEN = re.compile(r"\b(?:get|getting|take|takes|wait|before|until|till)\b")
# In danger: call 999, not how to do it without a word.
_WHAT_TO_DO = re.compile(r"\b(?:what|wot|wat) (?:do|should|can|shall|am|must|now)\b")
# Nobody here can look it up.
_REFERENCE = re.compile(r"\b(?:reference|ref|crime) (?:number|no|num)\b|\breference\b")
# So sure a short question is led on by the last answer alone.
_SURELY_LED_ON = 0.9
# Where no topic leads on, but somebody to call was named.
_OF_SERVICES = {"cost": "helplines/cost", "more": "advice/helplines"}


class ActionFollowUp(Action):
    """Finds what a follow-up refers to by the topic of the last answer."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_follow_up"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answer the follow-up, or ask what it is about."""
        where = conversation.context(tracker)
        if tracker.get_slot(EMERGENCY_MODE) and _WHAT_TO_DO.search(_text(tracker)):
            emergency = conversation.emergency_reply(tracker, where)
            return answer(dispatcher, tracker, emergency.id, where)
        if conversation.label(tracker) == numbers.NUMBER and _REFERENCE.search(_text(tracker)):
            return answer(dispatcher, tracker, "reporting/update", where)
        if numbers.are_asked_for(tracker) and not numbers.is_crisis_after_due(tracker, where):
            return numbers.say(dispatcher, tracker, where)
        target, found = _target(tracker, where), finding.found(tracker)
        is_open = conversation.is_crisis_open(tracker) or conversation.is_check_open(tracker)
        is_led_on = target and conversation.is_sure(tracker, _SURELY_LED_ON)
        if found and not is_open and (found.is_sure or not is_led_on):
            return answer(dispatcher, tracker, found.id, where)
        is_clear = target and conversation.is_sure(tracker, conversation.SURE_OF_TOPIC)
        if leads.is_crisis_after_due(tracker) and not is_clear:
            return answer(dispatcher, tracker, leads.crisis_after(tracker), where)
        return answer(dispatcher, tracker, target or _unclear(tracker), where)


def _unclear(tracker: Tracker) -> str:
    """What is said to "what do I do?" where no topic tells: whether it is happening comes first."""
    is_open = conversation.is_check_open(tracker)
    return conversation.AFTER_CHECK["not_sure"] if is_open else "follow_up_unclear"


def _target(tracker: Tracker, where: Context) -> str | None:
    """The id of the answer: what the topic leads to, or else the crisis that is open."""
    kind = conversation.label(tracker).partition("/")[2]
    last = str(tracker.get_slot(TOPIC) or "")
    if kind == "how_long" and last.startswith(_SPO) and _UNTIL_THEN.search(_text(tracker)):
        return "advice/spo_interim"
    about = [conversation.topic(tracker, where)]
    if conversation.is_crisis_open(tracker):
        about.append(conversation.reply(conversation.CRISIS, where))
    if kind == MORE and about[0] and about[0].more:
        return MORE
    found = (one.follow_ups[kind] for one in about if one and kind in one.follow_ups)
    return next(found, _OF_SERVICES.get(kind) if numbers.told_of(tracker) else None)


def _text(tracker: Tracker) -> str:
    return conversation.text(tracker).lower()
