"""What is too old goes by itself while the bot runs, whatever is switched on."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest
from rasa.shared.core.domain import Domain

from bot.counters import counting
from bot.gateway.http import routes
from bot.settings import get_settings
from bot.storage import outbox
from bot.storage.conversations import ConversationStore
from bot.storage.database import get_database
from bot.storage.keys import Keys
from bot.storage.outbox import HOLD, State
from tests.integration.waiting import PATIENCE

pytestmark = pytest.mark.slow

ID = "1" * 32


@pytest.fixture
def app(database):
    """What the gateway knows of the server: an agent with a store."""
    keys = Keys(["a storage key that only these tests know"])
    store = ConversationStore(Domain.empty(), database=database, storage_keys=keys)
    return SimpleNamespace(ctx=SimpleNamespace(agent=SimpleNamespace(tracker_store=store)))


@pytest.fixture
def gateway(monkeypatch, tmp_path):
    """It takes no hand-overs."""
    monkeypatch.setenv("CHAT_STATE", str(tmp_path))
    get_settings.cache_clear()
    get_database.cache_clear()
    monkeypatch.setattr(routes, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(counting, "buffer", counting.Buffer())
    yield routes.Gateway(None)
    get_database.cache_clear()


async def sweep_until(gateway, app, is_done):
    """Until something holds, and then some more."""
    sweep = asyncio.create_task(gateway._sweep(app))
    deadline = time.monotonic() + PATIENCE
    while not is_done() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    while not sweep.done():  # a cancel may get lost (before Python 3.12)
        sweep.cancel()
        await asyncio.sleep(0.05)


def owe_one_of_yesterday(database):
    agreed_at = int(time.time()) - HOLD
    with database.begin() as connection:
        outbox.add(connection, b"c" * 32, ID, "bedfordshire", agreed_at, "key", b"secret")


def test_contact_details_go_after_a_day_where_hand_over_is_off_since(database, app, gateway):
    owe_one_of_yesterday(database)
    asyncio.run(sweep_until(gateway, app, lambda: counting.buffer.totals))
    with database.begin() as connection:
        entry = outbox.get(connection, ID)
    assert (entry.state, entry.details) == (State.DEAD, None)
    assert counting.buffer.totals == {("handover", "failed"): 1}, "once"


def test_who_came_yesterday_is_forgotten_though_nobody_comes(app, gateway):
    limiters = (gateway._by_conversation, gateway._by_address, gateway._ends)
    for limiter in limiters:
        limiter.take("192.0.2.1")
        limiter._clock = lambda: time.time() + 86_400

    asyncio.run(sweep_until(gateway, app, lambda: not any(map(len, limiters))))
    assert not any(map(len, limiters))


def test_one_error_ends_the_purging_for_now_and_not_for_good(
    database, app, gateway, monkeypatch, caplog
):
    calls = []

    def fail_once():
        calls.append("sweep")
        if len(calls) == 1:
            raise MemoryError

    monkeypatch.setattr(gateway._repeats, "sweep", fail_once)
    owe_one_of_yesterday(database)
    asyncio.run(sweep_until(gateway, app, lambda: counting.buffer.totals))
    assert counting.buffer.totals == {("handover", "failed"): 1}
    assert len(caplog.records) == 1 and "MemoryError" in caplog.text


def test_no_agent_yet_is_no_error(gateway, caplog):
    calls = []
    gateway._repeats.sweep = lambda: calls.append("sweep")
    without = SimpleNamespace(ctx=SimpleNamespace())
    asyncio.run(sweep_until(gateway, without, lambda: len(calls) > 1))
    assert caplog.text == ""
