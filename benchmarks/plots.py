"""Plots of the two reports as SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.report import svg

_COLORS = (svg.BLUE, svg.ORANGE, svg.GREEN, svg.GREY, "#7c3aed")
_STYLES = ("-", "--", "-.", ":", "-")

Line = Sequence[tuple[float, float]]


def bars(values: Mapping[str, float], unit: str) -> str:
    """One bar for each name, with its value written beside it."""
    with svg.canvas(5.6, 0.6 + 0.4 * len(values)) as (figure, axes):
        names = list(values)
        drawn = axes.barh(names, list(values.values()), color=_COLORS[0], height=0.6)
        axes.bar_label(drawn, fmt="%.3g", padding=3)
        axes.invert_yaxis()
        axes.margins(x=0.15)
        axes.grid(visible=False)
        axes.set_xlabel(unit)
        return svg.text(figure)


def lines(
    named: Mapping[str, Line],
    x: str,
    y: str,
    *,
    logarithmic: bool = False,
    mark: tuple[float, str] | None = None,
) -> str:
    """One line for each name.

    Args:
        named: points (x, y) of each line.
        x: name of the horizontal axis.
        y: name of the vertical axis.
        logarithmic: the vertical axis is.
        mark: a place on the horizontal axis and what is there.
    """
    with svg.canvas(7.6, 4.3) as (figure, axes):
        for number, (name, points) in enumerate(named.items()):
            color, style = _COLORS[number % len(_COLORS)], _STYLES[number % len(_STYLES)]
            axes.plot(*zip(*points, strict=True), style, color=color, linewidth=2, label=name)
        if mark:
            axes.axvline(mark[0], color="#374151", linewidth=1.2, linestyle=":")
            axes.annotate(mark[1], (mark[0], 1.02), xycoords=("data", "axes fraction"), ha="center")
        if logarithmic:
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        axes.set_xlim(left=0)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        return svg.text(figure)
