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


def judged(label, got, tier="none", *, text="x", near_miss=False, **measured):
    """A message and its reading; `measured` are fields of the reading, and values of groups."""
    group = {kind: measured.pop(kind) for kind in GROUP if kind in measured}
    return Judged(
        example=Example(text=text, label=label, group={**GROUP, **group}, near_miss=near_miss),
        reading=reading(got, tier, **measured),
    )


def reading(got, tier="none", **measured):
    """A reading; fields that are not given are those of a message without danger."""
    calm = {
        "confidence": 0.5,
        "label_confidence": 0.5,
        "score": 0.0,
        "crisis_tier": "none",
        "crisis_score": 0.0,
    }
    return Reading(top_level=got.partition("/")[0], label=got, tier=tier, **calm | measured)
