"""Plots of the evaluation report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.evaluation.metrics import Bin, CurvePoint
from bot.report import svg

_EMERGENCIES, _NEAR_MISSES, _OTHERS, _GREY = svg.BLUE, svg.ORANGE, svg.GREEN, svg.GREY


def threshold_curve(points: Sequence[CurvePoint], thresholds: Mapping[str, float]) -> str:
    """Emergency recall and false alarms as the threshold moves.

    Args:
        points: the curve.
        thresholds: those in force, by name; each gets a line.
    """
    with svg.canvas(7.6, 4.3) as (figure, axes):
        x = [point.threshold for point in points]
        for values, color, style, name in (
            ([one.emergencies for one in points], _EMERGENCIES, "-", "emergencies (recall)"),
            ([one.near_misses for one in points], _NEAR_MISSES, "--", "near misses (false alarms)"),
            ([one.others for one in points], _OTHERS, "-.", "other messages (false alarms)"),
        ):
            axes.plot(x, values, style, color=color, linewidth=2, label=name)
        # The lower thresholds' names stand left of their lines, the highest's right of its own.
        highest = max(thresholds.values())
        for name, value in thresholds.items():
            axes.axvline(value, color=_GREY, linewidth=1.2, linestyle=":")
            axes.annotate(
                f"{name} {value:g}",
                (value, 1.02),
                xycoords=("data", "axes fraction"),
                ha="left" if value == highest else "right",
                color="#374151",
            )
        axes.set_xscale("logit")
        ticks = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlim(0.001, 0.999)
        axes.set_ylim(0, 1.0)
        axes.set_xlabel("threshold of the danger score (log-odds scale)")
        axes.set_ylabel("share with a score at or above it")
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        return svg.text(figure)


def reliability(bins: Sequence[Bin], predicted: str, actual: str) -> str:
    """How often it was true, against how likely it was said to be.

    Args:
        bins: messages with similar predictions.
        predicted: name of the horizontal axis.
        actual: name of the vertical axis.
    """
    with svg.canvas(4.4, 4.2) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle=":")
        axes.plot(
            [one.predicted for one in bins],
            [one.actual for one in bins],
            "o-",
            color=_EMERGENCIES,
            linewidth=1.5,
            markersize=6,
            clip_on=False,
        )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_aspect("equal")
        axes.set_xlabel(predicted)
        axes.set_ylabel(actual)
        return svg.text(figure)
