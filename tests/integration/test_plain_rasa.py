"""Plain `rasa run` is for the machine it runs on, unless somebody says otherwise."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
import requests

from local_servers.ports import free_port
from tests.integration.conftest import ROOT, START_SECONDS
from tests.integration.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration


def is_open(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def answers(port: int) -> bool:
    """Whether it has begun to serve: one that is told to end before that may never end."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


def test_without_an_address_it_listens_on_this_machine_only(tmp_path):
    """What listens on all addresses is also found at 127.0.0.2."""
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa", "run", "--port", str(port)],
            cwd=ROOT, stdout=output, stderr=output,
            env={**os.environ, "CHAT_STATE": str(tmp_path)},
        )  # fmt: skip
    try:
        wait_until(lambda: process.poll() is not None or answers(port), START_SECONDS)
        assert process.poll() is None, log.read_text()
        assert not is_open("127.0.0.2", port)
    finally:
        process.terminate()
        process.wait(PATIENCE)
