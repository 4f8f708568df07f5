"""Erasing conversations from the server."""

from __future__ import annotations

import contextlib
import logging
from collections import OrderedDict
from typing import Any

from bot.channel import safe_reply
from bot.errors import OperatorError
from bot.storage.conversations import ConversationStore
from bot.storage.database import DatabaseFailed

logger = logging.getLogger(__name__)

# Conversations that could not be erased yet and are tried again; each expires in any case.
_MAX_OWED = 10_000


def store_of(agent: Any) -> ConversationStore:
    """The store of conversations that Rasa really uses.

    Raises:
        OperatorError: it is another one. Rasa takes one in memory when it cannot load ours.
    """
    # Rasa wraps every tracker store; the real one is inside.
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if isinstance(store, ConversationStore):
        return store
    raise OperatorError(
        f"Rasa stores conversations in {type(store).__name__}. Name "
        "bot.storage.conversations.ConversationStore as tracker_store in endpoints.yml, and start "
        "Rasa with --endpoints"
    )


class Eraser:
    """Erases, and remembers what is still owed while the database is down."""

    def __init__(self) -> None:
        self._owed: OrderedDict[str, bool] = OrderedDict()

    async def erase(self, agent: Any, conversation_id: str, *, for_good: bool = True) -> None:
        """Remove everything stored of a conversation; doing it twice does no harm.

        Args:
            agent: Rasa's agent, or None while the server starts: `pay` will erase it then.
            conversation_id: the conversation's id.
            for_good: what is still said in it is not stored either.

        Raises:
            DatabaseFailed: it is not erased yet; `pay` will try again.
        """
        self._owe(conversation_id, for_good)
        if agent is None:
            return
        await store_of(agent).erase(conversation_id, for_good=for_good)
        self._owed.pop(conversation_id, None)

    async def pay(self, agent: Any) -> None:
        """Erase what is owed, as far as the database lets us."""
        for conversation_id, for_good in list(self._owed.items()):
            try:
                await self.erase(agent, conversation_id, for_good=for_good)
            except DatabaseFailed as error:
                logger.error("%d chats not erased yet: %s", len(self._owed), type(error).__name__)
                return

    async def pay_for(self, agent: Any, conversation_id: str) -> None:
        """Erase what is owed of one conversation, before more is said in it, if that is possible.

        Later it would take what was said since along with it: an open emergency, too.
        """
        if conversation_id in self._owed:
            with contextlib.suppress(DatabaseFailed):
                await self.erase(agent, conversation_id, for_good=self._owed[conversation_id])

    def _owe(self, conversation_id: str, for_good: bool) -> None:
        self._owed[conversation_id] = for_good or self._owed.get(conversation_id, False)
        while len(self._owed) > _MAX_OWED:
            self._owed.popitem(last=False)


def is_promised(bubbles: list[str]) -> bool:
    """True when the bot just said that it has erased the chat, so that it must be so."""
    return safe_reply.bubbles("delete_chat")[0] in bubbles
