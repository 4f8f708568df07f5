"""The conversation lock: two messages of one conversation are answered one after the other.

Inside one process a fair queue, always. Between processes a lease in Redis, when REDIS_URL names
one (docs/decisions/0019-the-conversation-lock.md). Rasa's own locks wait in steps of a second,
and its Redis lock is not atomic.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.lock_store import LockStore
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

from bot.settings import get_settings

logger = logging.getLogger(__name__)

# Milliseconds until the lease of a process that died is free again; a living one renews it.
LEASE = 2_000
_RENEW_SECONDS = LEASE / 1_000 / 3
# Seconds until Redis counts as failed, and for how long it is then left alone.
_ANSWER_SECONDS = 1.0
_REST_SECONDS = 5.0
# Seconds between two looks at a lease that another process holds: the first, and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.05
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"
_RENEW = (
    "if redis.call('get', KEYS[1]) == ARGV[1] "
    "then return redis.call('pexpire', KEYS[1], ARGV[2]) else return -1 end"
)
# What _RENEW returns when the lease is not ours, or no more.
_NOT_OURS = -1


class ConversationLocks(LockStore):
    """Configured in endpoints.yml as `lock_store: {type: bot.channel.locks.ConversationLocks}`."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """Prepare; Redis is first asked by the first message."""
        url = get_settings().redis_url
        self._between_processes = Leases(url) if url else None
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *args: Any, **kwargs: Any) -> AsyncIterator[None]:
        """Wait for the conversation's turn, in the order of arrival, and hold it.

        There is no limit of its own: who asks has a deadline, and is cancelled when it passes.

        Args:
            conversation_id: whose turn it is.
            *args: Rasa's lifetime and waiting time; not used.
            **kwargs: the same.
        """
        waiting = self._here.setdefault(conversation_id, asyncio.Lock())
        async with waiting:
            if self._between_processes is None:
                yield
                return
            async with self._between_processes.held(conversation_id):
                yield


class Leases:
    """Leases in Redis, each held by one turn of one process.

    Without Redis a turn goes on without a lease: an answer counts more than the order of two
    messages sent to two processes at the same moment, and the conversation store refuses to
    overwrite a turn that it has not seen.
    """

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=_ANSWER_SECONDS,
            socket_connect_timeout=_ANSWER_SECONDS,
            # Once more at once, on a new connection, if Redis was restarted meanwhile.
            retry=Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
        )
        self._rests_until = 0.0

    @asynccontextmanager
    async def held(self, conversation_id: str) -> AsyncIterator[None]:
        """Hold the conversation's lease, renewed until the block ends."""
        # Whoever can read Redis must not learn a conversation's id.
        digest = hashlib.blake2b(conversation_id.encode(), digest_size=16).hexdigest()
        key, token = f"chat:turn:{digest}", secrets.token_hex(8)
        if not await self._take(key, token):
            yield
            return
        renewing = asyncio.create_task(self._renew(key, token))
        try:
            yield
        finally:
            renewing.cancel()
            await self._ask(self._redis.eval(_RELEASE, 1, key, token))

    async def _take(self, key: str, token: str) -> bool:
        """True when the lease is ours, False when Redis does not answer."""
        pause = _FIRST_PAUSE
        while time.monotonic() >= self._rests_until:
            if await self._ask(self._redis.set(key, token, nx=True, px=LEASE)):
                return True
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return False

    async def _renew(self, key: str, token: str) -> None:
        """Until cancelled, or the lease is not ours: a cancel can get lost (see turns.py)."""
        renewed = None
        while renewed != _NOT_OURS:
            await asyncio.sleep(_RENEW_SECONDS)
            renewed = await self._ask(self._redis.eval(_RENEW, 1, key, token, LEASE))

    async def _ask(self, command: Any) -> Any:
        """Redis' answer, or None when it fails; then it is left alone for a while."""
        try:
            return await command
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            logger.error("no lock between processes: %s", type(error).__name__)
            self._rests_until = time.monotonic() + _REST_SECONDS
            return None
