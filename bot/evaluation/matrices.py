"""Tables of what was meant (rows) and what was understood (columns). They hold counts only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.content.labels import top_level
from bot.report import html
from bot.report.html import Markup, element

Confusion = Mapping[str, Mapping[str, int]]
_ELSEWHERE = "elsewhere"


def of_top_levels(confusion: Confusion) -> Markup:
    """One table of all top levels, the most frequent first."""
    truths = sorted(confusion, key=lambda name: (-sum(confusion[name].values()), name))
    answers = [*truths, *sorted({a for row in confusion.values() for a in row} - set(truths))]
    return element(
        "div",
        element("h3", "Top levels: meant (rows), answered (columns)"),
        _matrix(truths, answers, confusion),
    )


def of_labels(confusion: Confusion) -> Markup:
    """One table for each top level that has topics, closed until it is pressed."""
    tops = sorted({top_level(label) for label in confusion})
    within = {top: {m: row for m, row in confusion.items() if top_level(m) == top} for top in tops}
    return element(
        "div",
        element("h3", "Labels: meant (rows), answered (columns)"),
        *(_of_one_top_level(top, rows) for top, rows in within.items() if {top} != set(rows)),
    )


def _of_one_top_level(top: str, confusion: Confusion) -> Markup:
    rows = {meant: _with_elsewhere(top, row) for meant, row in confusion.items()}
    mixed = sorted(_mixed_up(rows))
    never = sorted(set(rows) - set(mixed))
    columns = [label for label in mixed if label != _ELSEWHERE]
    names = {label: label.partition("/")[2] or label for label in {*rows, *mixed}}
    # "Elsewhere" first: a wide table is seen from the left.
    parts = []
    if mixed:
        meant = [one for one in columns if one in rows]
        parts.append(_matrix(meant, [_ELSEWHERE, *columns], rows, names))
    if never:
        unmixed = ", ".join(names[label] for label in never)
        parts.append(element("p", f"Never mixed up: {unmixed}.", attributes={"class": "note"}))
    return html.folded(_title(top, rows), *parts)


def _with_elsewhere(top: str, row: Mapping[str, int]) -> dict[str, int]:
    """A row with all labels of other top levels in one column."""
    own = {answer: count for answer, count in row.items() if top_level(answer) == top}
    away = sum(row.values()) - sum(own.values())
    return {**own, _ELSEWHERE: away} if away else own


def _mixed_up(rows: Confusion) -> set[str]:
    """The labels that were taken for another, or another for them."""
    wrong = [(meant, answer) for meant, row in rows.items() for answer in row if answer != meant]
    return {label for pair in wrong for label in pair}


def _title(top: str, rows: Confusion) -> str:
    messages = sum(sum(row.values()) for row in rows.values())
    right = sum(row.get(meant, 0) for meant, row in rows.items())
    away = sum(row.get(_ELSEWHERE, 0) for row in rows.values())
    return (
        f"{top}: {messages} messages, {right} right, "
        f"{messages - right - away} as another label of it, {away} elsewhere"
    )


def _matrix(
    truths: Sequence[str],
    answers: Sequence[str],
    confusion: Confusion,
    names: Mapping[str, str] | None = None,
) -> Markup:
    """Counts, coloured by how much of its row each holds.

    Args:
        truths: the rows.
        answers: the columns.
        confusion: the counts, by row and column.
        names: what rows and columns are called, where that is not their key.
    """
    shown = names or {}
    rows = []
    for truth in truths:
        total = sum(confusion[truth].values())
        cells: list[Any] = [shown.get(truth, truth)]
        for answer in answers:
            count = confusion[truth].get(answer, 0)
            cells.append(
                html.shaded(count, count / total, right=answer == truth)
                if count
                else html.cell("·", kind="blank")
            )
        rows.append([*cells, total])
    head = ["", *(shown.get(answer, answer) for answer in answers), "all"]
    return html.table(head, rows, kind="matrix")
