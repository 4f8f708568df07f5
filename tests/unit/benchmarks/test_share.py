"""Processes that get only a share of a core."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from types import SimpleNamespace

import pytest

from benchmarks.load import share
from benchmarks.load.share import held_to
from tests.integration.waiting import wait_until

pytestmark = pytest.mark.slow


class Over(Exception):
    """Enough was seen."""


def test_each_has_its_share_of_the_time_and_they_take_turns(monkeypatch):
    now, sent = 0.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        if now > 1:
            raise Over

    monkeypatch.setattr(share, "time", SimpleNamespace(monotonic=lambda: now, sleep=sleep))
    monkeypatch.setattr(share, "_send", lambda sign, pid: sent.append((sign, pid, now)))
    with pytest.raises(Over):
        share._keep(0.2, [1, 2])
    signs = [(sign, pid) for sign, pid, _ in sent[:4]]
    assert signs == [(SIGCONT, 1), (SIGSTOP, 1), (SIGCONT, 2), (SIGSTOP, 2)], "never both at once"
    for pid in (1, 2):
        begun, ended = (
            [at for sign, whose, at in sent if (sign, whose) == (wanted, pid)]
            for wanted in (SIGCONT, SIGSTOP)
        )
        ran = sum(end - begin for begin, end in zip(begun, ended, strict=False))
        assert ran == pytest.approx(0.2, rel=0.1)


def test_real_processes_are_held_and_run_on_afterwards():
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    seen = {one.pid: set() for one in busy}

    def were_seen_both_ways() -> bool:
        for one in busy * 200:
            seen[one.pid].add("stopped" if state(one) == "T" else "running")
        return all(len(ways) == 2 for ways in seen.values())

    try:
        with held_to(0.2, [one.pid for one in busy]):
            wait_until(were_seen_both_ways)
        assert all(state(one) in "RS" for one in busy)
    finally:
        for one in busy:
            one.kill()
            one.wait()


def state(process: subprocess.Popen) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
