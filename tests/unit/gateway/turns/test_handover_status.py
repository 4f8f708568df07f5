"""What became of a hand-over is told within the reply deadline, by both databases."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing, contextmanager

import psycopg2
import pytest

from bot.gateway.http.answer import Answer, bubbles_of, replies_said
from bot.gateway.turns import safe_reply
from bot.gateway.turns.handover_status import with_status
from bot.gateway.turns.outcomes import Outcome, of_replies
from bot.handover import service
from bot.handover.https import HttpsDelivery
from bot.handover.service import Handovers
from bot.settings import get_settings
from bot.storage import database as database_module
from bot.storage import outbox, standings
from bot.storage.keys import Keys
from bot.storage.outbox import State
from tests.integration.waiting import REPLY_DEADLINE
from tests.services.receiver import SECRET

CHAT = "0" * 32
KEYS = Keys(["a storage key that only these tests know"])
# Seconds that are left, of which reading takes some, and that a hung database would take.
LEFT, ENOUGH_TO_READ, HUNG = 0.4, 3.0, 120


@pytest.fixture
def database_url(database_url, monkeypatch):
    """Of a database that is given up late, so that the time that is left ends each wait."""
    monkeypatch.setattr(database_module, "SECONDS", HUNG)
    monkeypatch.setitem(database_module._SQLITE, "timeout", HUNG)
    monkeypatch.setitem(database_module._POSTGRESQL, "options", f"-c lock_timeout={HUNG}s")
    return database_url


@pytest.fixture
def handovers(database):
    """Nothing is delivered, for it is not started."""
    return Handovers(database, KEYS, HttpsDelivery("http://127.0.0.1:9/", SECRET))


@pytest.fixture
def add(database):
    def add(note_id="1" * 32, agreed_at=None, state=State.WAITING):
        agreed_at = int(time.time()) if agreed_at is None else agreed_at
        with database.begin() as connection:
            chat = KEYS.hashes(CHAT)[0]
            outbox.add(connection, chat, note_id, "bedfordshire", agreed_at, "key", b"secret")
            if state is not State.WAITING:
                outbox.delivered(connection, note_id, state)

    return add


@pytest.fixture
def hung(database_url):
    """Another process holds the outbox, so that nobody can write to it, or not even read."""

    @contextmanager
    def hold(can_read):
        if database_url.startswith("sqlite"):
            file = database_url.removeprefix("sqlite:///")
            other = sqlite3.connect(file, isolation_level=None)
            statement = "BEGIN IMMEDIATE" if can_read else "BEGIN EXCLUSIVE"
        else:
            other = psycopg2.connect(database_url)
            mode = "SHARE" if can_read else "ACCESS EXCLUSIVE"
            statement = f"LOCK TABLE handovers IN {mode} MODE"
        with closing(other):
            other.cursor().execute(statement)
            yield

    return hold


def tell(handovers, reply, left=REPLY_DEADLINE, outcome=None):
    """What is added to a reply when so many seconds are left, and how long that takes."""
    said = safe_reply.from_register(reply)
    began = time.monotonic()
    turn_began = time.time() + left - get_settings().reply_deadline
    answer = Answer(said, outcome or of_replies(replies_said(said)))
    answer = asyncio.run(with_status(handovers, answer, CHAT, turn_began))
    return bubbles_of(answer.said)[len(bubbles_of(said)) :], time.monotonic() - began


def test_what_is_new_is_told_once(handovers, add):
    add()
    assert tell(handovers, "greet")[0] == safe_reply.bubbles("handover/waiting")
    assert tell(handovers, "greet")[0] == []


def test_how_many_there_are_is_read_while_another_process_writes(handovers, add, hung):
    add()
    with hung(can_read=True):
        assert handovers.depths()["waiting"] == 1


@pytest.fixture
def no_threads(database):
    """The process can start no thread more."""
    database._threads.shutdown()


def test_a_failure_of_the_process_costs_no_answer(handovers, add, no_threads, caplog):
    add()
    assert tell(handovers, "greet")[0] == []
    assert tell(handovers, "handover/sending")[0] == safe_reply.bubbles("handover/waiting")
    assert "hand-over: RuntimeError" in caplog.text


def test_what_was_read_is_told_though_noting_fails(handovers, add, monkeypatch, caplog):
    def fail(connection, standing):
        raise RuntimeError("zebra-4711")

    add()
    monkeypatch.setattr(standings, "note_told", fail)
    assert tell(handovers, "greet")[0] == safe_reply.bubbles("handover/waiting")
    assert "RuntimeError" in caplog.text and "zebra" not in caplog.text


@pytest.mark.parametrize("danger", ["emergency", "crisis", "emergency_check", "crisis_check"])
def test_what_is_new_waits_for_a_calm_answer(handovers, add, danger):
    add(state=State.CONFIRMED)
    assert tell(handovers, danger)[0] == []
    assert tell(handovers, "greet")[0] == safe_reply.bubbles("handover/confirmed")


def test_a_message_that_is_refused_in_an_overload_asks_the_database_nothing(handovers, add):
    add()
    assert tell(handovers, "safe_reply", outcome=Outcome.SAFE_REPLY_OVERLOADED)[0] == []
    assert tell(handovers, "greet")[0] == safe_reply.bubbles("handover/waiting"), "still new"


def test_without_time_nothing_is_told_and_so_it_is_still_new(handovers, add):
    add()
    assert tell(handovers, "greet", left=0)[0] == []
    assert tell(handovers, "greet")[0] == safe_reply.bubbles("handover/waiting")


def test_a_hung_database_takes_no_more_than_the_time_that_is_left(handovers, add, hung):
    add()
    with hung(can_read=False):
        assert_in_time(tell(handovers, "greet", LEFT), [])
    assert tell(handovers, "greet")[0] == safe_reply.bubbles("handover/waiting")


def test_what_was_read_is_told_though_that_cannot_be_noted(handovers, add, hung):
    add()
    with hung(can_read=True):
        answer = tell(handovers, "greet", ENOUGH_TO_READ)
        assert_in_time(answer, safe_reply.bubbles("handover/waiting"))


@pytest.mark.parametrize("left", [-1, LEFT])
def test_after_a_yes_without_the_time_to_ask_it_is_not_confirmed(handovers, add, hung, left):
    add(state=State.CONFIRMED)
    with hung(can_read=False):
        answer = tell(handovers, "handover/sending", left)
        assert_in_time(answer, safe_reply.bubbles("handover/waiting"))
    assert tell(handovers, "greet")[0] == safe_reply.bubbles("handover/confirmed")


def test_what_is_told_after_a_yes_is_told_once(handovers, add, monkeypatch):
    monkeypatch.setattr(service, "PATIENCE", 0.3)
    add()
    answer, _ = tell(handovers, "handover/sending")
    assert answer == safe_reply.bubbles("handover/waiting")
    assert tell(handovers, "greet")[0] == []


def test_news_of_an_older_one_is_not_told_of_one_that_was_not_stored(handovers, add):
    add(agreed_at=int(time.time()) - 600, state=State.CONFIRMED)
    assert tell(handovers, "handover/sending")[0] == safe_reply.bubbles("handover/failed")


def assert_in_time(answer, expected):
    added, seconds = answer
    assert added == expected
    assert seconds < HUNG / 2
