"""The parts of the report about single messages and labels: of the development set only."""

from __future__ import annotations

from collections.abc import Mapping

from bot.evaluation import plots
from bot.evaluation.changes import Swapped
from bot.evaluation.details import Details, evidence_of
from bot.evaluation.judge import Judged
from bot.evaluation.metrics import percent
from bot.report import html
from bot.report.html import Markup, element


def curve(details: Details, thresholds: Mapping[str, float]) -> Markup:
    """What other thresholds would have caught."""
    svg = plots.threshold_curve(details.curve, thresholds)
    return element(
        "div",
        element("h3", "Other thresholds"),
        html.figure(svg, "What each threshold of the danger score would catch. Dotted: in force."),
    )


def labels(details: Details) -> Markup:
    """Figures of each label, and which are most often taken for another."""
    rows = [
        [one.label, one.messages, percent(one.precision.value, 0), percent(one.recall.value, 0)]
        for one in details.labels
    ]
    pairs = [[truth, answer, count] for (truth, answer), count in details.confused]
    return element(
        "div",
        element("h3", "Labels"),
        html.table(["Most confused: meant", "Answered", "Times"], pairs),
        html.folded(
            f"All {len(rows)} labels",
            html.table(["Label", "Messages", "Precision", "Recall"], rows),
        ),
    )


def worst(details: Details) -> Markup:
    """The worst misses and false alarms, with the evidence for each."""
    parts = []
    for title, items in (
        ("Worst misses", details.misses),
        ("Worst false alarms", details.false_alarms),
    ):
        rows = [
            [
                one.example.text,
                one.example.label,
                one.reading.label,
                one.reading.tier,
                f"{one.reading.score:.3f}",
                _evidence(one),
            ]
            for one in items
        ]
        head = ["Message", "Meant", "Answered", "Tier", "Score", "Evidence"]
        parts += [element("h3", title), html.table(head, rows, kind="texts")]
    return element("div", *parts)


def _evidence(one: Judged) -> str:
    return "; ".join(
        f"{name} {value:+.1f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in evidence_of(one).items()
    )


def errors(details: Details) -> Markup:
    """Every message with a wrong label."""
    rows = [
        [
            one.example.text,
            one.example.label,
            one.reading.label,
            one.reading.tier,
            f"{one.reading.score:.3f}",
            f"{one.reading.confidence:.2f}",
        ]
        for one in details.errors
    ]
    head = ["Message", "Meant", "Answered", "Tier", "Score", "Confidence"]
    return html.folded(
        f"All {len(rows)} messages with a wrong label", html.table(head, rows, kind="texts")
    )


def swap_changes(details: Details) -> Markup:
    """Every message that was read in another way once its words were swapped."""
    return element(
        "div",
        *(
            html.folded(
                f"Changed by the swap {name.replace('_', ' ')}: {len(items)}",
                html.table(
                    ["Message", "Swapped", "Before", "After"],
                    [[one.before.example.text, one.text, *_before_after(one)] for one in items],
                    kind="texts",
                ),
            )
            for name, items in details.swaps.items()
        ),
    )


def _before_after(one: Swapped) -> tuple[str, str]:
    before, after = one.before.reading, one.after
    return f"{before.label}, {before.tier}", f"{after.label}, {after.tier}"


def form_answers(details: Details) -> Markup:
    """Every message at the hand-over's questions; those taken otherwise than meant are marked."""
    rows = [
        [
            one.typed.text,
            one.typed.question,
            one.typed.kind,
            html.cell(one.outcome.value, kind="met" if one.is_right else "missed"),
            html.cell("led" if one.has_lead else "", kind="open"),
        ]
        for one in details.form_answers
    ]
    head = ["Message", "Asked for", "Meant", "Outcome", "Word of danger"]
    return html.folded("All messages", html.table(head, rows, kind="texts"))


def question_answers(details: Details) -> Markup:
    """Every message at a yes-or-no question; those taken otherwise than meant are marked."""
    rows = [
        [
            one.typed.text,
            one.typed.question,
            one.typed.kind,
            html.cell(one.outcome.value, kind="met" if one.is_right else "missed"),
            html.cell(one.stored or "", kind="open"),
        ]
        for one in details.question_answers
    ]
    head = ["Message", "Question", "Meant", "Outcome", "Taken for"]
    return html.folded("All messages", html.table(head, rows, kind="texts"))


def turns(details: Details) -> Markup:
    """Every turn of the conversations, in order; those answered otherwise than meant are marked."""
    rows = [
        [
            one.turn.text,
            one.turn.danger,
            one.turn.label,
            html.cell(one.outcome.value, kind="met" if one.is_led_right else "missed"),
            html.cell(one.label, kind="met" if one.is_understood else "missed"),
        ]
        for turns in details.conversations
        for one in turns
    ]
    head = ["Turn", "Meant", "Label", "Outcome", "Understood as"]
    return html.folded("All turns", html.table(head, rows, kind="texts"))
