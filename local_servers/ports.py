"""Free ports of this machine, for servers that are started a moment later."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

# Below those that systems give to outgoing connections (Linux: from 32768), or such a connection
# could take the port before the server does.
_LOWEST, _HIGHEST = 20_000, 32_000
_draw = random.SystemRandom()


def free_ports(number: int) -> list[int]:
    """So many ports in a row that nothing uses."""
    while True:
        first = _draw.randrange(_LOWEST, _HIGHEST)
        ports = list(range(first, first + number))
        with ExitStack() as stack:
            try:
                for port in ports:
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return ports


def free_port() -> int:
    """A port that nothing uses."""
    return free_ports(1)[0]
