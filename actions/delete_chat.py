"""`action_delete_chat`: forgets the conversation."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, EventType, Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation
from actions.answer import answer

# "Can I delete his messages" is close to "delete my messages", and what is erased is gone.
SURE_OF_ERASING = 0.8


class ActionDeleteChat(Action):
    """Says that it is erased and restarts; the gateway then removes the stored conversation.

    Where the words may mean something else, it asks first.
    """

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_delete_chat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it and restart the conversation, or ask."""
        where = conversation.context(tracker)
        if not conversation.is_sure(tracker, SURE_OF_ERASING):
            return answer(dispatcher, tracker, "delete_chat_ask", where)
        conversation.say(dispatcher, [conversation.reply("delete_chat", where)], where)
        return [AllSlotsReset(), Restarted()]
