"""Ends a process that lives but gives only safe replies, while another one really answers.

A new process may do better; and until it is up, its share of the people is answered by the others.
Where none is ready, what is missing lies outside of them all, and ending them would help nobody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bot.serving.worker import Worker

# Seconds without a passed self-test after which a process counts as useless. Longer than any step
# of an overload, or of a database that comes back to one process before the other, should take.
USELESS_SECONDS = 60.0
_LOOK_SECONDS = 5.0
_ANSWER_SECONDS = 10.0


async def end_unready(workers: Sequence[Worker]) -> None:
    """Look after processes until cancelled."""
    unready_since: dict[Worker, float] = {}
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        found = await asyncio.gather(*(_is_ready(worker) for worker in workers))
        for worker, is_ready in zip(workers, found, strict=True):
            # One that does not answer at all starts just now, or is ended for that (worker.py).
            if is_ready is False:
                unready_since.setdefault(worker, time.monotonic())
            else:
                unready_since.pop(worker, None)
        if any(found):
            for worker in _useless(unready_since):
                worker.end("gave only safe replies")
                del unready_since[worker]


def _useless(unready_since: dict[Worker, float]) -> list[Worker]:
    latest = time.monotonic() - USELESS_SECONDS
    return [worker for worker, since in unready_since.items() if since <= latest]


async def _is_ready(worker: Worker) -> bool | None:
    """Whether its last self-test passed; None where it does not answer at all."""
    if not await worker.answers("health", _ANSWER_SECONDS):
        return None
    return await worker.answers("ready", _ANSWER_SECONDS)
