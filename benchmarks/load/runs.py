"""The stretches of load of one run, and what the server used meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass

from benchmarks.load.traffic import Seen, Traffic
from benchmarks.servers import Server
from bot.serving.progress import Progress

SENDERS = 8
# Shares of the capacity at which the curve is measured.
CURVE = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)
STEADY, OVERLOAD = 0.7, 2.0
_MEMORY_EVERY = 1.0
# What is still being answered ends before the next stretch begins.
_BETWEEN = 1.0


@dataclass(frozen=True)
class Plan:
    """Seconds of each stretch."""

    capacity: float
    step: float
    steady: float
    overload: float


@dataclass
class Run:
    """What one run saw.

    Attributes:
        capacity: messages a second with eight people who write without pause.
        curve: one stretch for each share of CURVE.
        steady: at 70 % of the capacity.
        overload: at 200 %.
        after: at 70 % once more, to see that the overload left nothing behind.
    """

    capacity: float
    curve: list[Seen]
    steady: Seen
    overload: Seen
    after: Seen


async def measure(server: Server, traffic: Traffic, plan: Plan) -> Run:
    """Go through all stretches."""
    await traffic.closed(SENDERS, plan.capacity / 2)  # warm
    with Progress("Capacity"):
        fastest = await traffic.closed(SENDERS, plan.capacity)
    capacity = fastest.rate
    curve = []
    for share in CURVE:
        with Progress(f"{share:.0%} of {capacity:.0f} messages a second"):
            curve.append(await traffic.open(share * capacity, plan.step))
            await asyncio.sleep(_BETWEEN)
    with Progress(f"{STEADY:.0%} for {plan.steady:g} s"):
        steady = await _watched(server, traffic.open(STEADY * capacity, plan.steady))
    await asyncio.sleep(_BETWEEN)
    with Progress(f"{OVERLOAD:.0%} for {plan.overload:g} s"):
        overload = await _watched(server, traffic.open(OVERLOAD * capacity, plan.overload))
    await asyncio.sleep(_BETWEEN)
    with Progress(f"{STEADY:.0%} once more"):
        after = await _watched(server, traffic.open(STEADY * capacity, plan.step))
    return Run(capacity, curve, steady, overload, after)


async def _watched(server: Server, stretch: Awaitable[Seen]) -> Seen:
    """A stretch, with what the server used in it."""
    memory: list[tuple[float, float]] = []
    processor: list[tuple[float, float]] = []
    watching = asyncio.ensure_future(_watch(server, memory, processor))
    seen = await stretch
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    seen.memory, seen.processor = memory, processor
    return seen


async def _watch(
    server: Server, memory: list[tuple[float, float]], processor: list[tuple[float, float]]
) -> None:
    started = time.perf_counter()
    while True:
        # In a thread: walking all pages of a process takes milliseconds.
        used = await asyncio.to_thread(server.memory_mb)
        moment = time.perf_counter() - started
        memory.append((moment, used))
        processor.append((moment, server.processor_seconds()))
        await asyncio.sleep(_MEMORY_EVERY)
