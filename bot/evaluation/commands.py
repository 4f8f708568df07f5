"""`python -m bot evaluate`, `corpus` and `calibrate`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.evaluation.metrics import percent
from bot.evaluation.sets import SETS
from bot.evaluation.targets import (
    ANSWER_FIGURES,
    ASKS_FIGURES,
    CONVERSATION_FIGURES,
    FIGURES,
    HELDOUT_FIGURES,
    QUESTION_FIGURES,
    Figure,
)
from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.evaluation.report import SetReport

# What measures imports Rasa, which takes seconds. Each command imports it itself, so that no other
# command of `python -m bot` waits for it.


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the commands to the command line."""
    parser = commands.add_parser("evaluate", help="measure understanding; writes reports/")
    parser.add_argument("--set", choices=SETS, help="only this evaluation set; else both")
    parser.add_argument(
        "--quick", action="store_true", help="leave out swapped and perturbed messages"
    )
    parser.add_argument(
        "--most",
        type=_one_or_more,
        metavar="N",
        help="swap and perturb at most N messages of each set, once each: faster, shows a fall too",
    )
    parser.add_argument(
        "--curve",
        type=Path,
        metavar="PATH",
        help="only write the threshold curve of the development set to this SVG file",
    )
    parser.add_argument(
        "--heldout",
        action="store_true",
        help="only print the totals of the held-out conversations, dangers and ordinary messages",
    )
    parser.add_argument(
        "--asks",
        choices=SETS,
        help="only print how often a set of questions found its answer; writes reports/",
    )
    parser.add_argument(
        "--ends",
        action="store_true",
        help="only print how well the end of a danger is read, on chats left out of the learning",
    )
    parser.set_defaults(run=run_evaluate)
    corpus = commands.add_parser("corpus", help="describe the training messages; writes reports/")
    corpus.set_defaults(run=run_corpus)
    calibrate = commands.add_parser(
        "calibrate", help="learn how much each kind of evidence counts in the emergency net"
    )
    calibrate.add_argument(
        "--background",
        type=Path,
        help="a folder of ordinary messages (*.jsonl); the project's own if none is named",
    )
    calibrate.set_defaults(run=run_calibrate)


def _one_or_more(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Print the headline figures; the reports hold the rest."""
    from bot.evaluation import ends, evaluate, finding, heldout  # noqa: PLC0415

    if arguments.curve:
        evaluate.write_curve(arguments.curve)
        print(f"Written: {arguments.curve}")
        return 0
    if arguments.ends:
        for name, held in ends.measure().items():
            print(f"{name:<42} {percent(held.value)} ({held.hits}/{held.of})")
        return 0
    if arguments.heldout:
        found = asyncio.run(heldout.measure())
        print(
            f"held out: {found['turns']} turns of conversations, {found['messages']} messages alone"
        )
        _print_shares(found, HELDOUT_FIGURES)
        return 0
    if arguments.asks:
        asked = asyncio.run(finding.ask(finding.questions(arguments.asks)))
        finding.write_report(arguments.asks, asked)
        found = finding.measure(asked)
        print(
            f"{arguments.asks} set, {found['questions']} questions, median {found['words']} words"
        )
        _print_shares(found, ASKS_FIGURES)
        return 0
    names = [arguments.set] if arguments.set else list(SETS)
    reports = evaluate.evaluate(names, most=0 if arguments.quick else arguments.most)
    for one in reports:
        _print_headline(one)
    written = [evaluate.totals_file(name) for name in names] + [evaluate.PAGE]
    print("Written:", ", ".join(str(path.relative_to(ROOT)) for path in written))
    return 0


def _print_headline(report: SetReport) -> None:
    print(f"{report.name} set, {report.totals['messages']} messages")
    for figure in FIGURES:
        found = report.totals["figures"][figure.name]
        counts = f"{found['hits']}/{found['of']}" if "of" in found else found.get("messages", "")
        sign = "at least" if figure.at_least else "at most"
        target = "" if figure.target is None else f"{sign} {percent(figure.target)}"
        verdict = {None: "", True: "met", False: "missed"}[found["met"]]
        print(
            f"  {figure.title:62} {percent(found['value']):>7} {counts:>8}  {target:16} {verdict}"
        )
    talks = report.totals["conversations"]
    print(f"{report.name} set, {talks['conversations']} conversations, {talks['turns']} turns")
    _print_shares(talks, CONVERSATION_FIGURES)
    typed = report.totals["form_answers"]
    print(f"{report.name} set, {typed['messages']} messages at the questions of the hand-over")
    _print_shares(typed, ANSWER_FIGURES)
    replied = report.totals["question_answers"]
    print(f"{report.name} set, {replied['messages']} messages at the yes-or-no questions")
    _print_shares(replied, QUESTION_FIGURES)
    print()


def _print_shares(totals: Mapping[str, Any], figures: Iterable[Figure]) -> None:
    for figure in figures:
        found = totals["figures"][figure.name]
        counts = f"{found['hits']}/{found['of']}"
        met = {None: "", True: "met", False: "missed"}[figure.met(found["value"])]
        print(f"  {figure.title:62} {percent(found['value']):>7} {counts:>8}  {met}".rstrip())


def run_corpus(arguments: argparse.Namespace) -> int:
    """Print the main figures of the corpus; the report holds the rest."""
    from bot.evaluation import corpus  # noqa: PLC0415

    found = corpus.write_report()
    for line in corpus.summary(found):
        print(line)
    print(f"Written: {corpus.REPORT.relative_to(ROOT)}")
    return 0


def run_calibrate(arguments: argparse.Namespace) -> int:
    """Write the weights of the evidence and the thresholds, and print the curves."""
    from bot.evaluation import choosing, roles, weighing  # noqa: PLC0415
    from bot.evaluation.calibrate import calibrate  # noqa: PLC0415
    from bot.nlu.finding import FINDING_FILE  # noqa: PLC0415
    from bot.safety.fusion import FUSION_FILE  # noqa: PLC0415

    chosen = calibrate(arguments.background)
    for top, points in chosen.curves.items():
        print(choosing.table(top, points))
    for name, value in chosen.thresholds.items():
        print(f"{name}: {value:g}")
    for name, value in weighing.weigh().items():
        print(f"{name}: {value:g}")
    roles.learn()
    written = (FUSION_FILE, choosing.THRESHOLDS_FILE, FINDING_FILE, roles.ROLES_FILE)
    print(f"Written: {', '.join(str(one.relative_to(ROOT)) for one in written)}")
    print("Measure: make eval")
    return 0
