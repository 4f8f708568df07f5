"""A process that has no file descriptor left."""

from __future__ import annotations

import contextlib
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.waiting import wait_until


@contextmanager
def without_descriptors(pid: int, port: int) -> Iterator[None]:
    """A process can open no file and take no connection until the block ends.

    Below the limit are gaps between what it has open; idle connections fill them.

    Args:
        pid: the process.
        port: where it listens.
    """
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    limit = max(_open(pid)) + 1
    idle = []
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, hard))
    try:
        idle += [
            socket.create_connection(("127.0.0.1", port)) for _ in range(limit - len(_open(pid)))
        ]
        wait_until(lambda: len(_open(pid)) == limit)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):  # it was started again meanwhile
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        for line in idle:
            line.close()


def _open(pid: int) -> list[int]:
    return [int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()]
