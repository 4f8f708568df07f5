"""What a gateway does by itself, again and again: what is too old goes, what is owed is erased."""

from __future__ import annotations

import asyncio
import secrets
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from bot.gateway.http import routes
from bot.gateway.http.body import MessageIn
from bot.gateway.turns import repeats
from bot.safety import recent
from bot.storage.database import Database
from bot.storage.schema import conversations
from tests.integration.scripted import Scripted, running
from tests.integration.waiting import wait_until

pytestmark = pytest.mark.integration

ME = "a" * 32


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("sweep")) as started:
        # The self-test has erased its conversation.
        assert started.ask("ready").status_code == 200
        yield started


@pytest.fixture
def expire(server):
    """Makes everything that is stored now too old."""
    opened = Database("sqlite:///chat.db", server.folder / "state")

    def expire():
        with opened.begin() as connection:
            connection.execute(update(conversations).values(expires_at=int(time.time())))

    yield expire
    opened.close()


def test_a_conversation_that_has_expired_is_deleted(server: Scripted, expire):
    living = secrets.token_hex(16)
    server.say("hello")
    assert server.stored() == 1
    expire()
    server.say("hello", living)
    wait_until(lambda: server.stored() == 1)
    assert server.has(living)


def test_what_could_not_be_erased_is_erased_when_the_database_is_back(server: Scripted):
    ended, deleted = secrets.token_hex(16), secrets.token_hex(16)
    for conversation in (ended, deleted):
        server.say("hello", conversation)
        assert server.has(conversation)
    server.set_agent("unerasable")
    assert server.end(ended).status_code == 500
    server.say("register delete_chat", deleted)
    wait_until(lambda: "2 chats not erased yet" in server.log.read_text())
    server.set_agent("ready")
    wait_until(lambda: not (server.has(ended) or server.has(deleted)))


def test_a_process_forgets_what_was_typed_and_answered(monkeypatch):
    """Also while there is no agent, and so nothing to erase with."""
    monkeypatch.setattr(routes, "SWEEP_SECONDS", 0.01)
    gateway = routes.Gateway(None)
    typed, answers = gateway._turns.recent, gateway._repeats

    async def nothing():
        return None

    async def scene():
        typed.add(ME, "he is in")
        await answers.answer(MessageIn(conversation=ME, message=ME, text="he is in"), nothing)
        assert len(typed) == len(answers) == 1
        typed.clock = lambda: time.time() + recent.SECONDS + 1
        answers.clock = lambda: time.monotonic() + repeats.SECONDS + 1
        sweeping = asyncio.ensure_future(gateway._sweep(SimpleNamespace(ctx=SimpleNamespace())))
        while len(typed) or len(answers):
            await asyncio.sleep(0.01)
        sweeping.cancel()

    asyncio.run(asyncio.wait_for(scene(), 20))
