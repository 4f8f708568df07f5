"""What is to be erased is erased, however late the agent or the database comes."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channel.body import MessageIn
from bot.channel.erase import Eraser
from bot.channel.turns import Turns
from bot.storage.conversations import ConversationStore
from bot.storage.keys import Keys

ME = "a" * 32


@pytest.fixture
def agent(database):
    keys = Keys(["a storage key that only these tests know"])
    store = ConversationStore(Domain.empty(), database=database, storage_keys=keys)
    return SimpleNamespace(tracker_store=store)


def test_what_was_to_be_erased_without_an_agent_is_erased_when_there_is_one(agent):
    store = agent.tracker_store

    async def scene():
        await store.save(DialogueStateTracker.from_events(ME, [UserUttered("hello")]))
        assert (await store.retrieve(ME)).events
        eraser = Eraser()
        await eraser.erase(None, ME)
        await eraser.pay(agent)
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
        await turns.eraser.pay(agent)
        # What was typed is not stored, only that something was.
        return sum(event.type_name == "user" for event in (await store.retrieve(ME)).events)

    assert asyncio.run(scene()) == 1
