"""Keeps answers quick when more messages arrive than the bot can answer.

A turn is almost all processor work, and this process has one processor. If all turns ran at once,
they would all be late, and new messages would wait unread in the network. So only a few turns run
at a time and the others wait in order. A message that would wait too long is refused at once.
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

# Turns that run at a time. While some wait for the database, another can use the processor.
PLACES = 4
# A turn that runs for longer than this (s) is only waiting for a database or a hanging action. It
# does not use the processor, so the next turn begins beside it.
ONLY_WAITS_AFTER = 0.5
# How many turns the pace is measured over.
_REMEMBERED = 31
# The share of the time that refusals may take from turns, and how many seconds they can save up.
_SPARE_PART, _MOST_SPARE = 0.1, 1.0


class TooMany(Exception):
    """Says that too many messages are waiting, so this turn was not begun."""


class Queue:
    """Lets a few turns run at a time, and measures how quickly the waiting ones begin.

    Args:
        longest_wait: seconds that a message may wait for the turns before it.
    """

    def __init__(self, longest_wait: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_wait = longest_wait
        self._clock = clock
        self._free = PLACES
        self._waiting: deque[asyncio.Future[None]] = deque()
        # We know no pace at the start, and the first turns are slow. Nobody is refused for that.
        self._paces = deque([0.0] * _REMEMBERED, maxlen=_REMEMBERED)
        self._last_begin = 0.0

    def has_place(self) -> bool:
        """Returns whether a turn could begin at once."""
        return self._free > 0

    def is_too_long(self) -> bool:
        """Returns whether a turn that came now would be refused at once."""
        if self.has_place():
            return False
        return len(self._waiting) * statistics.median(self._paces) > self._longest_wait

    @asynccontextmanager
    async def turn(self, longest_wait: float = math.inf) -> AsyncIterator[None]:
        """Waits until this turn may begin, and holds a place for it inside the `with` block.

        Args:
            longest_wait: seconds, for a turn that has less time than others.

        Raises:
            TooMany: the turn would wait too long, or it did.
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
        """Waits for a place ahead of all others, for a turn that had one and gave it up."""
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
                self.give_on()  # we got the place just as we were cancelled
            raise

    def give_on(self) -> None:
        """Gives a free place to the next turn in the queue."""
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
    """Rations the time for work that makes a refusal better but slower.

    It is a small share of this process's time. However many messages are refused, the rest of the
    time goes to answers.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = _MOST_SPARE
        self._counted = clock()

    def is_left(self) -> bool:
        """Returns whether some spare time is left now."""
        now = self._clock()
        self._left = min(_MOST_SPARE, self._left + (now - self._counted) * _SPARE_PART)
        self._counted = now
        return self._left > 0

    @contextmanager
    def used(self) -> Iterator[None]:
        """Takes the time of the `with` block from the spare time."""
        began = self._clock()
        try:
            yield
        finally:
            self._left -= self._clock() - began

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Yields whether spare time is left. If so, takes the `with` block's time from it."""
        if not self.is_left():
            yield False
            return
        with self.used():
            yield True


class _Place:
    """Holds the place of a running turn until it ends or is only waiting."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._only_waits: asyncio.TimerHandle | None = None
        self._hold()

    def leave(self) -> None:
        """Gives the place to the next turn, if this one holds it."""
        if self._only_waits:
            self._only_waits.cancel()
            self._only_waits = None
            self._queue.give_on()

    async def take_again(self) -> None:
        """Waits for a place, if this turn does not hold one."""
        if not self._only_waits:
            await self._queue.begin_again()
            self._hold()

    def _hold(self) -> None:
        loop = asyncio.get_running_loop()
        self._only_waits = loop.call_later(ONLY_WAITS_AFTER, self.leave)


_place: ContextVar[_Place | None] = ContextVar("place", default=None)


@asynccontextmanager
async def only_waiting() -> AsyncIterator[None]:
    """Lends this turn's place to others while the `with` block waits for another turn."""
    place = _place.get()
    if place:
        place.leave()
    yield
    if place:
        await place.take_again()
