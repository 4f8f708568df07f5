"""Starts the action server and Rasa together, and stops both."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from bot.channel import assets
from bot.errors import OperatorError
from bot.serving.progress import Progress
from bot.serving.training import ROOT, ensure_model
from bot.settings import Settings, get_settings
from bot.storage import migrate
from bot.storage.database import DatabaseFailed, get_database

START_SECONDS = 120
STOP_SECONDS = 10
LOGS = ROOT / "models" / "logs"


def run() -> None:
    """`python -m bot run`: everything up, one line with the address, until Ctrl-C."""
    settings = get_settings()
    model = ensure_model()
    for port in (settings.port, settings.action_port):
        _refuse_taken(port)
    _upgrade_database()
    with _stop_on_terminate(), _servers(model, settings) as processes:
        try:
            assets.load()
        except assets.NoScript as problem:
            print(f"Note: {problem}")
        print(f"The chat is at http://{settings.host}:{settings.port}/chat/ (Ctrl-C stops it)")
        sys.stdout.flush()
        _wait_for_end(processes)


def shell() -> None:
    """`python -m bot shell`: Rasa shell in this terminal, with the action server beside it."""
    settings = get_settings()
    model = ensure_model()
    _refuse_taken(settings.action_port)
    with _endpoints(settings) as endpoints, _process("actions", _action_command()) as actions:
        _wait_until_open(settings.action_port, actions, "actions")
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "rasa", "shell", "--model", str(model),
             "--endpoints", str(endpoints), "--port", str(_free_port())],
            cwd=ROOT, check=False,
        )  # fmt: skip


def _upgrade_database() -> None:
    """Bring the tables up to date. A database that is down stops nothing: 999 needs none."""
    try:
        migrate.upgrade(get_database())
    except DatabaseFailed as problem:
        print(f"Note: {problem}")


@contextmanager
def _servers(model: Path, settings: Settings) -> Iterator[dict[str, subprocess.Popen]]:
    rasa = [
        sys.executable, "-m", "rasa", "run", "--model", str(model), "-i", settings.host,
        "--port", str(settings.port), "--credentials", str(_credentials(settings)),
    ]  # fmt: skip
    with (
        _endpoints(settings) as endpoints,
        _process("actions", _action_command()) as actions,
        _process("rasa", [*rasa, "--endpoints", str(endpoints)]) as server,
    ):
        with Progress("Starting"):
            _wait_until_open(settings.action_port, actions, "actions")
            _wait_until_ready(settings, server)
        yield {"actions": actions, "rasa": server}


def _credentials(settings: Settings) -> Path:
    """Rasa's REST channel is for testing on this machine; elsewhere only the gateway is open."""
    local = settings.host in ("127.0.0.1", "localhost", "::1")
    return ROOT / "credentials.yml" if local else ROOT / "deploy" / "credentials.yml"


def _action_command() -> list[str]:
    return [sys.executable, "-m", "bot", "actions"]


@contextmanager
def _endpoints(settings: Settings) -> Iterator[Path]:
    """endpoints.yml with the action server's port of the settings."""
    source = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    source["action_endpoint"]["url"] = f"http://127.0.0.1:{settings.action_port}/webhook"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "endpoints.yml"
        path.write_text(yaml.safe_dump(source), encoding="utf-8")
        yield path


@contextmanager
def _process(name: str, command: list[str]) -> Iterator[subprocess.Popen]:
    """A child process with its log in models/logs/, stopped at the end whatever happens."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            # Of its own group, so that Ctrl-C reaches it through us, in order.
            start_new_session=True,
            # And if we are killed outright, it must not live on alone.
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            yield process
        finally:
            _stop(process)


def _end_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent dies (prctl, PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _stop(process: subprocess.Popen) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _stop_on_terminate() -> Iterator[None]:
    """Treat Ctrl-C, SIGTERM and a closed terminal alike: leave quietly, children stopped."""

    def leave(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    previous = [signal.signal(number, leave) for number in numbers]
    try:
        yield
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        for number, handler in zip(numbers, previous, strict=True):
            signal.signal(number, handler)


def _wait_for_end(processes: dict[str, subprocess.Popen]) -> None:
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise OperatorError(_died(name))
        time.sleep(0.5)


def _wait_until_open(port: int, process: subprocess.Popen, name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise OperatorError(_died(name))
        if _is_open(port):
            return
        time.sleep(0.1)
    raise OperatorError(f"{name} did not start in {START_SECONDS} s; see {LOGS / name}.log")


def _wait_until_ready(settings: Settings, process: subprocess.Popen) -> None:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared only
    address = f"http://{host}:{settings.port}/chat/ready"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise OperatorError(_died("rasa"))
        try:
            with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise OperatorError(f"Rasa was not ready in {START_SECONDS} s; see {LOGS / 'rasa.log'}")


def _died(name: str) -> str:
    log = LOGS / f"{name}.log"
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f"the {name} process ended; the last lines of {log}:\n" + "\n".join(lines[-8:])


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _refuse_taken(port: int) -> None:
    if _is_open(port):
        raise OperatorError(
            f"port {port} is in use. Stop what uses it, or choose another with "
            "CHAT_PORT or CHAT_ACTION_PORT"
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
