"""`python -m bot shell`: Rasa's shell in this terminal, with the actions in its own process."""

from __future__ import annotations

import socket
import subprocess
import sys

from bot.serving.training import ROOT, ensure_model


def shell() -> None:
    """Talk until Ctrl-C."""
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "rasa", "shell", "--model", str(ensure_model()),
         "--endpoints", "endpoints.yml", "--port", str(_free_port()), "-i", "127.0.0.1"],
        cwd=ROOT, check=False,
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
