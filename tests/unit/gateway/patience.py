"""Times that no busy machine passes: for Redis, and for the places in its lines."""

from __future__ import annotations

# Milliseconds of a lease, and seconds for an answer.
LONG_LEASE, LONG_ANSWER = 120_000, 120.0
