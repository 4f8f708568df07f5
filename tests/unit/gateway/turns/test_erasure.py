"""What is to be erased is erased, however late the agent or the database comes."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered

from bot.gateway.http.body import MessageIn
from bot.gateway.turns import erasure
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.erasure import Eraser
from bot.storage.conversations import ConversationStore
from bot.storage.keys import Keys

ME = "a" * 32


class Store(ConversationStore):
    """Knows how many conversations were being erased at once."""

    at_once = most_at_once = 0

    async def erase(self, sender_id, **how):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await super().erase(sender_id, **how)
        finally:
            self.at_once -= 1


@pytest.fixture
def agent(database):
    keys = Keys(["a storage key that only these tests know"])
    store = Store(Domain.empty(), database=database, storage_keys=keys)
    return SimpleNamespace(tracker_store=store)


def test_what_was_to_be_erased_without_an_agent_is_erased_when_there_is_one(agent):
    store = agent.tracker_store

    async def scene():
        assert await said_in(store, ME)
        eraser = Eraser()
        await eraser.erase(None, ME)
        await eraser.retry_all(agent)
        return (await store.retrieve(ME)).events

    assert not asyncio.run(scene())


def test_an_owed_erasing_takes_nothing_that_was_said_after_it(agent):
    """An open emergency must not go with a chat that somebody had erased before it."""
    store = agent.tracker_store
    agent.is_ready, agent.action_endpoint, agent.processor = (lambda: True), None, agent

    async def handle(message):
        tracker = await store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text))
        await message.output_channel.send_text_message(message.sender_id, "read")
        await store.save(tracker)

    async def scene():
        turns = Turns(handle)
        await turns.answer(agent, MessageIn(conversation=ME, text="hello"))
        await turns.eraser.erase(None, ME, for_good=False)
        await turns.answer(agent, MessageIn(conversation=ME, text="he is outside"))
        await turns.eraser.retry_all(agent)
        # What was typed is not stored, only that something was.
        return sum(event.type_name == "user" for event in (await store.retrieve(ME)).events)

    assert asyncio.run(scene()) == 1


@pytest.mark.parametrize("for_good", [False, True], ids=["deleted", "ended"])
def test_an_owed_erasing_leaves_alone_what_was_said_in_another_process_since(agent, for_good):
    """The person was told that it was not erased, and went on; an end is an end."""
    store = agent.tracker_store
    now = [time.time()]
    store.clock = lambda: now[0]

    async def scene():
        assert await said_in(store, ME)
        now[0] += 5
        eraser = Eraser(store.clock)
        await eraser.erase(None, ME, for_good=for_good)
        now[0] += 5
        assert await said_in(store, ME)
        await eraser.retry_all(agent)
        left = bool((await store.retrieve(ME)).events)
        await eraser.retry_all(agent)
        assert bool((await store.retrieve(ME)).events) is left
        return left

    assert asyncio.run(scene()) is not for_good


def test_who_asks_again_is_owed_all_that_was_said_until_then(agent):
    store = agent.tracker_store
    now = [time.time()]
    store.clock = lambda: now[0]

    async def scene():
        eraser = Eraser(store.clock)
        await eraser.erase(None, ME, for_good=False)
        now[0] += 5
        assert await said_in(store, ME)
        now[0] += 5
        await eraser.erase(None, ME, for_good=False)
        await eraser.retry_all(agent)
        return (await store.retrieve(ME)).events

    assert not asyncio.run(scene())


def test_a_burst_of_ends_takes_one_thread_of_the_database_and_not_all(agent):
    """All others' turns would wait for a thread, and after two seconds be told that it failed."""
    turns = Turns(None)
    many = [f"{number:032x}" for number in range(50)]

    async def scene():
        for one in many:
            assert await said_in(agent.tracker_store, one)
        await asyncio.gather(
            turns.eraser.retry_all(agent), *(turns.end(agent, one) for one in many)
        )
        return [(await agent.tracker_store.retrieve(one)).events for one in many]

    assert not any(asyncio.run(scene()))
    assert agent.tracker_store.most_at_once == 1


def test_what_is_ended_later_is_forgotten_at_once_and_erased_when_it_is_paid(agent):
    turns = Turns(None)

    async def scene():
        assert await said_in(agent.tracker_store, ME)
        turns.recent.add(ME, "hello")
        turns.end_later(ME)
        assert turns.recent.text(ME) == ""
        await turns.eraser.retry_all(agent)
        return await said_in(agent.tracker_store, ME)

    assert not asyncio.run(scene()), "it was ended for good"


def test_ends_that_were_refused_push_out_nothing_that_is_owed(agent, monkeypatch):
    monkeypatch.setattr(erasure, "_MAX_RETRIES", 2)
    eraser = Eraser()

    async def scene():
        assert await said_in(agent.tracker_store, ME)
        await eraser.erase(None, ME)
        for number in range(5):
            eraser.retry_for_good(f"{number:032x}")
        await eraser.retry_all(agent)
        return (await agent.tracker_store.retrieve(ME)).events

    assert not asyncio.run(scene())


def test_an_end_is_kept_though_a_wish_to_delete_is_done_meanwhile(agent):
    """What is said after it must not be stored."""
    eraser = Eraser()

    async def scene():
        await asyncio.gather(
            eraser.erase(agent, ME, for_good=False), eraser.erase_in_line(None, ME)
        )
        await eraser.retry_all(agent)
        return await said_in(agent.tracker_store, ME)

    assert not asyncio.run(scene())


async def said_in(store, conversation):
    """Say something, as a turn does; whether anything of the conversation is stored then."""
    tracker = await store.get_or_create_tracker(conversation)
    tracker.update(UserUttered("hello"))
    await store.save(tracker)
    return bool((await store.retrieve(conversation)).events)
