"""A self-test that is refused like other messages changes nothing of what is known."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from rasa.shared.core.domain import Domain

from bot.gateway.overload import queue
from bot.gateway.overload.queue import PLACES
from bot.gateway.turns import self_test
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.self_test import SelfTest
from bot.storage.conversations import ConversationStore
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.integration.scripted_server import ScriptedAgent


@pytest.fixture
def agent(tmp_path):
    database = Database("sqlite:///chat.db", tmp_path)
    yield ScriptedAgent(
        ConversationStore(Domain.empty(), database=database, storage_keys=Keys(["k" * 32]))
    )
    database.close()


@pytest.fixture(autouse=True)
def tested_anew_each_time(monkeypatch):
    monkeypatch.setenv("CHAT_READY_SECONDS", "0.000001")
    monkeypatch.setattr(self_test, "_PAUSE", 0.0)


@pytest.fixture
def overloaded(monkeypatch):
    """All places are taken while it lasts, so that every message is refused."""
    monkeypatch.setattr(queue, "ONLY_WAITS_AFTER", 60)

    @asynccontextmanager
    async def hold(all_turns):
        monkeypatch.setattr(all_turns._queue, "_longest_wait", 0.02)
        async with AsyncExitStack() as under_way:
            for _ in range(PLACES):
                await under_way.enter_async_context(all_turns._queue.turn())
            yield

    return hold


@pytest.mark.parametrize("was_ready", [True, False])
def test_what_is_refused_leaves_readiness_as_it_was(agent, overloaded, was_ready):
    async def scene():
        all_turns = Turns(agent.handle_message)
        tests = SelfTest(all_turns)
        agent.ready = was_ready
        assert await tests.passed(agent) is was_ready
        async with overloaded(all_turns):
            agent.ready, tests.is_storing = True, not was_ready
            assert await tests.passed(agent) is was_ready
            assert tests.is_storing is not was_ready
        agent.ready = not was_ready
        assert await tests.passed(agent) is not was_ready, "there is a place for it again"

    asyncio.run(scene())


def test_who_hangs_up_makes_nobody_else_see_a_bot_that_is_not_ready(agent, monkeypatch):
    monkeypatch.setenv("CHAT_READY_SECONDS", "60")

    async def scene():
        tests = SelfTest(Turns(agent.handle_message))
        first = asyncio.create_task(tests.passed(agent))
        second = asyncio.create_task(tests.passed(agent))
        await asyncio.sleep(0)  # the first runs a test, the second waits for it
        first.cancel()
        await asyncio.wait({first})
        assert first.cancelled()
        assert await second is True

    asyncio.run(scene())
