"""What is measured of a running bot."""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from collections.abc import Iterable

import sqlalchemy
from sqlalchemy import insert, select

from benchmarks.client import (
    MESSAGES_A_CONVERSATION,
    Door,
    NoAnswer,
    Question,
    ask,
    closed_loop,
    new_conversation,
)
from benchmarks.figures import percentile
from benchmarks.servers import Server
from bot.storage.schema import conversations

SENDERS = 8
START_SECONDS = 400
_POLL_SECONDS = 0.02
# A few messages that are not measured: connections, caches, the first session.
_WARM_UP_SECONDS = 1.0
_WRITTEN_TO = 10
# A turn of a long conversation is the median of those around it.
_AROUND = 9

Figures = dict[str, float]


async def first_answer(server: Server, door: Door, question: Question) -> float:
    """Seconds from the start of the first process until a first real answer.

    Raises:
        SystemExit: none came, or a process ended.
    """
    while time.perf_counter() - server.started < START_SECONDS:
        try:
            if question.is_answered_by(await door.say(new_conversation(), question.text)):
                return time.perf_counter() - server.started
        except NoAnswer:
            if any(process.poll() is not None for process in server.running):
                break
        await asyncio.sleep(_POLL_SECONDS)
    raise SystemExit("a server did not answer; see models/logs/benchmark-*.log")


async def speed(door: Door, question: Question, name: str, seconds: float) -> Figures:
    """Milliseconds of a reply to one sender: median and 95th percentile."""
    await closed_loop(door, question, 1, _WARM_UP_SECONDS)
    times, _ = await closed_loop(door, question, 1, seconds)
    return {
        f"{name}_p50_ms": 1_000 * percentile(times, 0.5),
        f"{name}_p95_ms": 1_000 * percentile(times, 0.95),
    }


async def throughput(server: Server, door: Door, question: Question, seconds: float) -> Figures:
    """Messages a second with eight senders, and what one costs of the processor."""
    used = server.processor_seconds()
    times, rate = await closed_loop(door, question, SENDERS, seconds)
    used = server.processor_seconds() - used
    return {"messages_a_second": rate, "processor_ms_a_message": 1_000 * used / len(times)}


async def growth(door: Door, question: Question, turns: Iterable[int]) -> Figures:
    """Milliseconds of some turns of one long conversation, each the median of those around it."""
    wanted = sorted(turns)
    conversation = new_conversation()
    times = [await ask(door, conversation, question) for _ in range(wanted[-1] + _AROUND // 2)]
    half = _AROUND // 2
    return {
        f"turn_{turn}_ms": 1_000 * statistics.median(times[turn - 1 - half : turn + half])
        for turn in wanted
    }


async def beside(door: Door, question: Question, others: int) -> Figures:
    """Milliseconds of a message in a few conversations, while many others are open.

    Args:
        door: whom to talk to.
        question: what every message says.
        others: how many conversations are open in all; they are not written to.
    """
    written_to = [new_conversation() for _ in range(_WRITTEN_TO)]
    times = [
        await ask(door, conversation, question)
        for _ in range(MESSAGES_A_CONVERSATION)
        for conversation in written_to
    ]
    return {f"open_{others}_ms": 1_000 * statistics.median(times)}


def open_conversations(address: str, count: int) -> None:
    """Fill the product's store up to a number of conversations, with copies of stored ones.

    Nobody can read a copy under its new id, but the database has as much to keep and to search as
    if that many people were writing.

    Args:
        address: the database.
        count: how many conversations are open afterwards.
    """
    engine = sqlalchemy.create_engine(address)
    with engine.begin() as connection:
        stored = [dict(row) for row in connection.execute(select(conversations)).mappings()]
        copies = [
            {**stored[number % len(stored)], "conversation": secrets.token_bytes(32)}
            for number in range(count - len(stored))
        ]
        connection.execute(insert(conversations), copies)
    engine.dispose()
