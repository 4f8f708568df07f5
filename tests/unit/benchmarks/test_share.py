"""Processes that get only a share of a core."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import processes
from benchmarks.load.share import held_to

pytestmark = pytest.mark.slow


def test_each_gets_its_share_and_runs_on_afterwards():
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        with held_to(0.2, [one.pid for one in busy]):
            used = [rate(one) for one in busy]
        # Half of a core and more would be theirs without it, also on a machine that works hard.
        assert all(0.02 < one < 0.4 for one in used), used
        assert all(state(one) in "RS" for one in busy)
    finally:
        for one in busy:
            one.kill()
            one.wait()


def rate(process: subprocess.Popen) -> float:
    before, began = processes.processor_seconds(process.pid), time.monotonic()
    time.sleep(1)
    used = processes.processor_seconds(process.pid) - before
    return used / (time.monotonic() - began)


def state(process: subprocess.Popen) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
