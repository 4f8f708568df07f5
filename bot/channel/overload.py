"""Keeps answers quick when more messages come than can be answered.

A turn is almost all work for the one processor of this process. Turns that all ran at once would
all be late, and new messages would wait unread in the network. So turns begin one after another,
and a message that would wait too long is not begun.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

# How many turns the usual cost of one is read from.
_REMEMBERED = 31


class Queue:
    """Lets turns begin one after another, and knows what one has cost lately.

    A turn that only waits (for a database, for a hanging action) holds nobody up.

    Args:
        longest_wait: seconds that a message may have to wait for the turns before it.
    """

    def __init__(self, longest_wait: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_wait = longest_wait
        self._clock = clock
        self._gate = asyncio.Lock()
        self._last_end = 0.0
        # Nothing is known at the start, and the first turns are slow: nobody is refused for them.
        self._costs = deque([0.0] * _REMEMBERED, maxlen=_REMEMBERED)

    def is_too_long(self, turns: int) -> bool:
        """True when a message would probably wait too long for this many turns before it."""
        return turns * statistics.median(self._costs) > self._longest_wait

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until this turn may begin; the turn is what stands inside."""
        came = self._clock()
        async with self._gate:
            # One begins in each round of the event loop, so that between any two of them new
            # messages are read, and refused if need be.
            await asyncio.sleep(0)
        try:
            yield
        finally:
            # While others are being answered too, the time since the last one ended is what this
            # one took of the processor.
            now = self._clock()
            self._costs.append(now - max(came, self._last_end))
            self._last_end = now
