"""One command turns the switch of every machine; a state folder stands for a machine."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest

from bot.cli import main
from bot.gateway.coordination import shared_switch, switch
from bot.gateway.coordination.shared_switch import Follower, follow
from bot.settings import get_settings


@pytest.fixture
def on_machine(monkeypatch, tmp_path):
    """Goes to a machine by its name."""

    def go(name):
        monkeypatch.setenv("CHAT_STATE", str(tmp_path / name))
        get_settings.cache_clear()

    go("one")
    return go


@pytest.fixture
def shared(redis, monkeypatch):
    monkeypatch.setenv("REDIS_URL", redis.url)
    get_settings.cache_clear()
    return redis


def looked(url, until, seconds=60):
    """Whether it comes to be so on this machine while a process looks."""

    async def looking():
        task = asyncio.create_task(Follower(url).run())
        deadline = time.monotonic() + seconds
        while not until() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(looking())
    return until()


def test_a_command_on_one_machine_turns_another_both_ways(on_machine, shared, capsys):
    assert main(["switch", "off"]) == 0
    assert "All machines" in capsys.readouterr().out
    on_machine("two")
    assert not switch.is_off()
    assert looked(shared.url, switch.is_off)
    assert main(["switch", "on"]) == 0
    on_machine("one")
    assert switch.is_off()
    assert looked(shared.url, lambda: not switch.is_off())


def test_a_machine_that_was_away_learns_it_when_it_is_back(on_machine, shared):
    main(["switch", "off"])
    on_machine("two")
    assert looked(shared.url, switch.is_off)
    on_machine("one")
    main(["switch", "on"])
    on_machine("two")
    assert switch.is_off()
    assert looked(shared.url, lambda: not switch.is_off())


def test_who_turned_it_off_by_hand_since_then_is_not_overruled(on_machine):
    before = f"on {time.time_ns() - 10**9}"
    switch.turn(off=True)
    follow(before)
    assert switch.is_off()
    follow(f"on {time.time_ns() + 10**9}")
    assert not switch.is_off()


def test_the_clock_of_a_machine_does_not_matter(on_machine):
    """It follows much later than the command, and the next command is by an earlier clock."""
    follow("off 1000000000")
    assert switch.is_off()
    follow("on 2000000000")
    assert not switch.is_off()


def test_it_stays_off_while_redis_is_away_and_when_it_has_forgotten(on_machine, shared):
    main(["switch", "off"])
    shared.kill()
    assert not looked(shared.url, lambda: not switch.is_off(), 2)
    shared.start()
    shared.empty()
    assert not looked(shared.url, lambda: not switch.is_off(), 2)


def test_without_redis_the_command_says_that_the_others_do_not_follow(on_machine, shared, capsys):
    shared.kill()
    assert main(["switch", "off"]) == 1
    assert "this machine only" in capsys.readouterr().err and switch.is_off()


@pytest.mark.parametrize("nonsense", ["", "off", "later 1", "off soon"])
def test_what_nobody_of_ours_wrote_turns_nothing(on_machine, nonsense):
    with suppress(ValueError):
        follow(nonsense)
    assert not switch.is_off()


def test_without_redis_there_is_nothing_to_tell(on_machine, monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    get_settings.cache_clear()
    monkeypatch.setattr(shared_switch, "tell", lambda *given: pytest.fail("told"))
    assert main(["switch", "off"]) == 0 and switch.is_off()
