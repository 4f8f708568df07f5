"""Erasing a conversation from the server."""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import Restarted


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


async def if_asked(agent: Any, conversation_id: str) -> None:
    """Remove the conversation when its latest turn restarted it ("delete my chat")."""
    tracker = await agent.tracker_store.retrieve(conversation_id)
    if tracker is not None and any(isinstance(event, Restarted) for event in tracker.events):
        await conversation(agent, conversation_id)
