"""Keeps answers quick when more messages come than can be answered.

A turn is almost all work for the one processor of this process. Turns that all ran at once would
all be late, and new messages would wait unread in the network. So few are under way at once, the
others wait in order, and a message that would wait too long is refused at once.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

# Turns under way at once: while some wait for the database, another has the processor.
PLACES = 4
# A turn under way for longer than this (s) only waits, for a database or for an action that hangs.
# It keeps the processor from nobody, so the next one begins beside it.
ONLY_WAITS_AFTER = 0.5
# How many turns the pace is read from.
_REMEMBERED = 31
# The part of the time that refusals may take from turns, and how many seconds of it are saved up.
_SPARE_PART, _MOST_SPARE = 0.1, 1.0


class TooMany(Exception):
    """More messages wait than can be answered in time; this one was not begun."""


class Queue:
    """Lets few turns be under way at once, and knows the pace at which the waiting ones begin.

    Args:
        longest_wait: seconds that a message may have to wait for the turns before it.
    """

    def __init__(self, longest_wait: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_wait = longest_wait
        self._clock = clock
        self._free = PLACES
        self._waiting: deque[asyncio.Future[None]] = deque()
        # Nothing is known at the start, and the first turns are slow: nobody is refused for them.
        self._paces = deque([0.0] * _REMEMBERED, maxlen=_REMEMBERED)
        self._last_begin = 0.0

    def has_place(self) -> bool:
        """Whether a turn could begin at once."""
        return self._free > 0

    def is_too_long(self) -> bool:
        """Whether a turn that came now would be refused at once."""
        if self.has_place():
            return False
        return len(self._waiting) * statistics.median(self._paces) > self._longest_wait

    @asynccontextmanager
    async def turn(self, longest_wait: float = math.inf) -> AsyncIterator[None]:
        """Wait until this turn may begin; the turn is what stands inside.

        Args:
            longest_wait: seconds, for a turn that has less time than others.

        Raises:
            TooMany: it would wait too long, or it did.
        """
        await self._begin(min(self._longest_wait, longest_wait))
        place = _Place(self)
        before = _place.set(place)
        try:
            yield
        finally:
            place.leave()
            _place.reset(before)

    async def _begin(self, longest_wait: float) -> None:
        if self._free:
            self._free -= 1
            return
        if self.is_too_long():
            raise TooMany
        if not self._waiting:
            self._last_begin = self._clock()
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            await asyncio.wait_for(mine, longest_wait)
        except asyncio.TimeoutError:
            raise TooMany from None
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)

    async def begin_again(self) -> None:
        """Wait for a place before all others: this turn had one, and left it to them."""
        if self._free:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.appendleft(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine in self._waiting:
                self._waiting.remove(mine)
            elif not mine.cancelled():
                self.give_on()  # the place came at the same moment
            raise

    def give_on(self) -> None:
        """Let the next turn begin in the place of one that has left it."""
        while self._waiting:
            following = self._waiting.popleft()
            if not following.done():
                following.set_result(None)
                now = self._clock()
                self._paces.append(now - self._last_begin)
                self._last_begin = now
                return
        self._free += 1


class Spare:
    """A small part of this process's time, for what makes a refusal better but not quicker.

    However many messages are refused, the rest of the time is there for answers.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = _MOST_SPARE
        self._counted = clock()

    def is_left(self) -> bool:
        """Whether some of it is left now."""
        now = self._clock()
        self._left = min(_MOST_SPARE, self._left + (now - self._counted) * _SPARE_PART)
        self._counted = now
        return self._left > 0

    @contextmanager
    def used(self) -> Iterator[None]:
        """What is done inside is taken from it."""
        began = self._clock()
        try:
            yield
        finally:
            self._left -= self._clock() - began

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Whether some of it is left for what is done inside, which is then taken from it."""
        if not self.is_left():
            yield False
            return
        with self.used():
            yield True


class _Place:
    """What a turn under way holds until it ends or only waits."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._only_waits: asyncio.TimerHandle | None = None
        self._hold()

    def leave(self) -> None:
        """Leave it to the next, if it is held."""
        if self._only_waits:
            self._only_waits.cancel()
            self._only_waits = None
            self._queue.give_on()

    async def take_again(self) -> None:
        """Wait for it, if it is not held."""
        if not self._only_waits:
            await self._queue.begin_again()
            self._hold()

    def _hold(self) -> None:
        loop = asyncio.get_running_loop()
        self._only_waits = loop.call_later(ONLY_WAITS_AFTER, self.leave)


_place: ContextVar[_Place | None] = ContextVar("place", default=None)


@asynccontextmanager
async def only_waiting() -> AsyncIterator[None]:
    """What is done inside waits for another turn: meanwhile the place of this one is another's."""
    place = _place.get()
    if place:
        place.leave()
    yield
    if place:
        await place.take_again()
