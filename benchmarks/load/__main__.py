"""`python -m benchmarks.load`: 70 % and 200 % of the capacity; writes reports/load.*.

One process on SQLite, or with `--processes 2` so many behind nginx, with PostgreSQL and Redis.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import client, machine, servers
from benchmarks.client import Gateway
from benchmarks.load import report
from benchmarks.load.conversations import Message, messages
from benchmarks.load.runs import Plan, Run, measure
from benchmarks.load.traffic import Traffic
from benchmarks.servers import Server
from bot.serving.progress import Progress
from bot.serving.training import ensure_model
from bot.settings import ROOT

REPORTS = ROOT / "reports"


def main() -> int:
    """Start a server, load it, write the report; 1 when a requirement was missed."""
    plan, count = _arguments()
    ensure_model()
    where = machine.described()
    with Progress("Reading the messages"):
        known = messages()
    run = asyncio.run(_load(plan, known, count))
    print(report.as_text(run))
    report.write(REPORTS, run, where, _served(count))
    print(f"The page is {(REPORTS / 'load.html').relative_to(ROOT)}")
    return 0 if all(one.met for one in report.verdicts(run)) else 1


async def _load(plan: Plan, known: list[Message], count: int | None) -> Run:
    with _server(count) as server:
        async with client.session() as session:
            await servers.until_ready(server, session)
            return await measure(server, Traffic(Gateway(session, server.base), known), plan)


def _served(count: int | None) -> str:
    if not count:
        return "one process on SQLite"
    return f"{count} serving processes behind nginx, with PostgreSQL and Redis"


@contextmanager
def _server(count: int | None) -> Iterator[Server]:
    if count:
        with servers.deployed(count) as server:
            yield server
    else:
        with (
            tempfile.TemporaryDirectory() as folder,
            servers.product(f"sqlite:///{folder}/chat.db") as server,
        ):
            yield server


def _arguments() -> tuple[Plan, int | None]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--processes", type=int, help="behind nginx, with PostgreSQL and Redis")
    for name, seconds, what in (
        ("capacity", 15, "to find the capacity"),
        ("step", 10, "of each step of the curve"),
        ("steady", 900, "at 70 %%"),
        ("overload", 120, "at 200 %%"),
    ):
        parser.add_argument(f"--{name}", type=float, default=seconds, help=f"seconds {what}")
    arguments = vars(parser.parse_args())
    count = arguments.pop("processes")
    return Plan(**arguments), count


if __name__ == "__main__":
    raise SystemExit(main())
