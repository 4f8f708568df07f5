"""When a hand-over that did not get through is tried again."""

from __future__ import annotations

import random

MAX_ATTEMPTS = 20
"""After so many it becomes a dead letter that an operator looks at (docs/handover.md)."""

FIRST = 2.0
LONGEST = 900.0
"""Seconds: the limit of the first wait, and of any."""


def wait(attempts: int, chance: random.Random) -> float:
    """Seconds to wait after so many attempts: exponential, with full jitter.

    Full jitter (any time up to the limit) keeps many that failed together from coming back
    together. The limit doubles with each attempt.

    Args:
        attempts: how many have failed so far, at least 1.
        chance: the source of randomness.
    """
    # 2 ** 20 is far above the longest wait; a larger power would only be a slower sum.
    limit = min(LONGEST, FIRST * 2 ** min(attempts - 1, 20))
    return chance.uniform(0, limit)
