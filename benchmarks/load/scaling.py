"""What a second serving process brings: `python -m benchmarks.load.scaling`.

Starts the whole of it (nginx, PostgreSQL, Redis; local_servers/machine.py) with one and with two
serving processes in turn, and lets as many people write as both can answer. Two processes need two
free cores, and the client, nginx and the database some more. So beside the messages a second stands
what a message costs of the processor, and how busy the cores were. Two processes must answer 1.7
times as many as one, where each had a core: a message cost about the same, and cores were free.
`--share 0.35` gives each serving process that much of a core, so that two cores are enough.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from benchmarks import client, processes
from benchmarks.client import Gateway
from benchmarks.load.conversations import Message, messages
from benchmarks.load.share import held_to
from benchmarks.load.traffic import Traffic
from benchmarks.servers import UNLIMITED
from bot.serving.progress import Progress
from bot.serving.training import ensure_model
from local_servers.machine import Machine, running

_COUNTS = (1, 2)
_SENDERS = 16
_TIMES_AS_MANY = 1.7
# Each process had a core: a message cost at most so many times as much, and no more of all cores
# was in use.
_COST_ROSE, _BUSY = 1.15, 0.9


@dataclass(frozen=True)
class Measured:
    """One run.

    Attributes:
        rate: messages a second.
        wrong: errors and safe replies.
        cost: milliseconds of the serving processes' processor time for a message.
        busy: share of all cores that was in use, by whatever.
    """

    rate: float
    wrong: int
    cost: float
    busy: float


Found = Mapping[int, Sequence[Measured]]


def main() -> int:
    """Measure in turn and print a table; 1 when something was missed, 2 when nothing was judged."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--share", type=_share, help="of a core, for each serving process")
    arguments = parser.parse_args()
    ensure_model()
    with Progress("Reading the messages"):
        known = messages()
    found: dict[int, list[Measured]] = {count: [] for count in _COUNTS}
    for number in range(1, arguments.rounds + 1):
        for count in _COUNTS:
            with Progress(f"Round {number} of {arguments.rounds}: {count} serving processes"):
                found[count].append(_measure(count, known, arguments.seconds, arguments.share))
    _print(found)
    judged, met = verdict(found)
    print(judged)
    return 2 if met is None else int(not met)


def verdict(found: Found) -> tuple[str, bool | None]:
    """How many times as many two processes answer, in words, and whether that is enough.

    None where there was no core for each, so that nothing can be said. An error or a safe reply in
    any run is too much.

    Args:
        found: the runs with one and with two processes, round by round.
    """
    rounds = list(zip(*(found[count] for count in _COUNTS), strict=True))
    ratio = statistics.median(two.rate / one.rate for one, two in rounds)
    cost = statistics.median(two.cost / one.cost for one, two in rounds)
    busy = statistics.median(two.busy for _, two in rounds)
    if wrong := sum(one.wrong for runs in found.values() for one in runs):
        return f"{wrong} errors and safe replies: MISSED.", False
    told = f"Two processes answer {ratio:.2f} times as many as one ({os.cpu_count()} cores): "
    if ratio >= _TIMES_AS_MANY:
        return f"{told}{_TIMES_AS_MANY} is reached.", True
    if cost <= _COST_ROSE and busy <= _BUSY:
        return f"{told}{_TIMES_AS_MANY} is MISSED, and there were cores for both.", False
    return f"{told}not judged, there were not two free cores.", None


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1 / max(_COUNTS):
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {1 / max(_COUNTS)}")
    return share


def _measure(count: int, known: list[Message], seconds: float, share: float | None) -> Measured:
    with running(count, **UNLIMITED) as machine:
        _supervisor, *serving = processes.family(machine.process.pid)
        with held_to(share, serving) if share else nullcontext():
            return asyncio.run(_load(machine, known, seconds))


async def _load(machine: Machine, known: list[Message], seconds: float) -> Measured:
    pid = machine.process.pid
    async with client.session() as session:
        traffic = Traffic(Gateway(session, machine.url.removesuffix("/chat/")), known)
        await traffic.closed(_SENDERS, seconds / 3)
        before = _clocks(pid)
        seen = await traffic.closed(_SENDERS, seconds)
        used, busy, elapsed = (b - a for a, b in zip(before, _clocks(pid), strict=True))
    cores = os.cpu_count() or 1
    return Measured(
        seen.rate,
        seen.safe + seen.errors.total(),
        1_000 * used / seen.sent,
        busy / elapsed / cores,
    )


def _clocks(pid: int) -> tuple[float, float, float]:
    """Processor seconds of the serving processes and of the whole machine, and the time."""
    return processes.processor_seconds(pid), processes.busy_seconds(), time.monotonic()


def _print(found: Found) -> None:
    print(f"{'processes':>10}{'a second':>10}{'ms a message':>14}{'cores busy':>12}{'wrong':>7}")
    for count, runs in found.items():
        rate, cost, busy = (
            statistics.median(column)
            for column in zip(*((run.rate, run.cost, run.busy) for run in runs), strict=True)
        )
        wrong = sum(run.wrong for run in runs)
        print(f"{count:>10}{rate:>10.1f}{cost:>14.1f}{busy:>12.0%}{wrong:>7}")


if __name__ == "__main__":
    raise SystemExit(main())
