"""A process of the family that ends while it is measured spoils no measurement."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from benchmarks import processes

pytestmark = pytest.mark.slow


@pytest.fixture
def family(monkeypatch):
    """This process and one that has just ended, as though it had been listed before that."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    monkeypatch.setattr(processes, "family", lambda pid: [ended.pid, pid])


def test_what_has_ended_needs_no_memory(family):
    assert processes.memory_mb(os.getpid()) > 1


def test_what_has_ended_uses_no_processor(family):
    used = time.process_time()
    assert processes.processor_seconds(os.getpid()) == pytest.approx(used, abs=1)


def test_a_child_that_nobody_has_waited_for_needs_no_memory():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert child.pid in processes.family(os.getpid())
        assert processes.memory_mb(os.getpid()) > 1
