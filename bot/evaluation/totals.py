"""Totals of a set: they hold no message, so they may be shown of the blind set too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, get_args

from bot.content.labels import top_level
from bot.evaluation.judge import Judged
from bot.evaluation.metrics import (
    Bin,
    Share,
    confusion,
    equal_mass_bins,
    expected_calibration_error,
    share,
)
from bot.evaluation.sets import GroupKind
from bot.evaluation.targets import FIGURES
from bot.safety.fusion import fusion, log_odds, sigmoid

NOT_UNDERSTOOD = "nlu_fallback"
_TURNED_AWAY = ("out_of_scope", NOT_UNDERSTOOD)
# A group with fewer emergencies is shown, but is not the worst: a single miss would decide it.
LEAST_GROUP = 10
# Between these a danger score is unsure. Most scores are beyond, and fill the bins of equal size.
IN_DOUBT = (0.02, 0.98)


def measure(judged: Sequence[Judged]) -> dict[str, Any]:
    """Everything that the JSON report says of a set's messages.

    Returns:
        `messages`, and `figures`, `groups`, `calibration`, `confusion` and `label_confusion` as
        told in docs/evaluation.md; shares are shares of 1.
    """
    groups = _by_group(judged)
    calibration = _calibration(judged)
    values: dict[str, Share | float | None] = {
        **_shares(judged),
        "worst_group_gap": max((row["gap"] for row in groups if row["counts"]), default=None),
        **{
            f"calibration_error_{name}": expected_calibration_error(bins)
            for name, bins in calibration.items()
        },
    }
    figures = {figure.name: _described(values[figure.name], figure) for figure in FIGURES}
    for name, bins in calibration.items():
        figures[f"calibration_error_{name}"]["messages"] = sum(one.messages for one in bins)
    return {
        "messages": len(judged),
        "figures": figures,
        "groups": groups,
        "calibration": {name: [asdict(one) for one in bins] for name, bins in calibration.items()},
        "confusion": confusion(
            (top_level(one.example.label), one.reading.top_level) for one in judged
        ),
        "label_confusion": confusion((one.example.label, one.reading.label) for one in judged),
    }


def is_emergency(one: Judged) -> bool:
    """Whether a message is an emergency by its label."""
    return top_level(one.example.label) == "emergency"


def is_crisis(one: Judged) -> bool:
    """Whether a message tells of suicide or self-harm by its label."""
    return top_level(one.example.label) == "crisis"


def got_emergency(one: Judged) -> bool:
    """Whether a message got the emergency answer."""
    return one.reading.tier == "emergency"


def got_crisis(one: Judged) -> bool:
    """Whether a message got the crisis answer, alone or after the emergency answer."""
    return one.reading.crisis_tier == "crisis"


def _described(value: Share | float | None, figure: Any) -> dict[str, Any]:
    shown = value.as_dict() if isinstance(value, Share) else {"value": value}
    return {**shown, "target": figure.target, "met": figure.met(shown["value"])}


def _shares(judged: Sequence[Judged]) -> dict[str, Share]:
    def of(top: str) -> list[Judged]:
        return [one for one in judged if top_level(one.example.label) == top]

    emergencies, crises, out_of_scope = of("emergency"), of("crisis"), of("out_of_scope")
    no_emergencies = [one for one in judged if not is_emergency(one)]
    no_crises = [one for one in judged if not is_crisis(one)]
    in_scope = [one for one in judged if top_level(one.example.label) != "out_of_scope"]
    return {
        "emergency_recall": share(emergencies, got_emergency),
        "emergency_recall_with_check": share(emergencies, lambda one: one.reading.tier != "none"),
        "false_emergencies_near_misses": share(
            [one for one in no_emergencies if one.example.near_miss], got_emergency
        ),
        "false_emergencies_others": share(
            [one for one in no_emergencies if not one.example.near_miss], got_emergency
        ),
        "check_of_non_emergencies": share(no_emergencies, lambda one: one.reading.tier == "check"),
        "crisis_recall": share(crises, got_crisis),
        "crisis_recall_with_check": share(crises, _life_at_risk_noticed),
        "false_crises": share(no_crises, got_crisis),
        "top_level_accuracy": share(judged, _right_top_level),
        "label_accuracy": share(judged, _right_label),
        "out_of_scope_recall": share(
            out_of_scope, lambda one: one.reading.top_level in _TURNED_AWAY
        ),
        "in_scope_kept": share(in_scope, lambda one: one.reading.top_level not in _TURNED_AWAY),
    }


def _right_top_level(one: Judged) -> bool:
    return one.reading.top_level == top_level(one.example.label)


def _right_label(one: Judged) -> bool:
    return one.reading.label == one.example.label


def _life_at_risk_noticed(one: Judged) -> bool:
    return (
        one.reading.top_level in ("crisis", "emergency")
        or one.reading.tier != "none"
        or one.reading.crisis_tier != "none"
    )


def _calibration(judged: Sequence[Judged]) -> dict[str, list[Bin]]:
    """The bins of each score and confidence; `nlu_fallback` claims no label and no top level."""
    claimed = [one for one in judged if one.reading.top_level != NOT_UNDERSTOOD]
    low, high = IN_DOUBT
    emergencies, crises = list(map(is_emergency, judged)), list(map(is_crisis, judged))
    danger = _as_in_the_set([one.reading.score for one in judged], emergencies, "danger")
    crisis = _as_in_the_set([one.reading.crisis_score for one in judged], crises, "crisis")
    in_doubt = [pair for pair in zip(danger, emergencies, strict=True) if low <= pair[0] <= high]
    return {
        "danger": equal_mass_bins(danger, emergencies),
        "danger_in_doubt": equal_mass_bins(
            [score for score, _ in in_doubt], [truth for _, truth in in_doubt]
        ),
        "crisis": equal_mass_bins(crisis, crises),
        "top_level": _bins(claimed, lambda one: one.reading.confidence, _right_top_level),
        "label": _bins(claimed, lambda one: one.reading.label_confidence, _right_label),
    }


def _as_in_the_set(scores: Sequence[float], truths: Sequence[bool], kind: str) -> list[float]:
    """Scores tell how likely something is in daily use; returns how likely it is in this set."""
    rate, actual = fusion().base_rates[kind], sum(truths) / max(1, len(truths))
    if actual in (0, 1):
        return list(scores)
    shift = log_odds(actual) - log_odds(rate)
    return [sigmoid(log_odds(score) + shift) for score in scores]


def _bins(
    judged: Sequence[Judged],
    predicted: Callable[[Judged], float],
    actual: Callable[[Judged], bool],
) -> list[Bin]:
    return equal_mass_bins([predicted(one) for one in judged], [actual(one) for one in judged])


def _by_group(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """One row for each value of each kind of group."""
    overall = share([one for one in judged if is_emergency(one)], got_emergency).value
    rows = []
    for kind in get_args(GroupKind):
        for value in sorted({_value(one, kind) for one in judged}):
            members = [one for one in judged if _value(one, kind) == value]
            rows.append({"kind": kind, "value": value, **_group(members, overall)})
    return rows


def _value(one: Judged, kind: GroupKind) -> str:
    return str(one.example.group[kind]).lower()


def _group(members: Sequence[Judged], overall: float | None) -> dict[str, Any]:
    emergencies = [one for one in members if is_emergency(one)]
    recall = share(emergencies, got_emergency)
    gap = None if overall is None or recall.value is None else round(overall - recall.value, 4)
    return {
        "messages": len(members),
        "recall": recall.as_dict(),
        "recall_with_check": share(emergencies, lambda one: one.reading.tier != "none").as_dict(),
        "false_emergencies": share(
            [one for one in members if not is_emergency(one)], got_emergency
        ).as_dict(),
        "gap": gap,
        # Whether it is large enough for the headline, and whether the gap is more than chance.
        "counts": len(emergencies) >= LEAST_GROUP,
        "below_all": bool(
            gap and recall.interval and overall is not None and recall.interval[1] < overall
        ),
    }
