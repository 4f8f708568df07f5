"""What is to be erased is erased, however late the agent or the database comes."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channel.erase import Eraser
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
