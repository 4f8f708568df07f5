"""A message from a process that died has the rest of its time, and never more or none."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest

from bot.gateway.http import routes
from bot.gateway.http.answer import Answer
from bot.gateway.http.body import MessageIn
from bot.gateway.turns import deadline
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.deadline import HEADER, deadline_of
from bot.gateway.turns.outcomes import Outcome
from bot.safety import context
from bot.settings import ROOT, get_settings
from bot.storage.database import get_database

NOW = 1_800_000_000.0
WHOLE = 4.5


@pytest.fixture(autouse=True)
def behind_a_proxy(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_PROXIES", "1")
    monkeypatch.setenv("CHAT_REPLY_DEADLINE", str(WHOLE))
    monkeypatch.setenv("CHAT_STATE", str(tmp_path))
    monkeypatch.setattr(time, "time", lambda: NOW)
    get_settings.cache_clear()
    get_database.cache_clear()
    yield
    get_database.cache_clear()


def request(value=None):
    """As much of a request as the gateway looks at."""
    headers = {} if value is None else {HEADER: value}
    app = SimpleNamespace(ctx=SimpleNamespace(agent=None))
    return SimpleNamespace(headers=headers, remote_addr="192.0.2.1", ip="", app=app)


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (f"{NOW:.3f}", WHOLE),
        (f"{NOW - 0.5:.3f}", WHOLE - 0.5),
        (f"{NOW - 2.9:.3f}", WHOLE - 2.9),
        (f"{NOW - 3_600:.3f}", WHOLE - 3.0),
        ("0", WHOLE - 3.0),
    ],
)
def test_what_has_passed_is_taken_off(value, left):
    assert deadline_of(request(value)) == pytest.approx(left)


@pytest.mark.parametrize(
    "value",
    [None, "", "text", "nan", "inf", "-1", f"-{NOW}", f"{NOW + 3:.3f}", "9" * 400, "1e3", "1 2"],
)
def test_what_tells_no_time_in_the_past_takes_nothing(value):
    assert deadline_of(request(value)) == WHOLE


def test_without_a_proxy_of_ours_nobody_is_believed(monkeypatch):
    monkeypatch.setenv("CHAT_PROXIES", "0")
    get_settings.cache_clear()
    assert deadline_of(request(f"{NOW - 2:.3f}")) == WHOLE


@pytest.mark.parametrize(("whole", "left"), [("3.5", 1.0), ("1", 1.0), ("0.5", 0.5)])
def test_some_time_is_left_in_any_case(monkeypatch, whole, left):
    monkeypatch.setenv("CHAT_REPLY_DEADLINE", whole)
    get_settings.cache_clear()
    assert deadline_of(request("0")) == left


def test_nginx_sends_nothing_on_for_longer_than_is_taken_off():
    rules = (ROOT / "deploy" / "nginx" / "chat-locations.conf").read_text()
    assert f"proxy_set_header {HEADER} $msec;" in rules
    assert f"proxy_next_upstream_timeout {deadline._LONGEST:.0f}s;" in rules


def test_the_gateway_gives_a_turn_the_rest(monkeypatch):
    given = []

    async def answer(self, agent, message, deadline=None, sender=None):
        given.append(deadline)
        return Answer([], Outcome.ANSWERED)

    monkeypatch.setattr(Turns, "answer", answer)
    message = MessageIn(conversation="a" * 32, text="hello")
    asyncio.run(routes.Gateway(None)._answer(request(f"{NOW - 1:.3f}"), message))
    assert given == [pytest.approx(WHOLE - 1)]


def test_and_the_turn_ends_then(monkeypatch):
    async def scene():
        turn = context.InFlightTurn(seconds=0.05)
        context.begin(turn)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(Turns(None)._within_deadline(asyncio.sleep(600)), 300)
        assert turn.is_given_up

    asyncio.run(scene())
