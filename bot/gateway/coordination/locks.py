"""Locks conversations, so that two messages of one are answered one after the other.

Inside one process there is always a fair queue. Between processes there is a line of tickets in
Redis, if REDIS_URL names one (docs/decisions/0019-the-conversation-lock.md). We do not use Rasa's
own locks because they wait in steps of a second, and its Redis lock is not atomic.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakValueDictionary

from bot.gateway.coordination.shared_redis import SharedRedis, digest
from bot.gateway.overload.queue import only_waiting
from bot.settings import get_settings

# Milliseconds until the ticket of a dead process leaves the line. A living process renews it.
LEASE = 2_000
_RENEW_SECONDS = LEASE / 1_000 / 3
# Seconds between two looks at the line while others are ahead: the first pause and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.05
# Returns how many tickets are ahead of this one. The ticket joins the end of the line if it may,
# otherwise it only keeps its place. Tickets at the front whose lease has ended are removed.
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
# What _STAND returns when the ticket is not in the line, or no longer.
_LOST = -1
_LEAVE = "redis.call('del', KEYS[2]) return redis.call('lrem', KEYS[1], 1, KEYS[2])"


class _Here:
    """Holds the line of one conversation in this process.

    Attributes:
        joining: held while a ticket is taken, so that the line in Redis has the same order.
        line: the messages in it; the first one has the turn.
    """

    def __init__(self) -> None:
        self.joining = asyncio.Lock()
        self.line: deque[_Standing] = deque()


class _Standing:
    """Holds a message's place in its conversation's lines, in this process and in Redis."""

    def __init__(self, conversation_id: str, here: _Here, ticket: Ticket | None) -> None:
        self._conversation_id = conversation_id
        self._here = here
        self._ticket = ticket
        self._is_first = asyncio.Event()
        self._is_taken = False
        self._has_left = False

    def take(self, conversation_id: str) -> bool:
        """Claims this place for the conversation. Returns True only to the first who asks."""
        if self._is_taken or self._has_left or self._conversation_id != conversation_id:
            return False
        self._is_taken = True
        return True

    async def join(self) -> None:
        """Joins the end of both lines."""
        async with self._here.joining:
            if self._ticket:
                await self._ticket.join()
            self._here.line.append(self)
            self._here.line[0]._is_first.set()

    async def turn(self) -> None:
        """Waits until it is first in both lines. Meanwhile it holds no place in the queue."""
        if self._is_first.is_set() and not (self._ticket and await self._ticket.is_behind()):
            return
        async with only_waiting():
            await self._is_first.wait()
            if self._ticket:
                await self._ticket.wait()

    def leave(self) -> None:
        """Leaves both lines, even one that it was still joining."""
        if self._has_left:
            return
        self._has_left = True
        if self in self._here.line:
            self._here.line.remove(self)
        if self._here.line:
            self._here.line[0]._is_first.set()
        if self._ticket:
            self._ticket.leave()


# The place of a message that is in line although Rasa has not asked for its lock yet.
_standing: ContextVar[_Standing | None] = ContextVar("standing", default=None)


class ConversationLocks:
    """Keeps one lock per conversation. `bot.gateway.rasa_channel` makes a lock store of it."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """Prepares the lines. The first message is the first to use Redis."""
        url = get_settings().redis_url
        self._between_processes = Lines(url) if url else None
        self._here: WeakValueDictionary[str, _Here] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *args: Any, **kwargs: Any) -> AsyncIterator[None]:
        """Waits for the conversation's lock in the order of arrival, and holds it.

        A message that is already in line (`in_line`) keeps its place.

        The wait has no limit here. The caller has a deadline, and is cancelled when it passes.

        Args:
            conversation_id: the conversation to lock.
            *args: Rasa's lifetime and waiting time; not used.
            **kwargs: the same.
        """
        standing = _standing.get()
        if standing and standing.take(conversation_id):
            try:
                await standing.turn()
                yield
            finally:
                standing.leave()
            return
        async with self.line(conversation_id) as standing:
            await standing.turn()
            yield

    @asynccontextmanager
    async def line(self, conversation_id: str) -> AsyncIterator[_Standing]:
        """Joins the end of a conversation's line, and leaves it after the `with` block.

        Args:
            conversation_id: the conversation whose line it is.
        """
        lines = self._between_processes
        here = self._here.setdefault(conversation_id, _Here())
        ticket = lines.ticket(conversation_id) if lines else None
        standing = _Standing(conversation_id, here, ticket)
        try:
            await standing.join()
            yield standing
        finally:
            standing.leave()


@asynccontextmanager
async def in_line(agent: Any, conversation_id: str) -> AsyncIterator[None]:
    """Joins a conversation's line before Rasa asks for its lock, if the lock is ours.

    Args:
        agent: Rasa's agent.
        conversation_id: the conversation whose line it is.
    """
    locks = getattr(agent, "lock_store", None)
    if not isinstance(locks, ConversationLocks):
        yield
        return
    async with locks.line(conversation_id) as standing:
        _standing.set(standing)
        yield


class Lines:
    """Keeps a line in Redis for each conversation, in which all processes wait.

    If Redis fails, a turn goes on without a ticket. An answer matters more than the order of two
    messages sent to two processes at the same moment. The conversation store then makes sure that
    no process overwrites a turn that it has not seen.
    """

    def __init__(self, url: str) -> None:
        self._shared = SharedRedis(url, "lock")

    def ticket(self, conversation_id: str) -> Ticket:
        """Returns a new ticket, which is in no line yet."""
        line = f"chat:line:{digest(conversation_id)}"
        return Ticket(self._shared, line, f"{line}:{secrets.token_hex(8)}")


class Ticket:
    """Holds a message's place in its conversation's line in Redis, and renews it until it ends."""

    def __init__(self, shared: SharedRedis, line: str, name: str) -> None:
        self._shared = shared
        self._keys = line, name
        self._before: int | None = None
        self._renewing: asyncio.Task[None] | None = None

    async def join(self) -> None:
        """Joins the end of the line."""
        await self._stand(may_join=True)
        if self._before is not None:
            self._renewing = asyncio.create_task(self._renew())

    async def wait(self) -> None:
        """Waits until nobody is ahead, or until Redis fails or has lost the ticket.

        A lost ticket does not join again. It could end up behind a ticket that is itself waiting
        for it in this process.
        """
        pause = _FIRST_PAUSE
        while await self.is_behind():
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def is_behind(self) -> bool:
        """Returns whether others are ahead. Asks Redis again if they were at the last look."""
        if self._before is not None and self._before > 0:
            await self._stand(may_join=False)
        return self._before is not None and self._before > 0

    def leave(self) -> None:
        """Gives the place up, even one that Redis was only just asked for.

        The answer does not wait for this, so a slow Redis costs a turn one wait and not two.
        """
        if self._renewing:
            self._renewing.cancel()
        self._shared.tell("EVAL", _LEAVE, len(self._keys), *self._keys)

    async def _stand(self, *, may_join: bool) -> None:
        given = (*self._keys, LEASE, int(may_join))
        self._before = await self._shared.ask("EVAL", _STAND, len(self._keys), *given)

    async def _renew(self) -> None:
        """Renews the ticket until cancelled or until the ticket is lost.

        It must also end with the ticket, because a cancel can get lost (`_cancel` in
        bot/gateway/turns/answering.py).
        """
        while self._before != _LOST:
            await asyncio.sleep(_RENEW_SECONDS)
            await self._stand(may_join=False)
