"""Runs evaluation sets through the trained model and writes the reports."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.evaluation import conversations, form_answers, plots, questions, report
from bot.evaluation.changes import Swapped, perturb_all, swap_all, swap_totals
from bot.evaluation.conversations import Bot
from bot.evaluation.details import curve_of, study
from bot.evaluation.judge import (
    Judge,
    Judged,
    judge_all,
    keep_quiet,
    open_judge,
    without_answers,
)
from bot.evaluation.perturb import PERTURBATIONS
from bot.evaluation.report import SetReport
from bot.evaluation.sets import (
    ANSWERS,
    BLIND,
    CONVERSATIONS,
    DEVELOPMENT,
    QUESTIONS,
    SETS,
    read,
    read_answers,
    read_conversations,
    read_questions,
)
from bot.evaluation.swaps import SWAPS
from bot.evaluation.totals import measure
from bot.safety.thresholds import thresholds
from bot.serving.training import ensure_model
from bot.settings import ROOT

REPORTS = ROOT / "reports"
PAGE = REPORTS / "evaluation.html"


def totals_file(name: str) -> Path:
    """Where the totals of a set are written, and of an open one its curve and errors."""
    return REPORTS / f"evaluation-{name}.json"


def evaluate(names: Sequence[str], *, most: int | None = None) -> list[SetReport]:
    """Measure the current model on sets; write their JSON files and the page.

    Args:
        names: of the sets, in the order of the page.
        most: swap and perturb at most so many messages of each set, once each; None for all of
            them, which takes most of the time, and 0 for none.

    Raises:
        OperatorError: there is no model, and training failed.
    """
    reports = asyncio.run(_evaluate(names, ensure_model(), most))
    write(reports)
    return reports


def write(reports: Sequence[SetReport]) -> None:
    """Write the JSON file of each set, and the page."""
    REPORTS.mkdir(exist_ok=True)
    for one in reports:
        text = json.dumps(one.as_dict(), indent=1, ensure_ascii=False)
        totals_file(one.name).write_text(text + "\n", encoding="utf-8")
    PAGE.write_text(report.page(reports), encoding="utf-8")


async def _evaluate(names: Sequence[str], model: Path, most: int | None) -> list[SetReport]:
    keep_quiet()
    with conversations.open_bot(model) as bot:
        reader = Judge(without_answers(bot.agent))
        return [await _report(name, reader, bot, model, most) for name in names]


async def _report(name: str, reader: Judge, bot: Bot, model: Path, most: int | None) -> SetReport:
    judged = await judge_all(reader, read(SETS[name]))
    totals = {
        "set": name,
        "date": date.today().isoformat(),
        "model": model.name,
        "thresholds": _thresholds(),
        **measure(judged),
    }
    swapped: dict[str, list[Swapped]] = {}
    if most != 0:
        swapped = await swap_all(reader, judged, SWAPS, most)
        totals["swaps"] = swap_totals(swapped)
        totals["perturbations"] = await perturb_all(reader, judged, PERTURBATIONS, most)
    held = await conversations.hold(read_conversations(CONVERSATIONS[name]), bot)
    totals["conversations"] = conversations.measure(held)
    answered = await form_answers.hold(read_answers(ANSWERS[name]), bot)
    totals["form_answers"] = form_answers.measure(answered)
    replied = await questions.hold(read_questions(QUESTIONS[name]), bot)
    totals["question_answers"] = questions.measure(replied)
    # The one place that decides who may see messages: of the blind set, nobody.
    details = None if name == BLIND else study(judged, swapped, held, answered, replied)
    return SetReport(name, totals, details)


def write_curve(path: Path) -> None:
    """Write the threshold curve of the development set as an SVG file."""

    async def judged() -> list[Judged]:
        return await judge_all(await open_judge(ensure_model()), read(SETS[DEVELOPMENT]))

    svg = plots.threshold_curve(curve_of(asyncio.run(judged())), _thresholds())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg, encoding="utf-8")


def _thresholds() -> dict[str, Any]:
    limits = thresholds()
    return {"check": limits.check, "emergency": limits.emergency}
