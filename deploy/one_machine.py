"""The whole of it on this machine, for tests: PostgreSQL, Redis, serving processes, nginx.

    python deploy/one_machine.py --processes 2 --port 8080

All of it lives in a temporary folder and is thrown away at the end. nginx uses the rules in
`deploy/nginx/`, without TLS.
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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.services.ports import free_ports  # noqa: E402
from tests.services.postgres import Postgres  # noqa: E402
from tests.services.redis import Redis  # noqa: E402

START_SECONDS = 240.0
_NGINX = """\
daemon off;
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
    server_tokens off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include chat-map.conf;
    include chat-limits.conf;
    upstream chat {{
        zone chat 64k;
        least_conn;
        {servers}
    }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        set $chat_static {folder}/static;
        include chat-locations.conf;
    }}
}}
"""


@dataclass
class Machine:
    """What runs, and where.

    Attributes:
        url: the chat's address, through nginx.
        ports: the serving processes' own ports.
        process: the supervisor, `python -m bot run`.
        postgres: the database server.
        redis: the lock server.
        folder: everything that was written, logs too.
    """

    url: str
    ports: list[int]
    process: subprocess.Popen
    postgres: Postgres
    redis: Redis
    folder: Path


@contextmanager
def running(
    processes: int = 2, port: int | None = None, root: Path = ROOT, **environment: str
) -> Iterator[Machine]:
    """Everything up, until the block ends.

    Args:
        processes: how many serving processes.
        port: nginx's port; any free one if not given.
        root: the tree that is started; tests start one with parts that break.
        **environment: further variables for the bot.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="chat-machine-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, redis = Postgres(), Redis()
        stack.callback(postgres.remove)
        stack.callback(redis.remove)
        postgres.start()
        redis.start()
        # Chosen together, or the front could get one that a process is about to take.
        *ports, free = free_ports(processes + 1)
        front = port or free
        stack.enter_context(nginx(folder, front, ports))
        settings = {
            "CHAT_PROCESSES": str(processes), "CHAT_PORT": str(ports[0]), "CHAT_PROXIES": "1",
            "CHAT_STATE": str(folder / "state"), "CHAT_STORAGE_KEYS": secrets.token_hex(32),
            "DATABASE_URL": postgres.create(),
            "REDIS_URL": redis.url, **environment,
        }  # fmt: skip
        process = _start_bot(stack, root, folder, settings)
        yield Machine(f"http://127.0.0.1:{front}/chat/", ports, process, postgres, redis, folder)


@contextmanager
def nginx(folder: Path, port: int, ports: list[int]) -> Iterator[None]:
    """nginx with the rules of `deploy/nginx/`, until the block ends.

    Args:
        folder: for its files and its log, `nginx.log`.
        port: where it listens.
        ports: where the serving processes listen.
    """
    for rules in (ROOT / "deploy" / "nginx").glob("chat-*.conf"):
        shutil.copy(rules, folder)
    (folder / "static").mkdir()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", "static", str(folder / "static")],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    # As in deploy/nginx/nginx.conf.
    servers = "\n        ".join(
        f"server 127.0.0.1:{number} {how};"
        for how in ("max_fails=2 fail_timeout=5s", "max_fails=0 backup")
        for number in ports
    )
    # A worker of another user could not read the temporary folder.
    user = "user root;" if os.geteuid() == 0 else ""
    config = _NGINX.format(folder=folder, user=user, port=port, servers=servers)
    (folder / "nginx.conf").write_text(config)
    with serving(folder / "nginx.conf"):
        yield


@contextmanager
def serving(config: Path) -> Iterator[None]:
    """nginx with this configuration, until the block ends; its log is beside it."""
    folder = config.parent
    process = subprocess.Popen(  # noqa: S603
        ["nginx", "-p", str(folder), "-c", str(config), "-e", f"{folder}/nginx.log"],  # noqa: S607
        start_new_session=True,
    )
    try:
        yield
    finally:
        _stop(process)


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
        process.wait(30)


def main() -> None:
    """Start it, say where, and wait for Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--port", type=int, default=8080)
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C, or the servers would live on
        signal.signal(number, signal.default_int_handler)
    with running(arguments.processes, arguments.port) as machine:
        print(f"The chat is at {machine.url}, its logs in {machine.folder} (Ctrl-C stops it)")
        try:
            machine.process.wait()
        except KeyboardInterrupt:
            print("\nStopping.")


if __name__ == "__main__":
    main()
