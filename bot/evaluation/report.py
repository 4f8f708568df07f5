"""What stands on the page of the report, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation import detail_tables, matrices, plots
from bot.evaluation.changes import DRAWS
from bot.evaluation.details import Details
from bot.evaluation.metrics import Bin, percent
from bot.evaluation.targets import (
    ANSWER_FIGURES,
    CONVERSATION_FIGURES,
    FIGURES,
    QUESTION_FIGURES,
    Figure,
)
from bot.report import html
from bot.report.html import Markup, element

_TITLE = "How well the bot understands"


@dataclass(frozen=True)
class SetReport:
    """One set's part of the report.

    Attributes:
        name: of the set.
        totals: what may be shown of any set.
        details: single messages and labels; None of the blind set.
    """

    name: str
    totals: Mapping[str, Any]
    details: Details | None

    def as_dict(self) -> dict[str, Any]:
        """For its JSON file: the totals, and of an open set the curve and errors with text."""
        return {**self.totals, **(self.details.as_dict() if self.details else {})}


def page(reports: Sequence[SetReport]) -> str:
    """The whole page."""
    first = reports[0].totals
    limits = ", ".join(f"{name} {value:g}" for name, value in first["thresholds"].items())
    links = [
        element("a", f"{one.name.capitalize()} set", attributes={"href": f"#{one.name}"})
        for one in reports
    ]
    return html.page(
        _TITLE,
        element("h1", _TITLE),
        element(
            "p",
            f"Model {first['model']}, measured on {first['date']}. Thresholds of the danger score: "
            f"{limits}. Each figure is explained in docs/evaluation.md.",
            attributes={"class": "lead"},
        ),
        element("nav", *links),
        _headline(reports),
        *(_set(one) for one in reports),
    )


def _headline(reports: Sequence[SetReport]) -> Markup:
    head = ["Figure", "Target"]
    for one in reports:
        head += [f"{one.name.capitalize()} ({one.totals['messages']} messages)", ""]
    rows = []
    for figure in FIGURES:
        row: list[Any] = [figure.title, _target(figure)]
        for one in reports:
            row += _measured(one.totals["figures"][figure.name])
        rows.append(row)
    return element(
        "div",
        html.table(head, rows),
        _small("In brackets: hits of messages, Wilson 95 % interval."),
    )


def _target(figure: Figure) -> str:
    if figure.target is None:
        return "–"
    return f"{'≥' if figure.at_least else '≤'} {percent(figure.target)}"


def _measured(found: Mapping[str, Any]) -> list[Markup]:
    value: Any = percent(found["value"])
    if found.get("of"):
        counts = f" ({found['hits']}/{found['of']}; {_interval(found)})"
        value = Markup(html.escape(value) + element("small", counts))
    elif found.get("messages"):
        value = Markup(html.escape(value) + element("small", f" (of {found['messages']})"))
    verdict = {None: ("", "open"), True: ("✓ met", "met"), False: ("✗ missed", "missed")}
    words, kind = verdict[found["met"]]
    return [element("td", value), html.cell(words, kind=kind)]


def _interval(found: Mapping[str, Any]) -> str:
    return "–" if found["low"] is None else f"{100 * found['low']:.1f} to {100 * found['high']:.1f}"


def _set(report: SetReport) -> Markup:
    totals, details = report.totals, report.details
    what = (
        "Totals only: nobody reads its messages."
        if details is None
        else "Its messages may be read. No model is trained on them."
    )
    parts: list[Markup] = [_small(what)]
    if details:
        parts += [detail_tables.curve(details, totals["thresholds"])]
    parts += [_calibration(totals["calibration"]), _groups(totals["groups"])]
    if "swaps" in totals:
        parts += [_swaps(totals["swaps"]), _perturbations(totals["perturbations"])]
    parts += [
        matrices.of_top_levels(totals["confusion"]),
        matrices.of_labels(totals["label_confusion"]),
    ]
    if details:
        parts += [
            detail_tables.labels(details),
            detail_tables.worst(details),
            detail_tables.errors(details),
            detail_tables.swap_changes(details),
        ]
    parts += [_conversations(totals["conversations"])]
    if details:
        parts += [detail_tables.turns(details)]
    parts += [_form_answers(totals["form_answers"])]
    if details:
        parts += [detail_tables.form_answers(details)]
    parts += [_question_answers(totals["question_answers"])]
    if details:
        parts += [detail_tables.question_answers(details)]
    return html.section(f"{report.name.capitalize()} set", report.name, *parts)


def _small(text: str) -> Markup:
    return element("p", text, attributes={"class": "note"})


# What each score is called, its axis, and what it says how likely it is.
_SCORES = {
    "danger": ("Danger score", "danger score", "share that are emergencies"),
    "danger_in_doubt": (
        "Danger score, only from 0.02 to 0.98",
        "danger score",
        "share that are emergencies",
    ),
    "crisis": ("Crisis score", "crisis score", "share that are crises"),
    "top_level": ("Top level", "confidence of the top level", "share that are right"),
    "label": ("Label", "confidence of the label", "share that are right"),
}


def _calibration(calibration: Mapping[str, Sequence[Mapping[str, Any]]]) -> Markup:
    plotted = [
        html.figure(
            plots.reliability([Bin(**one) for one in calibration[name]], predicted, actual), title
        )
        for name, (title, predicted, actual) in _SCORES.items()
    ]
    return element(
        "div",
        element("h3", "Is a score as likely to be right as it says?"),
        element("div", *plotted, attributes={"class": "plots"}),
        _small(
            "Ten bins of equal size. On the dotted line a score means what it says; "
            "above it, the bot is too timid."
        ),
    )


def _groups(groups: Sequence[Mapping[str, Any]]) -> Markup:
    rows = []
    for row in groups:
        recall, check = row["recall"], row["recall_with_check"]
        gap = "–" if row["gap"] is None else f"{100 * row['gap']:+.1f}"
        rows.append(
            [
                f"{row['kind']}: {row['value']}".replace("_", " "),
                row["messages"],
                recall["of"],
                percent(recall["value"]),
                _interval(recall),
                percent(check["value"]),
                html.cell(gap, kind="missed" if row["below_all"] else "gap"),
                percent(row["false_emergencies"]["value"]),
            ]
        )
    head = [
        "Group",
        "Messages",
        "Emergencies",
        "Recall",
        "95 % interval",
        "With check",
        "Behind all (points)",
        "False emergencies",
    ]
    return element(
        "div",
        element("h3", "Groups"),
        html.table(head, rows),
        _small(
            "A figure in red is more than chance: the recall of all emergencies lies above the "
            "group's interval. The headline leaves out groups with fewer than ten emergencies."
        ),
    )


def _swaps(swaps: Mapping[str, Mapping[str, Any]]) -> Markup:
    rows = [
        [
            name.replace("_", " "),
            row["unchanged"]["of"],
            percent(row["unchanged"]["value"]),
            _interval(row["unchanged"]),
            percent(row["same_tier"]["value"]),
        ]
        for name, row in swaps.items()
    ]
    head = ["Swap", "Messages it fits", "Nothing changed", "95 % interval", "Same danger tier"]
    return element(
        "div",
        element("h3", "Swapped words"),
        html.table(head, rows),
        _small(
            "Top level, label and danger tier must stay the same when only who it is about changes."
        ),
    )


def _perturbations(table: Mapping[str, Mapping[str, Any]]) -> Markup:
    rows = [
        [
            name.replace("_", " "),
            f"{row['recall']['of']} of {row['draws']}",
            percent(row["recall"]["value"]),
            _interval(row["recall"]),
            percent(row["recall_with_check"]["value"]),
            "–" if row["points"] is None else f"{row['points']:+.1f}",
        ]
        for name, row in table.items()
    ]
    head = ["Change", "Draws changed", "Recall", "95 % interval", "With check", "Points"]
    return element(
        "div",
        element("h3", "Slips and shapes of typing"),
        html.table(head, rows),
        _small(
            f"Emergency recall with each change, in {DRAWS} draws of each emergency, or in one of "
            "some, without the draws that changed nothing; points against the same messages "
            "as they are. Draws of one message are alike, so "
            f"the intervals of {DRAWS} are too narrow."
        ),
    )


def _conversations(totals: Mapping[str, Any]) -> Markup:
    title = f"{totals['conversations']} conversations, {totals['turns']} turns"
    return _shares(title, "Turns", totals, CONVERSATION_FIGURES)


def _shares(title: str, of: str, totals: Mapping[str, Any], figures: Sequence[Figure]) -> Markup:
    rows = [
        [figure.title, percent(found["value"]), f"{found['hits']}/{found['of']}"]
        for figure in figures
        for found in [totals["figures"][figure.name]]
    ]
    table = html.table(["Figure", "Share", of], rows)
    return element("div", element("h3", title), table)


def _form_answers(totals: Mapping[str, Any]) -> Markup:
    title = f"{totals['messages']} messages at the questions of the hand-over"
    return _shares(title, "Messages", totals, ANSWER_FIGURES)


def _question_answers(totals: Mapping[str, Any]) -> Markup:
    title = f"{totals['messages']} messages at the yes-or-no questions"
    return _shares(title, "Messages", totals, QUESTION_FIGURES)
