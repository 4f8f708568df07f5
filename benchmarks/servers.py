"""Starts the bots that are compared, each as its users would, and stops them."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import yaml

from benchmarks import processes
from benchmarks.models import ENVIRONMENT, FLOOR
from bot.serving.worker import LOGS, end_with_parent
from bot.settings import ROOT
from local_servers import machine
from local_servers.ports import free_port

# Python of this environment; never resolved, or the environment would be lost.
PYTHON = Path(sys.executable)
# All load comes from one address.
UNLIMITED = {"CHAT_CONVERSATION_RATE": "0", "CHAT_ADDRESS_RATE": "0"}
_START_SECONDS, _STOP_SECONDS = 120, 20
_POLL_SECONDS = 0.1


@dataclass
class Server:
    """A running bot.

    Attributes:
        port: where it answers on this machine.
        database: address of the product's database.
        started: when its first process was started (time.perf_counter).
        running: its processes, without their children.
    """

    port: int
    database: str = ""
    started: float = field(default_factory=time.perf_counter)
    running: list[subprocess.Popen] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def memory_mb(self) -> float:
        """Memory of all its processes in MB."""
        return sum(processes.memory_mb(process.pid) for process in self.running)

    def processor_seconds(self) -> float:
        """Processor time of all its processes."""
        return sum(processes.processor_seconds(process.pid) for process in self.running)


@contextmanager
def product(database: str) -> Iterator[Server]:
    """This product by its own command, without limits for one address.

    Args:
        database: address of an empty database.
    """
    server = Server(free_port(), database)
    environment = {
        **UNLIMITED,
        "CHAT_PORT": str(server.port),
        "CHAT_STORAGE_KEYS": secrets.token_hex(32),
        "DATABASE_URL": database,
    }
    with _running(server):
        _start(server, "product", [str(PYTHON), "-m", "bot", "run"], environment)
        yield server


@contextmanager
def deployed(count: int) -> Iterator[Server]:
    """This product as it is deployed: behind nginx, with PostgreSQL and Redis, without limits.

    Its memory and processor time are those of the serving processes.

    Args:
        count: how many serving processes.
    """
    with machine.running(count, **UNLIMITED) as whole:
        yield Server(whole.front, running=[whole.process])


@contextmanager
def stock(python: Path, model: Path, tracker_store: Mapping[str, object]) -> Iterator[Server]:
    """Stock Rasa with its SQL tracker store, and the same custom actions in an action server.

    The action server is Rasa SDK's own, in this environment: it needs less memory and starts
    sooner than with TensorFlow beside it.
    """
    server = Server(free_port())
    action_port = free_port()
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{action_port}/webhook"},
        "tracker_store": dict(tracker_store),
    }
    actions = [str(PYTHON), "-m", "benchmarks.stock.action_server", str(action_port)]
    with _endpoints(endpoints) as path, _running(server):
        _start(server, "stock-actions", actions)
        _start(server, "stock", _rasa(python, model, server.port, path))
        yield server


@contextmanager
def floor(model: Path) -> Iterator[Server]:
    """The echo bot: in memory, without an action server."""
    server = Server(free_port())
    with _endpoints({}) as path, _running(server):
        # Where its config.yml is: a model may use the classes of the one that Rasa starts beside.
        _start(server, "floor", _rasa(PYTHON, model, server.port, path), folder=FLOOR)
        yield server


async def until_ready(server: Server, session: aiohttp.ClientSession) -> None:
    """Wait until a real message goes through the whole product.

    Raises:
        SystemExit: it did not within two minutes, or a process ended.
    """
    while time.perf_counter() - server.started < _START_SECONDS:
        try:
            async with session.get(f"{server.base}/chat/ready") as response:
                if response.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        if any(process.poll() is not None for process in server.running):
            break
        await asyncio.sleep(_POLL_SECONDS)
    raise SystemExit(f"the server did not start; see {LOGS}/benchmark-product.log")


def _rasa(python: Path, model: Path, port: int, endpoints: Path) -> list[str]:
    credentials = Path(__file__).with_name("rest.yml")
    return [
        str(python), "-m", "rasa", "run", "--model", str(model), "-i", "127.0.0.1",
        "--port", str(port), "--credentials", str(credentials), "--endpoints", str(endpoints),
    ]  # fmt: skip


@contextmanager
def _endpoints(content: Mapping[str, object]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "endpoints.yml"
        path.write_text(yaml.safe_dump(dict(content)), encoding="utf-8")
        yield path


def _start(
    server: Server,
    name: str,
    command: Sequence[str],
    settings: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"benchmark-{name}.log").open("w") as log:
        server.running.append(
            subprocess.Popen(  # noqa: S603
                command,
                cwd=folder,
                env={**ENVIRONMENT, **(settings or {})},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=end_with_parent if sys.platform == "linux" else None,
            )
        )


@contextmanager
def _running(server: Server) -> Iterator[None]:
    try:
        yield
    finally:
        for process in reversed(server.running):
            process.send_signal(signal.SIGTERM)
        for process in server.running:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
