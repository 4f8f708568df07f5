"""Asks Redis, where the processes share what they know, and gives up quickly when it fails.

A person is answered even without Redis (docs/decisions/0019-the-conversation-lock.md).
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

# Seconds until Redis counts as failed, and seconds that we then leave it alone.
ANSWER_SECONDS = 1.0
_REST_SECONDS = 5.0
# The most connections of one client. A call that finds all of them in use waits for one.
_CONNECTIONS = 100


def digest(conversation_id: str) -> str:
    """Returns a conversation's name in Redis. Somebody who reads Redis must not learn its id."""
    return hashlib.blake2b(conversation_id.encode(), digest_size=16).hexdigest()


def client(url: str) -> Redis:
    """Returns a Redis client. Its callers must limit the time of each call.

    With the usual pool, a call that finds all connections in use fails at once, as if Redis had
    failed.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        # The caller's time limit covers this wait too.
        timeout=None,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        # Retry once, at once and on a new connection, in case Redis was restarted.
        retry=Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
    )
    return Redis.from_pool(pool)


class SharedRedis:
    """Uses Redis for one purpose, with connections of its own. Connects at the first command.

    Args:
        url: address of Redis.
        purpose: what the processes lack while Redis fails, for the log.
    """

    def __init__(self, url: str, purpose: str) -> None:
        self._redis = client(url)
        self._rests_until = 0.0
        self._told: set[asyncio.Task[Any]] = set()
        self._purpose = purpose

    def tell(self, *command: str | int) -> None:
        """Sends a command without waiting for its result."""
        told = asyncio.create_task(self.ask(*command))
        self._told.add(told)
        told.add_done_callback(self._told.discard)

    async def ask(self, *command: str | int) -> Any:
        """Returns the result of a command; None when Redis fails, and for a while afterwards."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            # The limit covers everything: a new connection makes several calls before the command.
            return await asyncio.wait_for(self._redis.execute_command(*command), ANSWER_SECONDS)
        except Exception as error:  # no error here may cost a person their answer
            logger.error("no %s between processes: %s", self._purpose, reason_of(error))
            self._rests_until = time.monotonic() + _REST_SECONDS
            return None
