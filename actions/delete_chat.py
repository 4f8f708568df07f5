"""`action_delete_chat`: forgets the conversation."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, EventType, Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation


class ActionDeleteChat(Action):
    """Says that it is erased and restarts; the gateway then removes the stored conversation."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_delete_chat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it and restart the conversation."""
        where = conversation.context(tracker)
        conversation.say(dispatcher, [conversation.reply("delete_chat", where)], where)
        return [AllSlotsReset(), Restarted()]
