"""A Redis of our own on this machine, thrown away at the end."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from bot.settings import ROOT
from local_servers.ports import free_port
from local_servers.programs import find

RULES = ROOT / "deploy" / "redis" / "chat.conf"
# In production the password is in a file of that machine.
_INCLUDED = "include /etc/redis/chat-password.conf"
_DEADLINE = 120.0


class Redis:
    """One server on a free port of this machine, with the rules of `deploy/redis/`.

    Attributes:
        port: where it listens, also again after a stop.
        password: what it asks of everybody.
    """

    def __init__(self) -> None:
        """Find it; it is not started yet.

        Raises:
            Missing: Redis is not on this machine.
        """
        self._program = find("redis-server")
        self._folder = Path(tempfile.mkdtemp(prefix="chat-redis-"))
        self._process: subprocess.Popen | None = None
        self.port = free_port()
        self.password = secrets.token_hex(16)

    @property
    def url(self) -> str:
        """Its address."""
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        """Its address by way of another port, for a road to it."""
        return f"redis://:{self.password}@127.0.0.1:{port}/0"

    def start(self) -> None:
        """Start, and wait until it answers; does nothing while it runs.

        Raises:
            TimeoutError: it did not in time.
        """
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            return
        rules = self._folder / "redis.conf"
        rules.write_text(fitted(self.password))
        self._process = subprocess.Popen(  # noqa: S603
            [self._program, str(rules), "--port", str(self.port), "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + _DEADLINE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError("Redis did not start")

    def kill(self) -> None:
        """End it at once; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def empty(self) -> None:
        """Forget everything."""
        self._tell("flushall")

    def cut_lines(self) -> None:
        """Close the connections of all clients."""
        self._tell("client", "kill", "type", "normal")

    def freeze(self) -> None:
        """Keep it from answering, with all connections open."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it answer again."""
        os.kill(self._process.pid, signal.SIGCONT)

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _tell(self, *command: str) -> None:
        subprocess.run(  # noqa: S603
            ["redis-cli", "-p", str(self.port), *command],  # noqa: S607
            check=True,
            capture_output=True,
            env={**os.environ, "REDISCLI_AUTH": self.password},
        )


def fitted(password: str) -> str:
    """The rules of `deploy/redis/` with this password."""
    return RULES.read_text().replace(_INCLUDED, f"requirepass {password}")
