"""Which conversations were asked whether there is danger, for the other processes.

A process that refuses the answer, or cannot read the store, would else know only of what it asked
itself, and a "yes" to "Is this happening now?" would get no 999. Which question it was is noted in
Redis where REDIS_URL names one, under a digest of the conversation's id, for as long as a process
remembers it (bot/safety/recent.py).
"""

from __future__ import annotations

import asyncio

from bot.gateway.coordination.shared_redis import SharedRedis, digest
from bot.safety.recent import SECONDS

# Seconds that a person's answer waits for Redis.
_PATIENCE = 0.2


class OpenQuestions:
    """The marks of all processes. Without Redis, or while it fails, there are none.

    Args:
        url: where Redis is; "" for nowhere.
    """

    def __init__(self, url: str) -> None:
        self._shared = SharedRedis(url, "marks") if url else None

    def put(self, conversation_id: str, question: str) -> None:
        """Note that a question was asked; nobody waits for it."""
        if self._shared:
            self._shared.tell("SET", _key(conversation_id), question, "EX", int(SECONDS))

    def remove(self, conversation_id: str) -> None:
        """Note that it was answered; nobody waits for it."""
        if self._shared:
            self._shared.tell("DEL", _key(conversation_id))

    async def asked(self, conversation_id: str) -> str:
        """What was asked lately and not answered, as far as Redis says so soon enough; else ""."""
        if not self._shared:
            return ""
        try:
            question = self._shared.ask("GET", _key(conversation_id))
            return (await asyncio.wait_for(question, _PATIENCE) or b"").decode()
        except asyncio.TimeoutError:
            return ""


def _key(conversation_id: str) -> str:
    return f"chat:check:{digest(conversation_id)}"
