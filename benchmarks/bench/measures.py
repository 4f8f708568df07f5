"""What is measured of a running bot."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from benchmarks.client import Door, NoAnswer, closed_loop, new_conversation, say_expecting
from benchmarks.figures import percentile
from benchmarks.servers import Server

SENDERS = 8
START_SECONDS = 180
_POLL_SECONDS = 0.02
# A few messages that are not measured: connections, caches, the first session.
_WARM_UP_SECONDS = 1.0
# A turn of a long conversation is the median of those around it.
_AROUND = 5

Figures = dict[str, float]


@dataclass(frozen=True)
class Question:
    """A message and words that every answer to it must hold."""

    text: str
    expected: str


async def first_answer(server: Server, door: Door, question: Question) -> float:
    """Seconds from the start of the first process until a first real answer.

    Raises:
        SystemExit: none came, or a process ended.
    """
    while time.perf_counter() - server.started < START_SECONDS:
        try:
            await say_expecting(door, new_conversation(), question.text, question.expected)
            return time.perf_counter() - server.started
        except NoAnswer:
            if any(process.poll() is not None for process in server.running):
                break
            await asyncio.sleep(_POLL_SECONDS)
    raise SystemExit("a server did not answer; see models/logs/benchmark-*.log")


async def speed(door: Door, question: Question, name: str, seconds: float) -> Figures:
    """Milliseconds of a reply to one sender: median and 95th percentile."""
    await closed_loop(door, question.text, question.expected, 1, _WARM_UP_SECONDS)
    times, _ = await closed_loop(door, question.text, question.expected, 1, seconds)
    return {
        f"{name}_p50_ms": 1_000 * percentile(times, 0.5),
        f"{name}_p95_ms": 1_000 * percentile(times, 0.95),
    }


async def throughput(server: Server, door: Door, question: Question, seconds: float) -> Figures:
    """Messages a second with eight senders, and what one costs of the processor."""
    used = server.processor_seconds()
    times, rate = await closed_loop(door, question.text, question.expected, SENDERS, seconds)
    used = server.processor_seconds() - used
    return {"messages_a_second": rate, "processor_ms_a_message": 1_000 * used / len(times)}


async def growth(door: Door, question: Question, turns: Iterable[int]) -> Figures:
    """Milliseconds of some turns of one long conversation, each the median of those around it."""
    wanted = sorted(turns)
    conversation = new_conversation()
    times = [
        (await say_expecting(door, conversation, question.text, question.expected)).seconds
        for _ in range(wanted[-1] + _AROUND // 2)
    ]
    half = _AROUND // 2
    return {
        f"turn_{turn}_ms": 1_000 * statistics.median(times[turn - 1 - half : turn + half])
        for turn in wanted
    }


async def with_open_conversations(
    door: Door, question: Question, count: int, messages: int
) -> tuple[float, float]:
    """The cost of a message while many conversations are open.

    Args:
        door: whom to talk to.
        question: what every message says.
        count: how many conversations are opened, each with one message.
        messages: how many further messages are measured, spread over all of them.

    Returns:
        Median milliseconds of a further message, and seconds that the opening took.
    """
    conversations = [new_conversation() for _ in range(count)]
    started = time.perf_counter()
    await _spread(lambda one: door.say(one, question.text), conversations)
    opening = time.perf_counter() - started
    step = max(1, count // messages)
    spread = [conversations[number * step % count] for number in range(messages)]
    times = [
        (await say_expecting(door, one, question.text, question.expected)).seconds for one in spread
    ]
    return 1_000 * statistics.median(times), opening


async def _spread(work: Callable[[str], Awaitable[object]], conversations: list[str]) -> None:
    waiting = iter(conversations)

    async def one_sender() -> None:
        for conversation in waiting:
            await work(conversation)

    await asyncio.gather(*(one_sender() for _ in range(SENDERS)))
