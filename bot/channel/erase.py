"""Erasing a conversation from the server."""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore

from bot.channel import safe_reply


async def conversation(agent: Any, conversation_id: str) -> None:
    """Remove everything stored of a conversation; doing it twice does no harm.

    Args:
        agent: Rasa's agent, or None while the server starts.
        conversation_id: the conversation's id.
    """
    if agent is None:
        return
    # Rasa wraps every tracker store; the real one is inside.
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if isinstance(store, InMemoryTrackerStore):
        store.store.pop(conversation_id, None)


def is_promised(bubbles: list[str]) -> bool:
    """True when the bot just said that it has erased the chat, so that it must be so."""
    return safe_reply.bubbles("delete_chat")[0] in bubbles
