"""Keeps answers quick when more messages arrive than the bot can answer.

A turn is almost all processor work, and this process has one processor. If all turns ran at once,
they would all be late, and new messages would wait unread in the network. So only a few turns run
at a time and the others wait, each sender in a line of their own. A message that would wait too
long is refused at once.
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
from dataclasses import dataclass, field

from bot.gateway.overload import starving

# Turns that run at a time. While some wait for the database, another can use the processor.
PLACES = 4
# A turn that runs for longer than this (s) may only be waiting for a database or a hanging action.
# Then it does not use the processor, and the next turn begins beside it.
ONLY_WAITS_AFTER = 0.5
# It starves instead where this thread had work, or no processor for it, for such a share of the
# time. One more turn beside it would make all of them later.
_STARVES = 0.5
# How many turns the pace is measured over.
_REMEMBERED = 31
# The share of the time that refusals may take from turns, and how many seconds they can save up.
_SPARE_PART, _MOST_SPARE = 0.1, 1.0


class TooMany(Exception):
    """Says that too many messages are waiting, so this turn was not begun."""


@dataclass(frozen=True)
class Sender:
    """Who sends a message, and what it takes.

    Attributes:
        name: who shares a line; "" for ourselves, who may have all places.
        cost: in turns of a short message.
    """

    name: str
    cost: float = 1.0


OURS = Sender("")


class Queue:
    """Lets a few turns run at a time, and measures how quickly the waiting ones begin.

    Each sender has a line of their own. The next place goes to the sender whose turns have cost the
    least since they began to wait (start-time fair queueing: Goyal, Vin and Cheng, 1996), so who
    sends much waits for themselves and not before others.

    Args:
        longest_wait: seconds that a message may wait for the turns before it.
    """

    def __init__(self, longest_wait: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_wait = longest_wait
        self._clock = clock
        self._free = PLACES
        self._lines: dict[str, _Line] = {}
        # Turns that had a place and gave it up: they go before all others.
        self._ahead: deque[_Waiting] = deque()
        # How much the turns of those whose turn it is have cost.
        self._cost = 0.0
        # We know no pace at the start, and the first turns are slow. Nobody is refused for that.
        self._paces = deque([0.0] * _REMEMBERED, maxlen=_REMEMBERED)
        self._last_begin = 0.0

    def has_place(self, sender: Sender = OURS) -> bool:
        """Returns whether a turn of a sender could begin at once."""
        return self._has_place(self._of(sender))

    def _has_place(self, line: _Line) -> bool:
        return self._free > 0 and line.has_room()

    def is_too_long(self, sender: Sender = OURS) -> bool:
        """Returns whether a turn of a sender that came now would be refused at once."""
        return self._is_too_long(self._of(sender))

    def _is_too_long(self, mine: _Line) -> bool:
        if self._has_place(mine):
            return False
        ahead = len(self._ahead) + len(mine.waiting)
        for line in self._lines.values():
            if line is not mine:
                ahead += min(len(line.waiting), len(mine.waiting) + 1)
        return ahead * statistics.median(self._paces) > self._longest_wait

    @asynccontextmanager
    async def turn(
        self, sender: Sender = OURS, longest_wait: float = math.inf
    ) -> AsyncIterator[None]:
        """Waits until this turn may begin, and holds a place for it inside the `with` block.

        Args:
            sender: whose turn it is.
            longest_wait: seconds, for a turn that has less time than others.

        Raises:
            TooMany: the turn would wait too long, or it did.
        """
        with self._line(sender) as line:
            await self._begin(line, sender.cost, min(self._longest_wait, longest_wait))
            place = _Place(self, line)
            before = _place.set(place)
            try:
                yield
            finally:
                place.leave()
                _place.reset(before)

    @contextmanager
    def _line(self, sender: Sender) -> Iterator[_Line]:
        """Yields a sender's line, which is there until the last of their turns is over."""
        line = self._lines.setdefault(sender.name, _Line(sender.name, self._cost))
        line.turns += 1
        try:
            yield line
        finally:
            line.turns -= 1
            if not line.turns:
                del self._lines[line.sender]

    def _of(self, sender: Sender) -> _Line:
        return self._lines.get(sender.name) or _Line(sender.name, self._cost)

    async def _begin(self, line: _Line, cost: float, longest_wait: float) -> None:
        if self._has_place(line):
            self._take(line, cost)
            return
        if self._is_too_long(line):
            raise TooMany
        if not self._is_anybody_waiting():
            self._last_begin = self._clock()
        mine = _Waiting(line, cost)
        line.waiting.append(mine)
        try:
            await asyncio.wait_for(mine.begun, longest_wait)
        except TimeoutError:
            raise TooMany from None
        finally:
            if mine in line.waiting:
                line.waiting.remove(mine)

    async def begin_again(self, line: _Line) -> None:
        """Waits for a place ahead of all others, for a turn that had one and gave it up."""
        if self._free:
            self._take(line, 0.0)
            return
        mine = _Waiting(line, 0.0)
        self._ahead.appendleft(mine)
        try:
            await mine.begun
        except asyncio.CancelledError:
            if mine in self._ahead:
                self._ahead.remove(mine)
            elif not mine.begun.cancelled():
                self.give_on(line)  # we got the place just as we were cancelled
            raise

    def give_on(self, line: _Line) -> None:
        """Gives a place of a sender back, and free ones to the next turns that wait."""
        line.running -= 1
        self._free += 1
        while self._free and (following := self._next()):
            self._take(following.line, following.cost)
            following.begun.set_result(None)
            now = self._clock()
            self._paces.append(now - self._last_begin)
            self._last_begin = now

    def _next(self) -> _Waiting | None:
        """Takes the turn that begins next out of its line; None if there is none."""
        while self._ahead:
            following = self._ahead.popleft()
            if not following.begun.done():
                return following
        ready = [line for line in self._lines.values() if line.waiting and line.has_room()]
        for line in sorted(ready, key=lambda line: (line.cost, line.running)):
            while line.waiting:
                following = line.waiting.popleft()
                if not following.begun.done():
                    return following
        return None

    def _take(self, line: _Line, cost: float) -> None:
        self._free -= 1
        line.running += 1
        self._cost = max(self._cost, line.cost)
        line.cost = max(self._cost, line.cost) + cost

    def _is_anybody_waiting(self) -> bool:
        return bool(self._ahead) or any(line.waiting for line in self._lines.values())


