"""What is known of the latest message: its label, and whether it answers the check."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channel.heard import Heard, latest

CHECK = SlotSet("asked", "happening_now")
CLOSED = SlotSet("asked", None)
LISTEN = ActionExecuted("action_listen")


def user(intent):
    return UserUttered("typed", {"name": intent})


def heard(*events):
    store = InMemoryTrackerStore(Domain.empty())
    tracker = DialogueStateTracker.from_events("someone", [LISTEN, *events])
    asyncio.run(store.save(tracker))
    return asyncio.run(latest(SimpleNamespace(tracker_store=store), "someone"))


def test_the_label_of_the_latest_message():
    assert heard(user("greet"), LISTEN, user("advice")) == Heard("advice")


@pytest.mark.parametrize("answer", ["affirm", "deny", "emergency"])
def test_it_answers_the_check_that_was_open_when_it_came(answer):
    assert heard(user("greet"), CHECK, LISTEN, user(answer), CLOSED) == Heard(answer, True)


def test_it_does_not_answer_the_check_that_it_leads_to():
    assert heard(user("greet"), CLOSED, LISTEN, user("advice"), CHECK) == Heard("advice")


def test_it_does_not_answer_a_check_that_was_closed():
    events = user("greet"), CHECK, LISTEN, user("deny"), CLOSED, LISTEN, user("affirm")
    assert heard(*events) == Heard("affirm")


def test_nothing_is_known_where_nothing_can_be_read():
    async def retrieve(conversation_id):
        raise OSError

    store = SimpleNamespace(retrieve=retrieve)
    assert asyncio.run(latest(SimpleNamespace(tracker_store=store), "someone")) == Heard()
    store = InMemoryTrackerStore(Domain.empty())
    assert asyncio.run(latest(SimpleNamespace(tracker_store=store), "someone")) == Heard()
