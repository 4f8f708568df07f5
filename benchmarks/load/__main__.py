"""`python -m benchmarks.load`: 70 % and 200 % of the capacity; writes reports/load.*."""

from __future__ import annotations

import argparse
import asyncio
import tempfile

from benchmarks import client, machine, servers
from benchmarks.client import Gateway
from benchmarks.load import report
from benchmarks.load.conversations import Message, messages
from benchmarks.load.runs import Plan, Run, measure
from benchmarks.load.traffic import Traffic
from bot.serving.progress import Progress
from bot.serving.training import ensure_model
from bot.settings import ROOT

REPORTS = ROOT / "reports"


def main() -> int:
    """Start a server, load it, write the report; 1 when a requirement was missed."""
    plan = _plan()
    ensure_model()
    where = machine.described()
    with Progress("Reading the messages"):
        known = messages()
    run = asyncio.run(_load(plan, known))
    print(report.as_text(run))
    report.write(REPORTS, run, where)
    print(f"The page is {(REPORTS / 'load.html').relative_to(ROOT)}")
    return 0 if all(one.met for one in report.verdicts(run)) else 1


async def _load(plan: Plan, known: list[Message]) -> Run:
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.product(f"sqlite:///{folder}/chat.db") as server,
    ):
        async with client.session() as session:
            await servers.until_ready(server, session)
            return await measure(server, Traffic(Gateway(session, server.base), known), plan)


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    for name, seconds, what in (
        ("capacity", 15, "to find the capacity"),
        ("step", 10, "of each step of the curve"),
        ("steady", 900, "at 70 %%"),
        ("overload", 120, "at 200 %%"),
    ):
        parser.add_argument(f"--{name}", type=float, default=seconds, help=f"seconds {what}")
    return Plan(**vars(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