@dataclass
class _Line:
    """The turns of one sender.

    Attributes:
        sender: the name of who sends; "" for us.
        cost: how much has to be spent on others before their next turn is due.
        turns: how many there are, also those that gave their place up for a while.
        running: how many hold a place.
        waiting: those that wait, the oldest first.
    """

    sender: str
    cost: float
    turns: int = 0
    running: int = 0
    waiting: deque[_Waiting] = field(default_factory=deque)

    def has_room(self) -> bool:
        """Whether one more may run: the last place is for somebody else."""
        return self.running < (PLACES - 1 if self.sender else PLACES)


@dataclass(eq=False)
class _Waiting:
    """A turn that waits for a place."""

    line: _Line
    cost: float
    begun: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


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

    def __init__(self, queue: Queue, line: _Line) -> None:
        self._queue = queue
        self._line = line
        self._looks_again: asyncio.TimerHandle | None = None
        self._hold()

    def leave(self) -> None:
        """Gives the place to the next turn, if this one holds it."""
        if self._looks_again:
            self._looks_again.cancel()
            self._looks_again = None
            self._queue.give_on(self._line)

    async def take_again(self) -> None:
        """Waits for a place, if this turn does not hold one."""
        if not self._looks_again:
            await self._queue.begin_again(self._line)
            self._hold()

    def _hold(self) -> None:
        loop = asyncio.get_running_loop()
        self._held_since, self._worked = loop.time(), starving.worked_or_wanted()
        self._looks_again = loop.call_later(ONLY_WAITS_AFTER, self._look)

    def _look(self) -> None:
        """Leaves the place if the turn only waits, and not for this process's own work."""
        passed = asyncio.get_running_loop().time() - self._held_since
        worked = starving.worked_or_wanted() - self._worked
        if worked < _STARVES * passed:
            self.leave()
        else:
            self._hold()


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
