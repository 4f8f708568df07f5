"""A question can be asked again and again, as if nothing had been typed at it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from bot.evaluation import asking
from bot.evaluation.asking import Asking
from bot.evaluation.conversations import Bot
from bot.safety.recent import Recent

WALK = ("hello", "yes")


class Store:
    """Keeps what was typed in a file, as the bot's store does."""

    def __init__(self, path):
        self.path = path
        self.run("create table typed (name text, said text)")

    def run(self, statement, *values):
        with closing(sqlite3.connect(self.path)) as opened, opened:
            return opened.execute(statement, values).fetchall()

    async def retrieve(self, name):
        return [said for (said,) in self.run("select said from typed where name = ?", name)]


class Turns:
    """Answers nothing, and remembers in both places."""

    def __init__(self, on_new_message, recent=None):
        self.recent = Recent() if recent is None else recent

    async def answer(self, agent, message):
        self.recent.add(message.conversation, message.text)
        agent.tracker_store.run(
            "insert into typed values (?, ?)", message.conversation, message.text
        )
        agent.typed.append(message.text)


@pytest.fixture
def bot(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "Turns", Turns)
    store = Store(tmp_path / "typed.db")
    return Bot(SimpleNamespace(tracker_store=store, handle_message=None, typed=[]), store.path)


def twice(bot, first, second):
    """What the bot remembers before a message at one question, and then at another."""

    async def ask():
        asking = Asking(bot)
        found = []
        for walk in (first, second):
            asked = await asking.begin(walk)
            stored = await asking.stored(asked.name)
            assert asked.tracker == stored
            found.append((stored, asked.turns.recent.text(asked.name)))
            message = SimpleNamespace(conversation=asked.name, text="an answer")
            await asked.turns.answer(bot.agent, message)
        return found

    return asyncio.run(ask())


def test_nothing_is_left_of_the_message_before(bot):
    assert twice(bot, WALK, WALK) == [([*WALK], "hello yes")] * 2


def test_the_way_to_a_question_is_walked_once(bot):
    twice(bot, WALK, WALK)
    assert bot.agent.typed == [*WALK, "an answer", "an answer"]


def test_each_question_has_a_way_of_its_own(bot):
    assert twice(bot, WALK, ("help",))[1] == (["help"], "help")


def test_a_way_that_was_walked_long_ago_is_walked_anew(bot, monkeypatch):
    monkeypatch.setattr(asking, "_LONGEST", -1)
    assert twice(bot, WALK, WALK) == [([*WALK], "hello yes")] * 2
    assert bot.agent.typed == [*WALK, "an answer"] * 2
