"""Erasing conversations from the server."""

from __future__ import annotations

import asyncio
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
# So that a sweep, which also forgets what is too old, soon comes round again.
_PAID_AT_ONCE = 1_000


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
        # Whoever ends chats in masses waits here, and not for the few threads of the database,
        # where the turns of all others would wait behind them.
        self._line = asyncio.Lock()

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
        await self._erase(agent, conversation_id, for_good)

    async def erase_in_line(self, agent: Any, conversation_id: str) -> None:
        """The same for good, one after the other, for whoever may ask as often as they like.

        Raises:
            DatabaseFailed: as `erase`.
        """
        self._owe(conversation_id, for_good=True)
        async with self._line:
            await self._erase(agent, conversation_id, for_good=True)

    def owe_for_good(self, conversation_id: str) -> None:
        """Leave it to `pay`, unless too much is owed already: nobody else's may be lost for it."""
        if len(self._owed) < _MAX_OWED:
            self._owe(conversation_id, for_good=True)

    async def pay(self, agent: Any) -> None:
        """Erase what is owed, as far as the database lets us."""
        for conversation_id in list(self._owed)[:_PAID_AT_ONCE]:
            try:
                async with self._line:
                    await self._erase_owed(agent, conversation_id)
            except DatabaseFailed as error:
                logger.error("%d chats not erased yet: %s", len(self._owed), type(error).__name__)
                return

    async def pay_for(self, agent: Any, conversation_id: str) -> None:
        """Erase what is owed of one conversation, before more is said in it, if that is possible.

        Later it would take what was said since along with it: an open emergency, too.
        """
        with contextlib.suppress(DatabaseFailed):
            await self._erase_owed(agent, conversation_id)

    async def _erase_owed(self, agent: Any, conversation_id: str) -> None:
        if conversation_id in self._owed:  # it may have been erased meanwhile
            await self._erase(agent, conversation_id, self._owed[conversation_id])

    async def _erase(self, agent: Any, conversation_id: str, for_good: bool) -> None:
        if agent is None:
            return
        await store_of(agent).erase(conversation_id, for_good=for_good)
        # Unless more was asked for meanwhile.
        if for_good or not self._owed.get(conversation_id):
            self._owed.pop(conversation_id, None)

    def _owe(self, conversation_id: str, for_good: bool) -> None:
        self._owed[conversation_id] = for_good or self._owed.get(conversation_id, False)
        while len(self._owed) > _MAX_OWED:
            self._owed.popitem(last=False)


def is_promised(bubbles: list[str]) -> bool:
    """True when the bot just said that it has erased the chat, so that it must be so."""
    return safe_reply.bubbles("delete_chat")[0] in bubbles
