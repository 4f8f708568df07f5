"""Which conversations were asked whether there is danger, for the other processes.

A process that refuses the answer, or cannot read the store, would else know only of what it asked
itself, and a "yes" to "Is this happening now?" would get no 999. Which question it was is noted in
Redis where REDIS_URL names one, under a digest of the conversation's id, for as long as a process
remembers it (bot/safety/recent.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from bot.channel.locks import client, digest
from bot.errors import reason_of
from bot.safety.recent import SECONDS

logger = logging.getLogger(__name__)

# Seconds that a person's answer waits for Redis, and after which Redis counts as failed.
_PATIENCE = 0.2
_ANSWER_SECONDS = 1.0
# For how long it is then left alone.
_REST_SECONDS = 5.0


class Marks:
    """The marks of all processes. Without Redis, or while it fails, there are none.

    Args:
        url: where Redis is; "" for nowhere.
    """

    def __init__(self, url: str) -> None:
        self._redis = client(url) if url else None
        self._rests_until = 0.0
        self._told: set[asyncio.Task[Any]] = set()

    def put(self, conversation_id: str, question: str) -> None:
        """Note that a question was asked; nobody waits for it."""
        self._tell("SET", _key(conversation_id), question, "EX", int(SECONDS))

    def remove(self, conversation_id: str) -> None:
        """Note that it was answered; nobody waits for it."""
        self._tell("DEL", _key(conversation_id))

    async def asked(self, conversation_id: str) -> str:
        """What was asked lately and not answered, as far as Redis says so soon enough; else ""."""
        try:
            question = self._ask("GET", _key(conversation_id))
            return (await asyncio.wait_for(question, _PATIENCE) or b"").decode()
        except asyncio.TimeoutError:
            return ""

    def _tell(self, *command: str | int) -> None:
        if self._redis is None:
            return
        told = asyncio.create_task(self._ask(*command))
        self._told.add(told)
        told.add_done_callback(self._told.discard)

    async def _ask(self, *command: str | int) -> Any:
        """What Redis says; None when it fails, and for a while after."""
        if self._redis is None or time.monotonic() < self._rests_until:
            return None
        try:
            return await asyncio.wait_for(self._redis.execute_command(*command), _ANSWER_SECONDS)
        except Exception as error:  # whatever it is, it must not cost an answer
            logger.error("no marks between processes: %s", reason_of(error))
            self._rests_until = time.monotonic() + _REST_SECONDS
            return None


def _key(conversation_id: str) -> str:
    return f"chat:check:{digest(conversation_id)}"
