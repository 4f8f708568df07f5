"""Single messages and labels, to study errors: of the development set, never of the blind set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.evaluation.changes import Swapped
from bot.evaluation.conversations import Taken
from bot.evaluation.form_answers import TakenAnswer
from bot.evaluation.judge import Judged
from bot.evaluation.metrics import (
    CurvePoint,
    LabelFigures,
    most_confused,
    per_label,
    threshold_curve,
)
from bot.evaluation.questions import TakenReply
from bot.evaluation.totals import got_emergency, is_emergency
from bot.safety import danger

_WORST = 10
# Where the curve looks: even steps in log-odds, for scores crowd near 0 and 1.
_STEPS = [1 / (1 + math.exp(-step / 20)) for step in range(-138, 139)]


@dataclass(frozen=True)
class Details:
    """What the report of an open set holds beside the totals.

    Attributes:
        curve: recall and false alarms at other thresholds.
        labels: figures of each label.
        confused: (truth, answer) and how often, most often first.
        misses: emergencies without the emergency answer, lowest score first.
        false_alarms: other messages with it, highest score first.
        errors: messages with a wrong label, emergencies first.
        swaps: by name, the swapped messages whose reading changed.
        conversations: the turns of each conversation.
        form_answers: what was typed at the hand-over's questions.
        question_answers: what was typed at the yes-or-no questions.
    """

    curve: list[CurvePoint]
    labels: list[LabelFigures]
    confused: list[tuple[tuple[str, str], int]]
    misses: list[Judged]
    false_alarms: list[Judged]
    errors: list[Judged]
    swaps: dict[str, list[Swapped]]
    conversations: Sequence[Sequence[Taken]]
    form_answers: Sequence[TakenAnswer]
    question_answers: Sequence[TakenReply]

    def as_dict(self) -> dict[str, Any]:
        """For the JSON report: the threshold curve, and errors with their text."""
        return {
            "threshold_curve": [
                {name: round(value, 6) for name, value in asdict(point).items()}
                for point in self.curve
            ],
            "misses": [_listed(one) for one in self.misses],
            "false_alarms": [_listed(one) for one in self.false_alarms],
            "errors": [_listed(one) for one in self.errors],
        }


def _listed(one: Judged) -> dict[str, Any]:
    return {
        "text": one.example.text,
        "meant": one.example.label,
        "answered": one.reading.label,
        "tier": one.reading.tier,
        "score": round(one.reading.score, 4),
        "confidence": round(one.reading.confidence, 4),
    }


def study(
    judged: Sequence[Judged],
    swapped: Mapping[str, Sequence[Swapped]],
    held: Sequence[Sequence[Taken]],
    answered: Sequence[TakenAnswer],
    replied: Sequence[TakenReply],
) -> Details:
    """Pick out what there is to learn from."""
    pairs = [(one.example.label, one.reading.label) for one in judged]
    misses = [one for one in judged if is_emergency(one) and not got_emergency(one)]
    alarms = [one for one in judged if not is_emergency(one) and got_emergency(one)]
    return Details(
        curve=curve_of(judged),
        labels=per_label(pairs),
        confused=most_confused(pairs),
        misses=sorted(misses, key=lambda one: one.reading.score)[:_WORST],
        false_alarms=sorted(alarms, key=lambda one: -one.reading.score)[:_WORST],
        errors=sorted(
            (one for one in judged if one.example.label != one.reading.label),
            key=lambda one: (not is_emergency(one), one.example.label, one.reading.label),
        ),
        swaps={
            name: changed
            for name, items in swapped.items()
            if (changed := [one for one in items if not one.unchanged])
        },
        conversations=held,
        form_answers=answered,
        question_answers=replied,
    )


def curve_of(judged: Sequence[Judged]) -> list[CurvePoint]:
    """The threshold curve of a set."""
    no_emergencies = [one for one in judged if not is_emergency(one)]
    return threshold_curve(
        [one.reading.score for one in judged if is_emergency(one)],
        [one.reading.score for one in no_emergencies if one.example.near_miss],
        [one.reading.score for one in no_emergencies if not one.example.near_miss],
        _STEPS,
    )


def evidence_of(one: Judged) -> dict[str, object]:
    """The pieces of evidence behind a danger score, and what the word and grammar rules saw."""
    seen = danger.rule_features(one.example.text)
    return {**one.reading.evidence, **{name: f"{value:g}" for name, value in seen.items() if value}}
