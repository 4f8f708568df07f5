"""A fixed share of a core for each of some processes.

On a machine with few cores, serving processes take them from one another and from the client,
nginx and the database. Given only a share each they leave room, and what a second one brings can
be seen.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

# Long beside what waking a process takes, short beside an answer.
_PERIOD = 0.05


@contextmanager
def held_to(share: float, pids: Sequence[int]) -> Iterator[None]:
    """Let each process run for its share of every 50 ms only, in turn, until the block ends.

    Args:
        share: of one core, above 0 and at most 1 / number of processes.
        pids: the processes; they must be this user's.
    """
    # A process of its own: one that also sends messages would wake them late when it is busy.
    keeper = multiprocessing.get_context("spawn").Process(target=_keep, args=(share, list(pids)))
    keeper.start()
    try:
        yield
    finally:
        keeper.kill()
        keeper.join()
        for pid in pids:
            _send(signal.SIGCONT, pid)


def _keep(share: float, pids: list[int]) -> None:
    turn = _PERIOD / len(pids)
    due = time.monotonic()
    while True:
        for pid in pids:
            _send(signal.SIGCONT, pid)
            _sleep_until(due + share * _PERIOD)
            _send(signal.SIGSTOP, pid)
            due += turn
            _sleep_until(due)


def _send(sign: signal.Signals, pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, sign)


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
