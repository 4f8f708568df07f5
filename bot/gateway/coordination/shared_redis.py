"""Redis, where the processes share what they know: asked with a limit, left alone when it fails.

Whatever happens to it, a person is answered without (docs/decisions/0019-the-conversation-lock.md).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection

from bot.errors import reason_of

logger = logging.getLogger(__name__)

# Seconds until Redis counts as failed, and for how long it is then left alone.
ANSWER_SECONDS = 1.0
_REST_SECONDS = 5.0
# How many of a client there are at most; who finds all in use waits for one.
_CONNECTIONS = 100


def digest(conversation_id: str) -> str:
    """What stands for a conversation in Redis: whoever can read it must not learn the id."""
    return hashlib.blake2b(conversation_id.encode(), digest_size=16).hexdigest()


def client(url: str) -> Redis:
    """A client of Redis, whose callers limit the time of each call.

    With the usual pool a call that finds all connections in use fails at once, as if Redis had.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        # The limit of the call is over this wait too.
        timeout=None,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        # Once more at once, on a new connection, if Redis was restarted meanwhile.
        retry=Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
    )
    return Redis.from_pool(pool)


class SharedRedis:
    """Redis for one purpose, with connections of its own; first asked by the first command.

    Args:
        url: where Redis is.
        purpose: what the processes are without while it fails, for the log.
    """

    def __init__(self, url: str, purpose: str) -> None:
        self._redis = client(url)
        self._rests_until = 0.0
        self._told: set[asyncio.Task[Any]] = set()
        self._purpose = purpose

    def tell(self, *command: str | int) -> None:
        """Have a command carried out; nobody waits for it."""
        told = asyncio.create_task(self.ask(*command))
        self._told.add(told)
        told.add_done_callback(self._told.discard)

    async def ask(self, *command: str | int) -> Any:
        """What Redis says to a command; None when it fails, and for a while after."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            # Over all it takes: a new connection asks several times before the command.
            return await asyncio.wait_for(self._redis.execute_command(*command), ANSWER_SECONDS)
        except Exception as error:  # whatever it is, it must not cost an answer
            logger.error("no %s between processes: %s", self._purpose, reason_of(error))
            self._rests_until = time.monotonic() + _REST_SECONDS
            return None
