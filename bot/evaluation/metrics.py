"""Figures from plain numbers: shares with intervals, calibration, threshold curve, confusion.

docs/evaluation.md says how each is to be read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Item = TypeVar("Item")
# Standard normal quantile for an interval that covers 95 %.
_Z95 = 1.959964
_BINS = 10


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None of nothing."""
        return round(self.hits / self.of, 4) if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share; None of nothing."""
        return wilson(self.hits, self.of) if self.of else None

    def as_dict(self) -> dict[str, Any]:
        """For a JSON report."""
        low, high = self.interval or (None, None)
        return {"value": self.value, "hits": self.hits, "of": self.of, "low": low, "high": high}


def share(items: Iterable[Item], holds: Callable[[Item], bool]) -> Share:
    """The share of items for which something holds."""
    outcomes = [holds(item) for item in items]
    return Share(sum(outcomes), len(outcomes))


def totals(shares: Mapping[str, Share], **counts: int) -> dict[str, Any]:
    """What the JSON report says of a part of a set: no message.

    Args:
        shares: by the names told in docs/evaluation.md.
        counts: how many of what were measured.

    Returns:
        The counts by their names, and the `figures`.
    """
    return {**counts, "figures": {name: found.as_dict() for name, found in shares.items()}}


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % score interval for a share; `of` must be above 0."""
    p, z = hits / of, _Z95
    centre = p + z * z / (2 * of)
    spread = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return (
        round(max(0.0, (centre - spread) / scale), 4),
        round(min(1.0, (centre + spread) / scale), 4),
    )


@dataclass(frozen=True)
class Bin:
    """Messages with similar predictions.

    Attributes:
        messages: how many.
        predicted: mean of their predictions, 0 to 1.
        actual: share of them for which it was true.
    """

    messages: int
    predicted: float
    actual: float


def equal_mass_bins(predicted: Sequence[float], actual: Sequence[bool]) -> list[Bin]:
    """Split predictions into ten bins of about equal size, lowest first.

    Equal predictions stay in one bin, so that the order of messages in a file has no influence;
    there may be fewer bins then.
    """
    pairs = sorted(zip(predicted, actual, strict=True))
    found, start = [], 0
    for number in range(1, _BINS + 1):
        end = max(start, round(number * len(pairs) / _BINS))
        while 0 < end < len(pairs) and pairs[end][0] == pairs[end - 1][0]:
            end += 1
        if end > start:
            found.append(_bin(pairs[start:end]))
        start = end
    return found


def _bin(pairs: Sequence[tuple[float, bool]]) -> Bin:
    size = len(pairs)
    return Bin(
        messages=size,
        predicted=round(sum(value for value, _ in pairs) / size, 4),
        actual=round(sum(truth for _, truth in pairs) / size, 4),
    )


def expected_calibration_error(bins: Sequence[Bin]) -> float | None:
    """Mean distance between predicted and actual over the bins, weighted by size."""
    messages = sum(one.messages for one in bins)
    if not messages:
        return None
    distance = sum(one.messages * abs(one.predicted - one.actual) for one in bins)
    return round(distance / messages, 4)


@dataclass(frozen=True)
class CurvePoint:
    """What a threshold would give: shares of each kind of message with a score at or above it."""

    threshold: float
    emergencies: float
    near_misses: float
    others: float


def threshold_curve(
    emergencies: Sequence[float],
    near_misses: Sequence[float],
    others: Sequence[float],
    thresholds: Iterable[float],
) -> list[CurvePoint]:
    """Recall and false alarms as the threshold moves.

    Args:
        emergencies: danger scores of emergencies.
        near_misses: danger scores of near misses.
        others: danger scores of all other messages.
        thresholds: at which to look.
    """
    return [
        CurvePoint(
            threshold=limit,
            emergencies=_at_or_above(emergencies, limit),
            near_misses=_at_or_above(near_misses, limit),
            others=_at_or_above(others, limit),
        )
        for limit in thresholds
    ]


def _at_or_above(scores: Sequence[float], limit: float) -> float:
    return sum(score >= limit for score in scores) / len(scores) if scores else 0.0


def confusion(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Counts by truth, then by answer."""
    table: dict[str, dict[str, int]] = {}
    for truth, answer in pairs:
        row = table.setdefault(truth, {})
        row[answer] = row.get(answer, 0) + 1
    return table


@dataclass(frozen=True)
class LabelFigures:
    """One label's figures; precision or recall is None of nothing."""

    label: str
    messages: int
    precision: Share
    recall: Share


def per_label(pairs: Sequence[tuple[str, str]]) -> list[LabelFigures]:
    """Precision and recall of each label that is the truth of a message, by name."""
    truths, answers = Counter(t for t, _ in pairs), Counter(a for _, a in pairs)
    right = Counter(truth for truth, answer in pairs if truth == answer)
    return [
        LabelFigures(
            label=label,
            messages=truths[label],
            precision=Share(right[label], answers[label]),
            recall=Share(right[label], truths[label]),
        )
        for label in sorted(truths)
    ]


def most_confused(
    pairs: Iterable[tuple[str, str]], most: int = 15
) -> list[tuple[tuple[str, str], int]]:
    """The (truth, answer) pairs that are wrong most often, with their counts."""
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    return sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:most]


def percent(value: float | None, digits: int = 1) -> str:
    """A share of 1 as people read it."""
    return "–" if value is None else f"{100 * value:.{digits}f} %"
