"""A process that gives only safe replies is ended while another one really answers."""

from __future__ import annotations

import asyncio
import sys

import pytest

from bot.serving import unready, worker
from bot.serving.unready import end_unready
from bot.serving.worker import Worker
from bot.settings import Settings
from local_servers.ports import free_port

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


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(unready, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(unready, "USELESS_SECONDS", 0.1)


def looked_after(*workers: Worker, seconds: float = 0.5) -> None:
    async def scene() -> None:
        looking = asyncio.create_task(end_unready(workers))
        await asyncio.wait({looking}, timeout=seconds)
        assert not looking.done(), looking.exception()
        looking.cancel()

    asyncio.run(scene())


def test_one_of_two_that_stays_unready_is_ended():
    useless, other = Known("ready", "unready"), Known("ready")
    looked_after(useless, other)
    assert useless.why and not other.why
    assert set(useless.why) == {"gave only safe replies"}


def test_the_next_process_gets_as_long_as_the_one_before():
    useless = Known("unready")
    looked_after(useless, Known("ready"), seconds=0.35)
    assert 1 <= len(useless.why) <= 3


def test_where_none_is_ready_none_is_ended():
    workers = Known("unready"), Known("unready"), Known("silent")
    looked_after(*workers)
    assert [one.why for one in workers] == [[], [], []]


def test_one_that_starts_or_recovers_is_left_alone():
    starting, recovers = Known("silent"), Known(*["unready"] * 3, "ready")
    looked_after(starting, recovers, Known("ready"))
    assert starting.why == recovers.why == []


def test_time_in_which_it_does_not_answer_at_all_does_not_count():
    flickers = Known(*["unready", "silent"] * 200)
    looked_after(flickers, Known("ready"), seconds=0.3)
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
        await asyncio.wait({keeping}, timeout=20)

    asyncio.run(asyncio.wait_for(scene(), 30))
    assert "gave only safe replies; starting it again" in capsys.readouterr().out
