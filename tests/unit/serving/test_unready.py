"""A process that gives only safe replies is ended while another one really answers."""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace

import pytest

from bot.serving import unready, worker
from bot.serving.unready import USELESS_SECONDS, end_unready
from bot.serving.worker import Worker
from bot.settings import Settings
from local_servers.ports import free_port
from tests.integration.waiting import PATIENCE

pytestmark = pytest.mark.slow


class Known(Worker):
    """One of which it is known what it answers, look by look; the last holds on."""

    def __init__(self, *found: str) -> None:
        super().__init__(Settings(), 1, ["model"])
        self.why: list[str] = []
        self._found = list(found)

    async def answers(self, path: str, seconds: float) -> bool:
        found = self._found[0]
        if len(self._found) > 1 and (path == "ready" or found == "silent"):
            self._found.pop(0)
        return found == "ready" or (found == "unready" and path == "health")

    def end(self, why: str) -> None:
        self.why.append(why)


class Over(Exception):
    """It has looked often enough."""


@pytest.fixture
def looked_after(monkeypatch):
    """Looks after processes, so many times, by a clock that moves between two looks only."""

    def looked_after(*workers: Worker, looks: int = 60) -> None:
        now = 0.0

        async def sleep(seconds: float) -> None:
            nonlocal now
            if now >= looks * unready._LOOK_SECONDS:
                raise Over
            now += seconds

        own = SimpleNamespace(sleep=sleep, gather=asyncio.gather)
        monkeypatch.setattr(unready, "asyncio", own)
        monkeypatch.setattr(unready, "time", SimpleNamespace(monotonic=lambda: now))
        with pytest.raises(Over):
            asyncio.run(end_unready(workers))

    return looked_after


def test_one_of_two_that_stays_unready_is_ended(looked_after):
    useless, other = Known("ready", "unready"), Known("ready")
    looked_after(useless, other)
    assert useless.why and not other.why
    assert set(useless.why) == {"gave only safe replies"}


def test_the_next_process_gets_as_long_as_the_one_before(looked_after):
    useless, time_of_one = Known("unready"), int(USELESS_SECONDS / unready._LOOK_SECONDS) + 1
    looked_after(useless, Known("ready"), looks=3 * time_of_one)
    assert len(useless.why) == 3


def test_where_none_is_ready_none_is_ended(looked_after):
    workers = Known("unready"), Known("unready"), Known("silent")
    looked_after(*workers)
    assert [one.why for one in workers] == [[], [], []]


def test_one_that_starts_or_recovers_is_left_alone(looked_after):
    starting, recovers = Known("silent"), Known(*["unready"] * 3, "ready")
    looked_after(starting, recovers, Known("ready"))
    assert starting.why == recovers.why == []


def test_time_in_which_it_does_not_answer_at_all_does_not_count(looked_after):
    flickers = Known(*["unready", "silent"] * 200)
    looked_after(flickers, Known("ready"), looks=200)
    assert flickers.why == []


def test_a_worker_that_is_told_to_ends_its_process_and_starts_another(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(worker, "LOGS", tmp_path)
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(worker, "_FIRST_PAUSE", 0.01)
    program, told = tmp_path / "serves", tmp_path / "told"
    program.write_text(f"#!/bin/sh\necho $$ >> {told}\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))

    def starts() -> int:
        return len(told.read_text().split()) if told.exists() else 0

    async def scene() -> None:
        started = Worker(Settings(), free_port(), [tmp_path / "model"])
        keeping = asyncio.create_task(started.keep_running())
        while not starts():
            await asyncio.sleep(0.02)
        started.end("gave only safe replies")
        while starts() < 2:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        assert starts() == 2, "the second one is left alone"
        started.stop()
        keeping.cancel()
        await asyncio.wait({keeping}, timeout=PATIENCE)

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    assert "gave only safe replies; starting it again" in capsys.readouterr().out
