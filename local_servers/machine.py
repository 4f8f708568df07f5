"""The whole of it on this machine, for tests: PostgreSQL, Redis, serving processes, nginx.

    python -m local_servers.machine --processes 2 --port 8080

All of it lives in a temporary folder and is thrown away at the end.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT
from local_servers.nginx import nginx
from local_servers.ports import free_ports
from local_servers.postgres import Postgres
from local_servers.programs import Missing, find
from local_servers.redis import Redis

START_SECONDS = 300.0
_STOP_SECONDS = 150.0


@dataclass
class Machine:
    """What runs, and where.

    Attributes:
        front: nginx's port.
        ports: the serving processes' own ports.
        process: the supervisor, `python -m bot run`.
        postgres: the database server.
        redis: the lock server.
        folder: everything that was written, logs too.
    """

    front: int
    ports: list[int]
    process: subprocess.Popen
    postgres: Postgres
    redis: Redis
    folder: Path

    @property
    def url(self) -> str:
        """The chat's address, through nginx."""
        return f"http://127.0.0.1:{self.front}/chat/"


@contextmanager
def running(
    processes: int = 2,
    port: int | None = None,
    root: Path = ROOT,
    rules: Mapping[str, str] | None = None,
    **environment: str,
) -> Iterator[Machine]:
    """Everything up, until the block ends.

    Args:
        processes: how many serving processes.
        port: nginx's port; any free one if not given.
        root: the tree that is started; tests start one with parts that break.
        rules: what other words stand in the place of some of nginx's rules.
        **environment: further variables for the bot.

    Raises:
        SystemExit: the bot did not start; its message ends with the log.
        Missing: PostgreSQL, Redis or nginx is not on this machine.
        TimeoutError: PostgreSQL or Redis did not start.
        NotStarted: nginx did not start.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="chat-machine-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        find("nginx")  # before anything is started that takes a while
        redis = Redis()
        stack.callback(redis.remove)
        postgres = Postgres()
        stack.callback(postgres.remove)
        postgres.start()
        redis.start()
        # Chosen together, or the front could get one that a process is about to take.
        *ports, free = free_ports(processes + 1)
        front = port or free
        stack.enter_context(nginx(folder, front, ports, rules))
        settings = {
            "CHAT_PROCESSES": str(processes), "CHAT_PORT": str(ports[0]), "CHAT_PROXIES": "1",
            "CHAT_STATE": str(folder / "state"), "CHAT_STORAGE_KEYS": secrets.token_hex(32),
            "DATABASE_URL": postgres.create(),
            "REDIS_URL": redis.url, **environment,
        }  # fmt: skip
        process = _start_bot(stack, root, folder, settings)
        yield Machine(front, ports, process, postgres, redis, folder)


def _start_bot(
    stack: ExitStack, root: Path, folder: Path, settings: dict[str, str]
) -> subprocess.Popen:
    log = folder / "run.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "bot", "run"],
            cwd=root, stdout=output, stderr=output, env={**os.environ, **settings},
            start_new_session=True,
        )  # fmt: skip
    stack.callback(_stop, process)
    deadline = time.monotonic() + START_SECONDS
    while "The chat is at" not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the bot did not start:\n{log.read_text()}")
        time.sleep(0.1)
    return process


def _stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(_STOP_SECONDS)


def main() -> None:
    """Start it, say where, and wait for Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--port", type=int, default=8080)
    arguments = parser.parse_args()
    # As Ctrl-C, or the servers would live on; a shell may have its background jobs ignore that.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        _wait(arguments)
    except Missing as missing:
        raise SystemExit(str(missing)) from None


def _wait(arguments: argparse.Namespace) -> None:
    with running(arguments.processes, arguments.port) as machine:
        print(f"The chat is at {machine.url}, its logs in {machine.folder} (Ctrl-C stops it)")
        try:
            machine.process.wait()
        except KeyboardInterrupt:
            print("\nStopping.")


if __name__ == "__main__":
    main()
