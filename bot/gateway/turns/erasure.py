"""Erases conversations from the server, and retries the deletions that failed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bot.errors import OperatorError, reason_of
from bot.gateway.http.answer import Said, bubbles_of, replies_said
from bot.storage.conversations import ConversationStore
from bot.storage.database import DatabaseFailed

logger = logging.getLogger(__name__)

# The reply that says that the chat is erased.
_ERASED = "delete_chat"
# The most conversations that wait for a retry. Each of them expires in any case.
_MAX_RETRIES = 10_000
# The most retries of one sweep. It also forgets what is too old, so it must soon come round again.
_RETRIED_AT_ONCE = 1_000


def store_of(agent: Any) -> ConversationStore:
    """Returns the conversation store that Rasa really uses.

    Raises:
        OperatorError: it is not ours. Rasa falls back to a store in memory if it cannot load ours.
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


@dataclass(frozen=True)
class _Retry:
    """Holds a deletion that was requested and is not done yet.

    Attributes:
        for_good: anything still said in the conversation is not stored either.
        asked_at: when it was last requested, in seconds since 1970.
    """

    for_good: bool
    asked_at: float


class Eraser:
    """Erases conversations, and retries those that the database did not let it erase."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._retries: OrderedDict[str, _Retry] = OrderedDict()
        # Somebody who ends masses of chats must wait here. If they waited for the database's few
        # threads, everybody else's turns would wait behind them.
        self._line = asyncio.Lock()

    async def erase(self, agent: Any, conversation_id: str, *, for_good: bool = True) -> None:
        """Erases everything stored of a conversation. Doing it twice does no harm.

        Args:
            agent: Rasa's agent, or None while the server starts; then `retry_all` erases it later.
            conversation_id: the conversation's id.
            for_good: anything still said in the conversation is not stored either.

        Raises:
            DatabaseFailed: it is not erased yet; `retry_all` will try again.
        """
        self._keep_for_retry(conversation_id, for_good)
        await self._erase(agent, conversation_id, for_good)

    async def erase_in_line(self, agent: Any, conversation_id: str) -> None:
        """Erases a conversation for good, one conversation at a time.

        It is for callers who may ask as often as they like.

        Raises:
            DatabaseFailed: as `erase`.
        """
        self._keep_for_retry(conversation_id, for_good=True)
        async with self._line:
            await self._erase(agent, conversation_id, for_good=True)

    def retry_for_good(self, conversation_id: str) -> None:
        """Leaves a deletion to `retry_all`, unless that would push somebody else's out."""
        if len(self._retries) < _MAX_RETRIES:
            self._keep_for_retry(conversation_id, for_good=True)

    async def retry_all(self, agent: Any) -> None:
        """Retries the deletions that failed, as far as the database lets us."""
        for conversation_id in list(self._retries)[:_RETRIED_AT_ONCE]:
            try:
                async with self._line:
                    await self._retry_one(agent, conversation_id)
            except DatabaseFailed as error:
                logger.error("%d chats not erased yet: %s", len(self._retries), reason_of(error))
                return

    async def retry_for(self, agent: Any, conversation_id: str) -> None:
        """Retries the deletion of one conversation before more is said in it, if possible.

        A later retry would also delete what was said since, even an open emergency.
        """
        with contextlib.suppress(DatabaseFailed):
            await self._retry_one(agent, conversation_id)

    async def _retry_one(self, agent: Any, conversation_id: str) -> None:
        retry = self._retries.get(conversation_id)
        if retry is None:  # it has been erased in the meantime
            return
        # The person was told that it was not erased, and may have carried on. They may have done so
        # in another process, which does not know about this retry.
        asked_at = None if retry.for_good else retry.asked_at
        await self._erase(agent, conversation_id, retry.for_good, asked_at)

    async def _erase(
        self, agent: Any, conversation_id: str, for_good: bool, asked_at: float | None = None
    ) -> None:
        if agent is None:
            return
        retry = self._retries.get(conversation_id)
        store = store_of(agent)
        await store.erase(conversation_id, for_good=for_good, asked_at=asked_at)
        is_all = for_good or retry is None or not retry.for_good
        if is_all and self._retries.get(conversation_id) is retry:  # no new request in the meantime
            self._retries.pop(conversation_id, None)

    def _keep_for_retry(self, conversation_id: str, for_good: bool) -> None:
        before = self._retries.get(conversation_id)
        is_for_good = for_good or (before is not None and before.for_good)
        self._retries[conversation_id] = _Retry(is_for_good, self._clock())
        while len(self._retries) > _MAX_RETRIES:
            self._retries.popitem(last=False)


def is_promised(replies: Iterable[str]) -> bool:
    """Returns True if the bot just said that it has erased the chat, so we must erase it.

    Args:
        replies: the ids of what was said.
    """
    return _ERASED in replies


def unpromised(said: Said) -> Said:
    """Returns what was said without the bubbles that promise it, and without buttons."""
    return [part for part in bubbles_of(said) if _ERASED not in replies_said([part])]
