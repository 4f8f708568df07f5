"""Judged messages for the tests."""

from __future__ import annotations

from bot.evaluation.judge import Judged, Reading
from bot.evaluation.sets import Example

GROUP = {
    "relation": "ex",
    "victim": "woman",
    "style": "standard",
    "length": "terse",
    "typos": False,
}


def judged(
    label,
    got,
    tier="none",
    *,
    text="x",
    near_miss=False,
    crisis_tier="none",
    score=0.0,
    confidence=0.5,
    evidence=None,
    **group,
):
    return Judged(
        example=Example(text=text, label=label, group={**GROUP, **group}, near_miss=near_miss),
        reading=reading(got, tier, crisis_tier, score, confidence, evidence),
    )


def reading(got, tier="none", crisis_tier="none", score=0.0, confidence=0.5, evidence=None):
    return Reading(
        top_level=got.partition("/")[0],
        label=got,
        confidence=confidence,
        tier=tier,
        score=score,
        crisis_tier=crisis_tier,
        evidence=evidence or {},
    )
