"""Tells a thread that has too little processor from one that has nothing to do."""

from __future__ import annotations

import time
from pathlib import Path

# Nanoseconds that the thread ran, and that it was ready to run and had no processor (Linux).
_SCHEDULED = Path("/proc/thread-self/schedstat")


def worked_or_wanted() -> float:
    """Returns the seconds in which the calling thread has run, or was ready to and had to wait.

    Where the system does not tell the second, only the first.
    """
    try:
        ran, waited, _ = _SCHEDULED.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return time.thread_time()
    return (int(ran) + int(waited)) / 1e9
