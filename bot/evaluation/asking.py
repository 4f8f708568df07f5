"""Conversations that stand at a question of the bot's, for message after message.

To walk to the question anew for each message takes three times as long as the messages themselves.
So the bot's two memories of the conversation are put back instead: the database, and what the
gateway's turns remember.
"""

from __future__ import annotations

import copy
import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.evaluation.conversations import Bot
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.answering import Turns
from bot.safety import recent

# What was typed is forgotten after a while, so a walk that is older than this is done anew.
_LONGEST = recent.SECONDS / 4


class NotAskedError(RuntimeError):
    """The bot did not get to the question that is to be answered, so nothing can be measured."""


@dataclass(frozen=True)
class Asked:
    """A conversation at a question.

    Attributes:
        turns: answers the next message.
        name: the conversation's id.
        tracker: the conversation as it is stored; to be read only, for it is that of all.
    """

    turns: Turns
    name: str
    tracker: Any


@dataclass(frozen=True)
class _Place:
    """What is put back: when the walk ended, and what the bot then remembered."""

    ended: float
    name: str
    tracker: Any
    recent: recent.Recent
    database: sqlite3.Connection


class Asking:
    """Brings conversations to questions, and back to them as often as is needed."""

    def __init__(self, bot: Bot) -> None:
        """Use a bot whose conversations, those that were held before too, nobody else needs."""
        self._bot = bot
        self._places: dict[tuple[str, ...], _Place] = {}

    async def begin(self, typed: Sequence[str]) -> Asked:
        """A conversation in which nothing but some messages has been typed.

        Args:
            typed: the messages, in order.
        """
        place = self._places.get(tuple(typed))
        if place is None or time.monotonic() - place.ended > _LONGEST:
            place = self._places[tuple(typed)] = await self._walked(typed)
        _copy(place.database, self._bot.database)
        turns = Turns(self._bot.agent.handle_message, recent=copy.deepcopy(place.recent))
        return Asked(turns, place.name, place.tracker)

    async def stored(self, name: str) -> Any:
        """The tracker of a conversation."""
        return await self._bot.agent.tracker_store.retrieve(name)

    async def _walked(self, typed: Sequence[str]) -> _Place:
        name, turns = secrets.token_hex(16), Turns(self._bot.agent.handle_message)
        for text in typed:
            await turns.answer(self._bot.agent, MessageIn(conversation=name, text=text))
        memory = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(self._bot.database)) as file:
            file.backup(memory)
        tracker = await self.stored(name)
        return _Place(time.monotonic(), name, tracker, turns.recent, memory)


def _copy(kept: sqlite3.Connection, database: Path) -> None:
    with closing(sqlite3.connect(database)) as file:
        # To wait for the disk takes longer than the message, and the file is thrown away.
        file.execute("PRAGMA synchronous = OFF")
        file.execute("PRAGMA journal_mode = OFF")
        kept.backup(file)
