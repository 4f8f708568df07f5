"""What a stored turn tells of its message: its label, and whether it answers the check."""

from __future__ import annotations

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

from bot.safety import context
from bot.storage import migrate
from bot.storage.conversations import ConversationStore
from bot.storage.database import Database
from bot.storage.keys import Keys

CHECK = SlotSet("asked", "happening_now")
CLOSED = SlotSet("asked", None)
LISTEN = ActionExecuted("action_listen")
DOMAIN = Domain.from_yaml(
    "slots: {asked: {type: any, influence_conversation: false, mappings: [{type: custom}]}}"
)


@pytest.fixture
def heard(tmp_path):
    """(label, answers the check) of the last of several turns, each stored and read again."""
    database = Database(f"sqlite:///{tmp_path}/chat.db", tmp_path)
    migrate.upgrade(database)
    store = ConversationStore(DOMAIN, database=database, storage_keys=Keys(["k" * 32]))

    async def go_through(turns):
        for events in turns:
            turn = context.Turn()
            context.begin(turn)
            tracker = await store.retrieve("someone")
            for event in events:
                tracker.update(event)
            await store.save(tracker)
        return turn.label, turn.answers_check

    yield lambda *turns: asyncio.run(go_through(turns))
    database.close()


def said(intent, *slots):
    return [UserUttered("typed", {"name": intent}), *slots, LISTEN]


@pytest.mark.parametrize("answer", ["affirm", "deny", "emergency"])
def test_it_answers_the_check_that_was_open_when_it_came(heard, answer):
    assert heard(said("greet", CHECK), said(answer, CLOSED)) == (answer, True)


def test_it_does_not_answer_the_check_that_it_leads_to(heard):
    assert heard(said("greet", CLOSED), said("advice", CHECK)) == ("advice", False)


def test_it_does_not_answer_a_check_that_was_closed(heard):
    turns = said("greet", CHECK), said("deny", CLOSED), said("affirm")
    assert heard(*turns) == ("affirm", False)


def test_a_check_long_ago_is_known_after_many_turns(heard):
    turns = said("greet", CHECK), *[said("greet")] * 30, said("affirm")
    assert heard(*turns) == ("affirm", True)
