"""`python -m benchmarks.bench`: compare, print the table, write reports/benchmark.*."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks import client, machine, models
from benchmarks.bench import measures, report
from benchmarks.bench.contenders import Contender, contenders, running_postgres
from benchmarks.bench.targets import verdicts
from bot.serving.progress import Progress
from bot.serving.training import ensure_model
from bot.settings import ROOT

REPORTS = ROOT / "reports"
_TURNS = (5, 50, 100, 200, 300)
_FEW, _MANY = 10, 10_000


def main() -> int:
    """Run all rounds, each through all contenders; 1 when an answer was wrong or an aim missed."""
    arguments = _arguments()
    ensure_model()
    where = machine.described()
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        compared = contenders(postgres, Path(folder), arguments.stock)
        measured = {one.name: models.described(one.model) for one in compared}
        rounds: dict[str, list[measures.Figures]] = {one.name: [] for one in compared}
        for number in range(1, arguments.rounds + 1):
            for one in compared:
                with Progress(f"Round {number} of {arguments.rounds}: {one.name}"):
                    figures = asyncio.run(_measure(one, arguments.seconds, first=number == 1))
                    rounds[one.name].append(figures)
    judged = list(verdicts(rounds))
    print(report.as_text(rounds, judged, measured))
    report.write(REPORTS, rounds, judged, where, measured)
    print(f"The page is {(REPORTS / 'benchmark.html').relative_to(ROOT)}")
    is_wrong = any(one["wrong_answers"] for figures in rounds.values() for one in figures)
    return int(is_wrong or not all(one.met for one in judged))


async def _measure(one: Contender, seconds: float, *, first: bool) -> measures.Figures:
    """Start a contender and measure it; of stock Rasa what takes long, in the first round only."""
    with one.start() as server:
        async with client.session() as session:
            door = one.door(session, server.base)
            usual = one.action or one.domain
            start = await measures.first_answer(server, door, usual)
            figures = {"first_answer_s": start}
            if one.is_product:
                figures |= await measures.beside(door, usual, _FEW)
            figures |= await measures.speed(door, one.domain, "domain", seconds)
            if one.action:
                figures |= await measures.speed(door, one.action, "action", seconds)
            figures |= await measures.throughput(server, door, usual, seconds)
            figures["memory_mb"] = server.memory_mb()
            if one.action and (first or one.is_product):
                figures |= await measures.growth(door, one.action, _TURNS)
            if one.is_product:
                measures.open_conversations(server.database, _MANY)
                figures |= await measures.beside(door, usual, _MANY)
            return figures | {"wrong_answers": door.wrong}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument(
        "--stock", type=Path, metavar="PYTHON", help="interpreter with stock Rasa and TensorFlow"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
