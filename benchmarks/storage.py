"""The conversation store beside Rasa's SQLTrackerStore, on SQLite and PostgreSQL, in one run.

    .venv/bin/python benchmarks/storage.py

One real conversation is played through the model, with actions in this process. Then each store is
given its first turns, and the next ones are timed, as the conversation is 5, 50 and 300 turns long:
everything but understanding the message, which costs the same. `ms` is the median of a turn,
`bytes` what is stored of the conversation, `turns/s` reading and writing alone, 4 conversations of
25 turns at the same time. PostgreSQL is a throw-away server of this machine with fsync off; SQLite
waits for the disk. Ratios of one run can be compared; milliseconds of a busy machine cannot.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import text

from bot.nlu.responses import RegisterResponses
from bot.serving.training import ensure_model
from bot.storage.conversations import ConversationStore, StoredTracker
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.services.postgres import Postgres

LENGTHS = (5, 50, 300)
TIMED = 12  # turns: the conversation below twice, so that each length is timed on the same ones
CONVERSATIONS, TURNS = 4, 25
SAID = (
    "what is a stalking protection order",
    "how long does it last?",
    "how do i report it",
    "say that again",
    "what about evidence",
    "thank you",
)
OURS = "SELECT coalesce(sum(length(record) + length(conversation)), 0) FROM conversations"
THEIRS = "SELECT coalesce(sum(length(data)), 0) FROM events"


class InProcess(EndpointConfig):
    """The project's own actions, called without a server."""

    def __init__(self) -> None:
        super().__init__("http://unused")
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, json: dict[str, Any], **kwargs: Any) -> Any:
        """Run the action."""
        return await self._executor.run(json)


class Recording(ConversationStore):
    """Our store, which also notes the events of each turn."""

    turns: list[list[Event]]

    async def save(self, tracker: StoredTracker) -> None:
        """Store, and note."""
        self.turns.append(tracker.new_events())
        await super().save(tracker)


async def main() -> None:
    """Measure all four and print a table."""
    logging.disable()
    agent = await load_agent(str(ensure_model()))
    agent.processor.action_endpoint = InProcess()
    agent.processor.nlg = RegisterResponses(None, agent.domain)
    read = [(said, await agent.parse_message(said)) for said in SAID]
    server = Postgres()
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            await _measure_all(agent, read, server, Path(folder))
    finally:
        server.remove()


async def _measure_all(agent: Agent, read: list, server: Postgres, folder: Path) -> None:
    recording = Recording(
        agent.domain,
        database=Database("sqlite:///played.db", folder),
        storage_keys=Keys(["k" * 32]),
    )
    recording.turns = []
    for number in range(max(LENGTHS)):
        await _turn(agent, recording, "played", read[number % len(read)])
    print(f"{'store':28}" + "".join(f"{f'turn {n}: ms':>14}{'bytes':>9}" for n in LENGTHS), end="")
    print(f"{'300/5: ms':>12}{'bytes':>7}{'turns/s':>9}")
    for name, make, query in _stores(agent, server, folder):
        cells = [await _at(agent, make(), query, recording.turns, read, n) for n in LENGTHS]
        speed = await _throughput(make(), recording.turns)
        shown = "".join(f"{milliseconds:14.1f}{size:9,}" for milliseconds, size in cells)
        growth = [cells[-1][part] / cells[0][part] for part in (0, 1)]
        print(f"{name:28}{shown}{growth[0]:12.2f}{growth[1]:7.2f}{speed:9.0f}")


def _stores(agent: Agent, server: Postgres, folder: Path) -> list[tuple[str, Any, str]]:
    """Name, how to make an empty one, and the query for its size."""
    numbers = iter(range(1_000))

    def ours(url: str) -> ConversationStore:
        database = Database(url, folder)
        return ConversationStore(agent.domain, database=database, storage_keys=Keys(["k" * 32]))

    def theirs_on_server() -> SQLTrackerStore:
        name = server.create().rpartition("/")[2]
        return SQLTrackerStore(
            agent.domain, dialect="postgresql", host="127.0.0.1", port=server.port, db=name,
            username="chat",
        )  # fmt: skip

    def theirs_in_file() -> SQLTrackerStore:
        return SQLTrackerStore(agent.domain, db=str(folder / f"{next(numbers)}.db"))

    return [
        ("ours, SQLite", lambda: ours(f"sqlite:///{next(numbers)}.db"), OURS),
        ("ours, PostgreSQL", lambda: ours(server.create()), OURS),
        ("SQLTrackerStore, SQLite", theirs_in_file, THEIRS),
        ("SQLTrackerStore, PostgreSQL", theirs_on_server, THEIRS),
    ]


async def _at(
    agent: Agent, store: TrackerStore, query: str, turns: list, read: list, length: int
) -> tuple[float, int]:
    """Median milliseconds of the turns around `length`, and bytes stored then."""
    before = length - TIMED if length > TIMED else 0
    tracker = DialogueStateTracker("measured", agent.domain.slots)
    for event in (event for turn in turns[:before] for event in turn):
        tracker.update(event)
    if before:
        await store.save(tracker)
    needed = []
    for number in range(before, length if before else length + TIMED):
        started = time.perf_counter()
        await _turn(agent, store, "measured", read[number % len(read)])
        needed.append(time.perf_counter() - started)
        if number == length - 1:
            size = _size(store, query)
    return statistics.median(needed[-TIMED:]) * 1000, size


async def _throughput(store: TrackerStore, turns: list) -> float:
    """Turns a second when nothing else is done than reading and writing them."""

    async def converse(who: str) -> None:
        for turn in turns[:TURNS]:
            tracker = await store.get_or_create_tracker(who, append_action_listen=False)
            for event in turn:
                tracker.update(event)
            await store.save(tracker)

    started = time.perf_counter()
    await asyncio.gather(*(converse(f"number {n}") for n in range(CONVERSATIONS)))
    return CONVERSATIONS * TURNS / (time.perf_counter() - started)


async def _turn(agent: Agent, store: TrackerStore, who: str, message: tuple[str, Any]) -> None:
    agent.processor.tracker_store = store
    said = UserMessage(
        message[0], CollectingOutputChannel(), who, parse_data=copy.deepcopy(message[1])
    )
    await agent.handle_message(said)


def _size(store: TrackerStore, query: str) -> int:
    engine = store.database.engine if isinstance(store, ConversationStore) else store.engine
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar())


if __name__ == "__main__":
    asyncio.run(main())
