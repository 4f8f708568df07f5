"""A Redis of our own for tests, thrown away at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.ports import free_port
from tests.services.programs import need

_DEADLINE = 10.0


class Redis:
    """One server on a free port of this machine, in memory only.

    Attributes:
        port: where it listens, also again after a stop.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="chat-redis-"))
        self._process: subprocess.Popen | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and wait until it answers; does nothing while it runs."""
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            return
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + _DEADLINE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("Redis did not start")

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
        subprocess.run(
            ["redis-cli", "-p", str(self.port), *command], check=True, capture_output=True
        )


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """The server that all tests share; a test that stops it uses `redis`."""
    need("redis-server")
    server = Redis()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def redis(redis_server: Redis) -> Iterator[Redis]:
    """The server with nothing in it, up again afterwards whatever the test did to it."""
    redis_server.empty()
    yield redis_server
    redis_server.start()
