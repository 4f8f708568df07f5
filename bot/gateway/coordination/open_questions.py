"""Tells the other processes which question about danger is open in a conversation.

A process that refuses a message, or cannot read the store, would otherwise know only the questions
it asked itself, and a "yes" to "Is this happening now?" would get no 999. If REDIS_URL names a
Redis, the question is noted there under a digest of the conversation's id. The note lasts as long
as a process remembers the question (bot/safety/recent.py).
"""

from __future__ import annotations

import asyncio

from bot.gateway.coordination.shared_redis import SharedRedis, digest
from bot.safety.recent import SECONDS

# Seconds that an answer to a person may wait for Redis.
_PATIENCE = 0.2


class OpenQuestions:
    """Shares open questions between processes. Without Redis, or while it fails, it knows none.

    Args:
        url: address of Redis; "" if there is none.
    """

    def __init__(self, url: str) -> None:
        self._shared = SharedRedis(url, "marks") if url else None

    def put(self, conversation_id: str, question: str) -> None:
        """Notes that a question was asked. Does not wait for Redis."""
        if self._shared:
            self._shared.tell("SET", _key(conversation_id), question, "EX", int(SECONDS))

    def remove(self, conversation_id: str) -> None:
        """Notes that the question was answered. Does not wait for Redis."""
        if self._shared:
            self._shared.tell("DEL", _key(conversation_id))

    async def asked(self, conversation_id: str) -> str:
        """Returns the question that is open, or "" if Redis knows none or takes too long."""
        if not self._shared:
            return ""
        try:
            question = self._shared.ask("GET", _key(conversation_id))
            return (await asyncio.wait_for(question, _PATIENCE) or b"").decode()
        except TimeoutError:
            return ""


def _key(conversation_id: str) -> str:
    return f"chat:check:{digest(conversation_id)}"
