"""`action_follow_up`: short questions that lean on the last answer ("how long does it last?")."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation
from actions.answer import answer

# Follow-ups about the services that the last answer named, and what to say when it named none.
_ABOUT_SERVICES = {"number": "numbers_again", "opening_hours": "opening_hours"}


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
        if conversation.is_crisis_after_due(tracker):
            return answer(dispatcher, tracker, conversation.CRISIS_AFTER, where)
        kind = conversation.label(tracker).partition("/")[2]
        topic = conversation.topic(tracker, where)
        if kind in _ABOUT_SERVICES:
            general = conversation.reply(_ABOUT_SERVICES[kind], where)
            if topic and topic.services:
                general = general.model_copy(update={"services": topic.services})
            lead, events = conversation.safety_lead(tracker, where)
            items = [*lead, conversation.in_short(tracker, general)]
            conversation.say(dispatcher, items, where)
            return [*events, SlotSet("not_understood", 0)]
        target = topic.follow_ups.get(kind) if topic else None
        return answer(dispatcher, tracker, target or "follow_up_unclear", where)
