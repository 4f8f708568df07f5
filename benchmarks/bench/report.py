"""The comparison as a table in the terminal, as a page and as JSON."""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine, plots
from benchmarks.bench.targets import STOCK, Rounds, Verdict
from benchmarks.models import RASAS_EPOCHS, Model
from bot.report import html
from bot.report.html import element

_TITLE = "Compared with stock Rasa"
# Figures of the page's table and plots, with their titles.
FIGURES = {
    "first_answer_s": "Start to first answer (s)",
    "memory_mb": "Memory (MB)",
    "domain_p50_ms": "Domain response, p50 (ms)",
    "domain_p95_ms": "Domain response, p95 (ms)",
    "action_p50_ms": "Custom action, p50 (ms)",
    "action_p95_ms": "Custom action, p95 (ms)",
    "messages_a_second": "Messages a second, 8 senders",
    "processor_ms_a_message": "Processor time a message (ms)",
    "turn_5_ms": "Turn 5 (ms)",
    "turn_300_ms": "Turn 300 (ms)",
    "open_10_ms": "10 open conversations (ms)",
    "open_10000_ms": "10,000 open conversations (ms)",
    "wrong_answers": "Wrong or missing answers",
}
_OF_STOCK = (
    "Stock Rasa takes another label than the product for the question to a custom action. So of "
    "its answer it is only asked that it is any answer of the register, given by the action."
)
_PLOTTED = ("first_answer_s", "memory_mb", "action_p50_ms", "action_p95_ms", "messages_a_second")


def medians(rounds: Rounds) -> dict[str, dict[str, float]]:
    """The median of each contender's figures over the rounds in which they were measured."""
    return {
        contender: {
            figure: statistics.median(row[figure] for row in rows if figure in row)
            for figure in dict.fromkeys(name for row in rows for name in row)
        }
        for contender, rows in rounds.items()
    }


def as_text(rounds: Rounds, verdicts: Sequence[Verdict], models: Mapping[str, Model]) -> str:
    """The table for the terminal."""
    lines = [
        f"{'':44} {'store':10} {'against':8} {'product':>9} {'other':>9} {'ratio':>7} {'target':>7}"
    ]
    for one in verdicts:
        lines.append(
            f"{one.target.title:44} {one.store:10} {one.target.against:8} {one.value:9.1f} "
            f"{one.other:9.1f} {one.ratio:7.3f} {one.aim:>7} {'met' if one.met else 'MISSED'}"
        )
    wrong = {name: sum(int(row["wrong_answers"]) for row in rows) for name, rows in rounds.items()}
    found = [f"{name}: {count}" for name, count in wrong.items() if count]
    lines.append(f"Wrong or missing answers: {'; '.join(found) or 'none'}")
    if _has_stock(rounds):
        lines.append(_OF_STOCK)
    lines += [f"{name}: {one.file}, SHA-256 {one.digest}" for name, one in models.items()]
    lines += _of_stocks_model(models)
    return "\n".join(lines)


def write(
    folder: Path,
    rounds: Rounds,
    verdicts: Sequence[Verdict],
    where: Mapping[str, Any],
    models: Mapping[str, Model],
) -> None:
    """Write benchmark.json and benchmark.html."""
    folder.mkdir(exist_ok=True)
    content = {
        "machine": where,
        "models": {name: dataclasses.asdict(one) for name, one in models.items()},
        "verdicts": [
            {**dataclasses.asdict(one), "aim": one.aim, "met": one.met} for one in verdicts
        ],
        "medians": medians(rounds),
        "rounds": rounds,
    }
    (folder / "benchmark.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
    page = _page(rounds, verdicts, where, models)
    (folder / "benchmark.html").write_text(page, encoding="utf-8")


def _page(
    rounds: Rounds,
    verdicts: Sequence[Verdict],
    where: Mapping[str, Any],
    models: Mapping[str, Model],
) -> str:
    return html.page(
        _TITLE,
        element("h1", _TITLE),
        element("p", machine.sentence(dict(where)), attributes={"class": "lead"}),
        html.section("Targets", "targets", _targets(verdicts), _note(rounds)),
        html.section(
            "Models",
            "models",
            _models(models),
            *(element("p", told) for told in _of_stocks_model(models)),
        ),
        html.section("Figures", "figures", _figures(rounds), _plots(rounds)),
    )


def _has_stock(rounds: Rounds) -> bool:
    return any(name.startswith(STOCK) for name in rounds)


def _note(rounds: Rounds) -> html.Markup:
    return element("p", _OF_STOCK) if _has_stock(rounds) else html.Markup("")


def _of_stocks_model(models: Mapping[str, Model]) -> list[str]:
    """What a reader must know of stock Rasa's model, which takes an hour to train."""
    found = next((one for name, one in models.items() if name.startswith(STOCK)), None)
    if not found:
        return []
    origin = (
        "Stock Rasa's model was trained on the training data and settings that are here now."
        if found.is_of_present_inputs
        else "Stock Rasa's model was NOT trained on the training data and settings that are here "
        "now, but on others."
    )
    if not found.has_fewer_epochs:
        return [origin]
    return [
        origin,
        f"It was trained for fewer epochs than the {RASAS_EPOCHS} of a new project: "
        f"{_epochs(found)}. How fast it answers does not depend on that; how well it understands "
        "does.",
    ]


def _epochs(model: Model) -> str:
    return ", ".join(f"{name} {count}" for name, count in model.epochs.items())


def _models(models: Mapping[str, Model]) -> html.Markup:
    rows = [
        [
            name,
            one.file,
            one.digest,
            "yes" if one.is_of_present_inputs else html.cell("NO", kind="missed"),
            _epochs(one) or None,
        ]
        for name, one in models.items()
    ]
    head = ["Contender", "File", "SHA-256 (first 12)", "Of the present data", "Epochs"]
    return html.table(head, rows, kind="texts")


def _targets(verdicts: Sequence[Verdict]) -> html.Markup:
    head = ["Figure", "Store", "Against", "Product", "Other", "Ratio", "Target", ""]
    rows = [
        [
            one.target.title,
            one.store,
            one.target.against,
            f"{one.value:.1f}",
            f"{one.other:.1f}",
            f"{one.ratio:.3f}",
            one.aim,
            html.cell("✓ met", kind="met") if one.met else html.cell("✗ missed", kind="missed"),
        ]
        for one in verdicts
    ]
    return html.table(head, rows)


def _figures(rounds: Rounds) -> html.Markup:
    found = medians(rounds)
    rows = [
        [title, *(f"{row[figure]:.1f}" if figure in row else None for row in found.values())]
        for figure, title in FIGURES.items()
    ]
    return html.table(["Median of the rounds", *found], rows)


def _plots(rounds: Rounds) -> html.Markup:
    found = medians(rounds)
    drawn = [
        html.figure(
            plots.bars({name: row[figure] for name, row in found.items() if figure in row}, title),
            title,
        )
        for figure, title in FIGURES.items()
        if figure in _PLOTTED
    ]
    grown = {
        name: sorted((int(key.split("_")[1]), row[key]) for key in row if key.startswith("turn_"))
        for name, row in found.items()
        if "turn_300_ms" in row
    }
    if grown:
        svg = plots.lines(grown, "turn of one conversation", "milliseconds")
        drawn.append(html.figure(svg, "A long conversation"))
    return element("div", *drawn, attributes={"class": "plots"})
