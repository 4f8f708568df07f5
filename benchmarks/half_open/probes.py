"""Whether others get an answer meanwhile."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local_servers.shipped_nginx import NAME

# Somebody else than who attacks.
_ADDRESS = "127.0.0.3"


@dataclass
class Door:
    """An nginx that is attacked, as it is shipped.

    Attributes:
        secure: its port in the place of 443.
        plain: its port in the place of 80.
        certificate: what its certificate is checked with.
    """

    secure: int
    plain: int
    certificate: Path

    def knock(self, patience: float) -> float | None:
        """Seconds until the help page was there, over a new line; None when it did not come.

        Args:
            patience: seconds after which it counts as not answered.
        """
        context = ssl.create_default_context(cafile=str(self.certificate))
        began = time.monotonic()
        try:
            with (
                socket.create_connection(
                    ("127.0.0.1", self.secure), patience, source_address=(_ADDRESS, 0)
                ) as line,
                context.wrap_socket(line, server_hostname=NAME) as secured,
            ):
                secured.settimeout(max(0.01, began + patience - time.monotonic()))
                secured.sendall(f"GET /chat/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
                if not secured.recv(4_096).startswith(b"HTTP/1.1 200"):
                    return None
        except OSError:
            return None
        return time.monotonic() - began


@dataclass
class Attack:
    """What runs against the door.

    Attributes:
        process: it ends when its input is closed.
    """

    process: subprocess.Popen
    _said: dict[str, float] = field(default_factory=dict)

    def tried(self) -> int:
        """How many lines it has tried, once it is through with them."""
        return int(self._through()["tried"])

    def held(self) -> int:
        """How many lines it holds then."""
        return int(self._through()["held"])

    def _through(self) -> dict[str, float]:
        if not self._said:
            assert self.process.stdout
            self._said = json.loads(self.process.stdout.readline())
        return self._said


@contextmanager
def attacking(
    kind: str, port: int, tries: int, seconds: float = 60, address: str = "127.0.0.2"
) -> Iterator[Attack]:
    """One address opens so many lines and finishes none, until the block ends.

    Args:
        kind: `head` for the beginning of a request, `hello` for that of TLS.
        port: of this machine.
        tries: how many lines, one after another.
        seconds: when it ends by itself.
        address: of this machine, where the lines come from.
    """
    command = [sys.executable, "-m", "benchmarks.half_open.attacker", kind, str(port)]
    command += ["--tries", str(tries), "--seconds", str(seconds), "--address", address]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Attack(process)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(seconds + 60)


def knocking(door: Door, seconds: float, patience: float) -> list[float | None]:
    """What `knock` gives, again and again for so many seconds."""
    until = time.monotonic() + seconds
    found = []
    while time.monotonic() < until:
        found.append(door.knock(patience))
        time.sleep(0.1)
    return found
