"""Waits for what a server does by itself, a little later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

# Seconds to wait for what must come, an answer too: beside other work a process may get a tenth of
# a core.
PATIENCE = 120.0
# Seconds that a turn has in tests that are about something else, for the same reason.
REPLY_DEADLINE = 60.0

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
