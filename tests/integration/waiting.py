"""Waits for what a server does by itself, a little later."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.counters.writing import FLUSH_SECONDS

# Several times what the writer of counters waits, with a database that is down in between.
PATIENCE = 6 * FLUSH_SECONDS


def wait_until(holds: Callable[[], bool]) -> None:
    """Return as soon as it holds.

    Raises:
        AssertionError: it did not hold in time.
    """
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
