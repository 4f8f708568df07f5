"""Builds the messages that the gateway hands to Rasa, and reads what Rasa says to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

# The name of the gateway's channel. Rasa stores it with each message.
CHANNEL = "chat"

OnMessage = Callable[[UserMessage], Awaitable[Any]]


class _WholeMessages(CollectingOutputChannel):
    """Keeps each message as it was said; Rasa's own takes it apart, and loses what it is of."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps a message with everything in it."""
        self.messages.append(message)


def collecting_message(text: str, conversation_id: str) -> UserMessage:
    """Returns a message whose output channel collects what Rasa says to it."""
    output = _WholeMessages()
    return UserMessage(text, output, conversation_id, input_channel=CHANNEL)


def collected(message: UserMessage) -> list[dict[str, Any]]:
    """Returns what Rasa has said to a message so far, oldest first."""
    messages: list[dict[str, Any]] = message.output_channel.messages
    return messages


def number_of_messages(tracker: DialogueStateTracker | None) -> int:
    """Returns how many messages a conversation holds; 0 where there is none."""
    events = tracker.events if tracker else ()
    return sum(isinstance(event, UserUttered) for event in events)
