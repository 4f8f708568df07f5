"""Waits for what a server does by itself, a little later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bot.counters.writing import FLUSH_SECONDS

# Several times what the writer of counters waits, with a database that is down in between.
PATIENCE = 6 * FLUSH_SECONDS

Found = TypeVar("Found")


def wait_until(condition: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """What the condition gives, as soon as it gives something.

    Raises:
        AssertionError: it gave nothing in time.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"it did not happen in {seconds:g} s"
        time.sleep(0.1)
    return found
