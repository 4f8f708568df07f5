"""`action_follow_up`: short questions that lean on the last answer ("how long does it last?")."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, numbers
from actions.answer import answer
from bot.content.render import Context


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
        target = _target(tracker, where)
        is_clear = target and conversation.is_sure(tracker, conversation.SURE_OF_TOPIC)
        if conversation.is_crisis_after_due(tracker) and not is_clear:
            return answer(dispatcher, tracker, conversation.crisis_after(tracker), where)
        return answer(dispatcher, tracker, target or _unclear(tracker), where)


def _unclear(tracker: Tracker) -> str:
    """What is said to "what do I do?" where no topic tells: whether it is happening comes first."""
    is_open = conversation.is_check_open(tracker)
    return conversation.AFTER_CHECK["not_sure"] if is_open else "follow_up_unclear"


def _target(tracker: Tracker, where: Context) -> str | None:
    """The id of the answer: what the topic leads to, or else the crisis that is open."""
    kind = conversation.label(tracker).partition("/")[2]
    about = [conversation.topic(tracker, where)]
    if conversation.is_crisis_open(tracker):
        about.append(conversation.reply(conversation.CRISIS, where))
    return next((one.follow_ups[kind] for one in about if one and kind in one.follow_ups), None)
