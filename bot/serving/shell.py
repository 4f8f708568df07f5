"""`python -m bot shell`: Rasa's shell in this terminal, with the action server beside it."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from bot.errors import OperatorError
from bot.serving.training import ROOT, ensure_model
from bot.settings import get_settings

_START_SECONDS = 60.0


def shell() -> None:
    """Talk until Ctrl-C.

    Raises:
        OperatorError: the action server does not start.
    """
    port = get_settings().action_port
    model = ensure_model()
    with _endpoints(port) as endpoints, _action_server(port):
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "rasa", "shell", "--model", str(model),
             "--endpoints", str(endpoints), "--port", str(_free_port()), "-i", "127.0.0.1"],
            cwd=ROOT, check=False,
        )  # fmt: skip


@contextmanager
def _endpoints(action_port: int) -> Iterator[Path]:
    """endpoints.yml with an action server, on the port of the settings."""
    source = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    source["action_endpoint"] = {"url": f"http://127.0.0.1:{action_port}/webhook"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "endpoints.yml"
        path.write_text(yaml.safe_dump(source), encoding="utf-8")
        yield path


@contextmanager
def _action_server(port: int) -> Iterator[None]:
    """The action server on a port that nothing uses yet, until the block ends."""
    if _is_open(port):
        raise OperatorError(f"port {port} is in use; choose another with CHAT_ACTION_PORT")
    command = [sys.executable, "-m", "bot", "actions"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not _is_open(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise OperatorError("the action server did not start")
                time.sleep(0.1)
            yield
        finally:
            server.terminate()


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
