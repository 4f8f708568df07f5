"""The conversation lock: two messages of one conversation are answered one after the other.

Inside one process a fair queue, always. Between processes a line of tickets in Redis, when
REDIS_URL names one (docs/decisions/0019-the-conversation-lock.md). Rasa's own locks wait in steps
of a second, and its Redis lock is not atomic.
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

from bot.errors import reason_of
from bot.settings import get_settings

logger = logging.getLogger(__name__)

# Milliseconds until the ticket of a process that died is out of the line; a living one renews it.
LEASE = 2_000
_RENEW_SECONDS = LEASE / 1_000 / 3
# Seconds until Redis counts as failed, and for how long it is then left alone.
_ANSWER_SECONDS = 1.0
_REST_SECONDS = 5.0
# Seconds between two looks at a line in which others stand before: the first, and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.05
# How many stand before this ticket. It joins the line's end or only keeps its place, and takes away
# those in front whose lease has ended.
_STAND = """
local line, ticket, lease, may_join = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
if not redis.call('lpos', line, ticket) then
    if may_join == '0' then return -1 end
    redis.call('rpush', line, ticket)
end
redis.call('set', ticket, '', 'px', lease)
redis.call('pexpire', line, lease)
while redis.call('exists', redis.call('lindex', line, 0)) == 0 do redis.call('lpop', line) end
return redis.call('lpos', line, ticket)
"""
# What it returns when the ticket is not in the line, or no more.
_LOST = -1
_LEAVE = "redis.call('del', KEYS[2]) return redis.call('lrem', KEYS[1], 1, KEYS[2])"


class _Here:
    """Who waits in this process for one conversation.

    Attributes:
        joining: held while a ticket is taken, so that the line in Redis has the order of `turn`.
        turn: held by the one whose turn it is.
    """

    def __init__(self) -> None:
        self.joining = asyncio.Lock()
        self.turn = asyncio.Lock()


class ConversationLocks(LockStore):
    """Configured in endpoints.yml as `lock_store: {type: bot.channel.locks.ConversationLocks}`."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """Prepare; Redis is first asked by the first message."""
        url = get_settings().redis_url
        self._between_processes = Lines(url) if url else None
        self._here: WeakValueDictionary[str, _Here] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *args: Any, **kwargs: Any) -> AsyncIterator[None]:
        """Wait for the conversation's turn, in the order of arrival, and hold it.

        There is no limit of its own: who asks has a deadline, and is cancelled when it passes.

        Args:
            conversation_id: whose turn it is.
            *args: Rasa's lifetime and waiting time; not used.
            **kwargs: the same.
        """
        here = self._here.setdefault(conversation_id, _Here())
        if self._between_processes is None:
            async with here.turn:
                yield
            return
        ticket = self._between_processes.ticket(conversation_id)
        try:
            async with here.joining:
                await ticket.join()
            async with here.turn:
                await ticket.wait()
                yield
        finally:
            ticket.leave()


class Lines:
    """Lines in Redis, one for each conversation, in which all processes wait.

    Without Redis a turn goes on without a ticket: an answer counts more than the order of two
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
        self._told: set[asyncio.Task[Any]] = set()

    def ticket(self, conversation_id: str) -> Ticket:
        """A new ticket; it is in no line yet."""
        # Whoever can read Redis must not learn a conversation's id.
        digest = hashlib.blake2b(conversation_id.encode(), digest_size=16).hexdigest()
        line = f"chat:line:{digest}"
        return Ticket(self, line, f"{line}:{secrets.token_hex(8)}")

    def tell(self, script: str, *values: Any) -> None:
        """Have a script run; nobody waits for it."""
        told = asyncio.create_task(self.ask(script, *values))
        self._told.add(told)
        told.add_done_callback(self._told.discard)

    async def ask(self, script: str, *values: Any) -> Any:
        """What Redis says to a script with two keys; None when it fails, and for a while after."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            # Over all it takes: a new connection asks several times before the script.
            return await asyncio.wait_for(self._redis.eval(script, 2, *values), _ANSWER_SECONDS)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            logger.error("no lock between processes: %s", reason_of(error))
            self._rests_until = time.monotonic() + _REST_SECONDS
            return None


class Ticket:
    """One message's place in the line of its conversation; renewed until it leaves."""

    def __init__(self, lines: Lines, line: str, name: str) -> None:
        self._lines = lines
        self._keys = line, name
        self._before: int | None = None
        self._renewing: asyncio.Task[None] | None = None

    async def join(self) -> None:
        """Stand at the end of the line."""
        await self._stand(may_join=True)
        if self._before is not None:
            self._renewing = asyncio.create_task(self._renew())

    async def wait(self) -> None:
        """Until nobody stands before; no longer than Redis answers and has the ticket.

        A lost ticket does not join again: it could then stand behind one that waits for it in
        its own process.
        """
        pause = _FIRST_PAUSE
        while self._before is not None and self._before > 0:
            await asyncio.sleep(pause)
            await self._stand(may_join=False)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def leave(self) -> None:
        """Give the place up, also one that Redis was only just asked for.

        The answer does not wait for it: a slow Redis costs a turn one wait, not two.
        """
        if self._renewing:
            self._renewing.cancel()
        self._lines.tell(_LEAVE, *self._keys)

    async def _stand(self, *, may_join: bool) -> None:
        self._before = await self._lines.ask(_STAND, *self._keys, LEASE, int(may_join))

    async def _renew(self) -> None:
        """Until cancelled, or the ticket is lost: a cancel can get lost (see turns.py)."""
        while self._before != _LOST:
            await asyncio.sleep(_RENEW_SECONDS)
            await self._stand(may_join=False)
