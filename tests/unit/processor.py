"""What work costs the processor, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable


def least(work: Callable[[], object], times: int = 3) -> float:
    """Processor seconds of this process for some work, the least of several times.

    Beside other work the same takes up to three times as long, for caches are cold. So a bound is
    ten times what it takes; what grows faster than the text is far above that.
    """
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)
