"""Chooses the four thresholds of the net by what they find and what they cost, and shows the curve.

What they find is judged on the development set, what they cost on ordinary messages. Each is the
highest one that still finds its share (`AIMS`): higher costs a miss, lower a false alarm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.content.labels import top_level
from bot.evaluation.heldout import background as own_background
from bot.nlu.corpus import development_set
from bot.nlu.encoder import Encoder
from bot.nlu.ngrams import NgramModel
from bot.nlu.predictions import top_level_probabilities
from bot.nlu.readings import Readings
from bot.safety import rules
from bot.safety.fusion import fusion, log_odds, probability

THRESHOLDS_FILE = Path(rules.__file__).with_name("thresholds.yml")
# Of each threshold: the top level it finds, and the share of it that must lie at or above. The
# rules find a few more, and a lead of either kind counts for both.
AIMS = {
    "emergency": ("emergency", 0.975),
    "check": ("emergency", 0.996),
    "crisis": ("crisis", 0.925),
    "crisis_check": ("crisis", 0.978),
}


@dataclass(frozen=True)
class Point:
    """A point of a curve.

    Attributes:
        threshold: the score.
        found: the share of emergencies, or of crises, at or above it.
        calm: the share of the development set's messages without either.
        ordinary: the share of ordinary messages.
    """

    threshold: float
    found: float
    calm: float
    ordinary: float


@dataclass(frozen=True)
class Chosen:
    """The thresholds by name, and the curve of each top level on which they were chosen."""

    thresholds: dict[str, float]
    curves: dict[str, list[Point]]


def ordinary(folder: Path | None) -> list[str]:
    """Returns ordinary messages of people in no danger.

    Args:
        folder: files of JSON lines with a `text`. Only lines of even number are read, so that the
            others may judge, and none that is marked `crisis`. None for the project's own.
    """
    if folder is None:
        return [one.text for one in own_background()]
    files = sorted(folder.glob("*.jsonl"))
    rows = [
        json.loads(line)
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()[1::2]
    ]
    return [row["text"] for row in rows if not row.get("crisis")]


def scores(texts: Sequence[str], ngrams: NgramModel, encoder: Encoder) -> dict[str, np.ndarray]:
    """Returns the net's scores of danger and of a crisis: the graver of a message's readings."""
    found: dict[str, list[float]] = {"emergency": [], "crisis": []}
    for text in texts:
        read = [
            (encoder.encode(one), top_level_probabilities(ngrams.probabilities(one)))
            for one in Readings.of(text).neutral
        ]
        words = float(rules.crisis_cue(text))
        for top, table in (("emergency", fusion().danger), ("crisis", fusion().crisis)):
            beside = {"words": words} if top == "crisis" else {}
            found[top].append(
                max(
                    probability(
                        table,
                        {"encoder": dense.log_odds(top), "ngrams": log_odds(sparse[top]), **beside},
                    )
                    for dense, sparse in read
                )
            )
    return {top: np.array(values) for top, values in found.items()}


def choose(ordinary: Sequence[str], ngrams: NgramModel, encoder: Encoder) -> Chosen:
    """Scores the development set and ordinary messages with the weights in force, and chooses."""
    judged = development_set()
    tops = np.array([top_level(one.label) for one in judged])
    of_judged = scores([one.text for one in judged], ngrams, encoder)
    of_ordinary = scores(ordinary, ngrams, encoder)
    is_calm = ~np.isin(tops, list(of_judged))
    chosen, curves = {}, {}
    for name, (top, aim) in AIMS.items():
        found = np.sort(of_judged[top][tops == top])
        # Rounded down, so that the aim is kept.
        least = found[int((1 - aim) * len(found))]
        chosen[name] = float(np.floor(least * 1000) / 1000)
    for top, values in of_judged.items():
        grid = sorted({*np.round(np.geomspace(0.005, 0.9, 16), 3), *chosen.values()})
        curves[top] = [
            Point(
                float(one),
                float((values[tops == top] >= one).mean()),
                float((values[is_calm] >= one).mean()),
                float((of_ordinary[top] >= one).mean()),
            )
            for one in grid
        ]
    return Chosen(chosen, curves)


def write(chosen: dict[str, float], path: Path = THRESHOLDS_FILE) -> None:
    """Puts the thresholds into their file; all else in it stays."""
    text = path.read_text(encoding="utf-8")
    for name, value in chosen.items():
        text, found = re.subn(rf"^{name}: [\d.]+", f"{name}: {value:g}", text, flags=re.MULTILINE)
        if found != 1:
            raise ValueError(f"{path}: no line for {name}")
    path.write_text(text, encoding="utf-8")


def table(top: str, points: Sequence[Point]) -> str:
    """Returns a curve as lines of text."""
    head = f"{top:>9}  {'found':>7} {'calm':>7} {'ordinary':>9}"
    return "\n".join(
        [
            head,
            *(
                f"{one.threshold:9.3f}  {one.found:7.1%} {one.calm:7.1%} {one.ordinary:9.1%}"
                for one in points
            ),
        ]
    )
