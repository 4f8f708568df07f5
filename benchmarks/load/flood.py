"""One address sends long messages as fast as it likes: what others get meanwhile.

`python -m benchmarks.load.flood` starts what is deployed (two processes behind nginx, PostgreSQL,
Redis) with its limits as shipped. Other people write from other addresses: first alone, then beside
20, 50 and 100 messages of 2,000 characters a second from one. `--costs` only measures what a
message takes by its length, in one process and in turns of a short one.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from benchmarks import servers
from benchmarks.client import Gateway, NoAnswer
from bot.counters.names import SAFE_REPLIES
from bot.serving.training import ensure_model
from local_servers import machine

_RATES = (0, 20, 50, 100)
_SECONDS, _PAUSE = 20.0, 10.0
_OTHERS, _BETWEEN = 8, 2.0
_ATTACKER, _OTHER = "127.0.0.2", "127.0.1.{}"
_CALM, _DANGER = "how do i report stalking to the police", "he is outside my house now"
_LONG = ("he keeps turning up at my work and i do not know what to do any more " * 30)[:2_000]
_LENGTHS = (50, 250, 500, 1_000, 2_000)
_LATER = 1.5


@dataclass
class Others:
    """What people got who did nothing but write.

    Attributes:
        times: seconds of the bot's own answers.
        sent, danger, danger_led: messages; of these in danger; of these led by 999.
    """

    times: list[float] = field(default_factory=list)
    sent: int = 0
    danger: int = 0
    danger_led: int = 0

    def within(self, seconds: float) -> float:
        """The share of messages that the bot itself answered within so many seconds."""
        return sum(one <= seconds for one in self.times) / self.sent


def main() -> int:
    """Measure and print a table; 1 where others got too little."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.flood", description=__doc__)
    parser.add_argument("--costs", action="store_true", help="only what a message takes")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    ensure_model()
    if arguments.costs:
        asyncio.run(_costs())
        return 0
    with machine.running(arguments.processes) as whole:
        return asyncio.run(_measured(servers.Server(whole.front, running=[whole.process])))


async def _measured(server: servers.Server) -> int:
    async with _session("127.0.0.1") as session:
        await servers.until_ready(server, session)
    print("long messages a second | answered by the bot as soon | median | danger led by 999")
    is_enough, usual = True, 0.0
    for rate in _RATES:
        others = await _beside(server, rate)
        usual = usual or statistics.median(others.times)
        share = others.within(usual + _LATER)
        is_enough &= share >= 0.95 and others.danger_led == others.danger
        print(
            f"{rate} | {share:.1%} of {others.sent} | {statistics.median(others.times):.2f} s"
            f" | {others.danger_led} of {others.danger}"
        )
        await asyncio.sleep(_PAUSE)
    return 0 if is_enough else 1


async def _beside(server: servers.Server, rate: int) -> Others:
    others = Others()
    writing = [_write(server, number, others) for number in range(_OTHERS)]
    await asyncio.gather(*writing, _flood(server, rate))
    return others


async def _write(server: servers.Server, number: int, others: Others) -> None:
    """One person at an address of their own; every fifth message tells of danger."""
    async with _session(_OTHER.format(number + 1)) as session:
        door = Gateway(session, server.base)
        await asyncio.sleep(_BETWEEN * number / _OTHERS)
        for turn in range(int(_SECONDS / _BETWEEN)):
            started = time.perf_counter()
            is_danger = (turn + number) % 5 == 0
            others.sent += 1
            others.danger += is_danger
            try:
                reply = await door.say(secrets.token_hex(16), _DANGER if is_danger else _CALM)
            except NoAnswer:
                continue
            others.danger_led += is_danger and "999" in reply.texts[0]
            if reply.outcome and reply.outcome not in SAFE_REPLIES:
                others.times.append(reply.seconds)
            await asyncio.sleep(max(0.0, _BETWEEN - (time.perf_counter() - started)))


async def _flood(server: servers.Server, rate: int) -> None:
    """Sends so many long messages a second, whether or not they are answered."""
    async with _session(_ATTACKER) as session:
        door, sent = Gateway(session, server.base), []
        started = time.perf_counter()
        for number in range(int(rate * _SECONDS)):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            sent.append(asyncio.create_task(_say(door, _LONG)))
        await asyncio.gather(*sent)


async def _costs() -> None:
    with machine.running(1, **servers.UNLIMITED) as whole:
        server = servers.Server(whole.front, running=[whole.process])
        async with _session("127.0.0.1") as session:
            await servers.until_ready(server, session)
            door = Gateway(session, server.base)
            taken = {length: await _taken(server, door, length) for length in _LENGTHS}
    for length, seconds in taken.items():
        print(f"{length} characters: {seconds / taken[_LENGTHS[0]]:.1f}")


async def _taken(server: servers.Server, door: Gateway, length: int, count: int = 12) -> float:
    """The processor's seconds for one message of a length."""
    before = server.processor_seconds()
    for _ in range(count):
        await _say(door, _LONG[:length])
    return (server.processor_seconds() - before) / count


async def _say(door: Gateway, text: str) -> None:
    try:
        await door.say(secrets.token_hex(16), text)
    except NoAnswer:
        return


@asynccontextmanager
async def _session(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections from one address of this machine."""
    connector = aiohttp.TCPConnector(limit=0, local_addr=(address, 0))
    async with aiohttp.ClientSession(
        connector=connector, timeout=aiohttp.ClientTimeout(total=30)
    ) as opened:
        yield opened


if __name__ == "__main__":
    raise SystemExit(main())
