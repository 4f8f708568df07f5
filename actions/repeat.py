"""`action_repeat` and `action_simplify`: the last answer again, as it was or in easier words."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation

NOTHING = "nothing_to_repeat"


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
        in_danger = tracker.get_slot("emergency_mode")
        last = "emergency" if in_danger else tracker.get_slot("last_reply") or NOTHING
        lead, events = conversation.safety_lead(tracker, where, last)
        said = conversation.reply(last, where)
        if in_danger:
            items = [said, *lead[1:]]  # all of it, in the place of the reminder
        else:
            items = lead if lead and last == NOTHING else [*lead, said]
        conversation.say(dispatcher, items, where, simple=self.simple)
        return [*events, SlotSet("not_understood", 0)]


class ActionSimplify(ActionRepeat):
    """Says the last answer in fewer and easier words."""

    simple = True

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_simplify"
