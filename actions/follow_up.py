"""`action_follow_up`: short questions that lean on the last answer ("how long does it last?")."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, numbers
from actions.answer import answer


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
        if numbers.are_asked_for(tracker) and not numbers.is_crisis_after_due(tracker, where):
            return numbers.say(dispatcher, tracker, where)
        if conversation.is_crisis_after_due(tracker):
            return answer(dispatcher, tracker, conversation.CRISIS_AFTER, where)
        kind = conversation.label(tracker).partition("/")[2]
        topic = conversation.topic(tracker, where)
        target = topic.follow_ups.get(kind) if topic else None
        return answer(dispatcher, tracker, target or "follow_up_unclear", where)
