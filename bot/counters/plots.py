"""Plots of the counters' report. They are given rounded numbers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bot.report import svg


def days(days: Sequence[dt.date], series: Mapping[str, Sequence[int | None]], small: int) -> str:
    """One bar for each day and series; None is a number too small to be told.

    Args:
        days: in order.
        series: up to two, by name.
        small: numbers below this are not told.
    """
    with svg.canvas(9, 3.2) as (figure, axes):
        axes.axhspan(0, small, color="#f3f4f6", label=f"fewer than {small}: not told")
        width = 0.8 / len(series)
        for place, ((name, values), color) in enumerate(
            zip(series.items(), (svg.BLUE, svg.ORANGE), strict=False)
        ):
            at = [index - 0.4 + (place + 0.5) * width for index in range(len(days))]
            axes.bar(at, [value or 0 for value in values], width, color=color, label=name)
        step = max(1, len(days) // 12)
        shown = range(0, len(days), step)
        axes.set_xticks(list(shown), [f"{days[index]:%d %b}" for index in shown])
        axes.set_xlim(-0.5, len(days) - 0.5)
        axes.set_ylim(bottom=0)
        axes.grid(axis="x", visible=False)
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        return svg.text(figure)


def bars(values: Mapping[str, int | None], axis: str) -> str:
    """One bar for each name, those that can be told.

    Args:
        values: name -> number; None is a number too small to be told.
        axis: what the names are.
    """
    with svg.canvas(4.4, 3.2) as (figure, axes):
        axes.bar(list(values), [value or 0 for value in values.values()], color=svg.BLUE)
        axes.set_xlabel(axis)
        axes.set_ylim(bottom=0)
        axes.grid(axis="x", visible=False)
        return svg.text(figure)
