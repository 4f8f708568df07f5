"""`action_delete_chat`: forgets the conversation."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, EventType, Restarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, in_passing, leads
from bot.slots import OPEN_QUESTION

# "Can I delete his messages" is close to "delete my messages", and what is erased is gone.
SURE_OF_ERASING = 0.9


class ActionDeleteChat(Action):
    """Says that it is erased and restarts; the gateway then removes the stored conversation.

    Where the words may mean something else, or danger is possible, it asks first: what is erased
    is also what the emergency net knows. What leads the last words asks nothing: the answer to it
    would be read as the first message of a new chat.
    """

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_delete_chat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it and restart the conversation, or ask; both after what must come first."""
        where = conversation.context(tracker)
        lead, events = leads.safety_lead(tracker, where)
        is_sure = conversation.is_sure(tracker, SURE_OF_ERASING)
        if conversation.is_crisis_open(tracker) and not lead:
            lead, events = leads.still_open(tracker, where)
        is_open = bool(lead) or conversation.is_check_open(tracker)
        is_in_doubt = not is_sure or (is_open and conversation.is_typed(tracker))
        asks = conversation.needs_check(tracker) or is_in_doubt
        said = conversation.reply("delete_chat_ask" if asks else "delete_chat", where)
        conversation.say(dispatcher, [*lead, said], where, is_last=not asks)
        if not asks:
            return [AllSlotsReset(), Restarted()]
        if not lead:
            events = [SlotSet(OPEN_QUESTION, in_passing.question_in(said.id))]
        return events + conversation.remember(said, where, lead)
