"""The evaluation counts what it says it counts."""

from __future__ import annotations

from bot.evaluation.evaluate import Example, Judged, measure

GROUP = {
    "relation": "ex",
    "victim": "woman",
    "style": "standard",
    "length": "terse",
    "typos": False,
}


def judged(label, got, tier="none", *, near_miss=False, crisis_tier="none", style="standard"):
    example = Example(text="x", label=label, group={**GROUP, "style": style}, near_miss=near_miss)
    return Judged(
        example=example,
        top_level=got.partition("/")[0],
        label=got,
        tier=tier,
        crisis_tier=crisis_tier,
    )


def test_emergencies_and_false_alarms_are_told_apart():
    totals = measure(
        [
            judged("emergency/held", "emergency/held", "emergency"),
            judged("emergency/held", "advice/law", "check", style="dialect"),
            judged("emergency/held", "advice/law"),
            judged("emergency/held", "emergency/attack", "emergency"),
            judged("reporting/past", "emergency/held", "emergency", near_miss=True),
            judged("reporting/past", "reporting/past", near_miss=True),
            judged("advice/law", "advice/law", "check"),
            judged("advice/law", "emergency/held", "emergency"),
            judged("greet", "greet"),
        ]
    )
    assert totals["emergency_recall"] == 0.5
    assert totals["emergency_recall_with_check"] == 0.75
    assert totals["false_emergencies_near_misses"] == 0.5
    assert totals["false_emergencies_others"] == 0.3333
    assert totals["check_of_non_emergencies"] == 0.2
    assert totals["top_level_accuracy"] == 0.5556
    assert totals["label_accuracy"] == 0.4444
    groups = totals["emergency_recall_by_group"]["style"]
    assert groups["dialect"] == {"messages": 1, "recall": 0.0, "recall_with_check": 1.0}


def test_crises_and_scope():
    totals = measure(
        [
            judged("crisis/suicidal", "crisis/suicidal", crisis_tier="crisis"),
            judged("crisis/suicidal", "advice/law", crisis_tier="check"),
            judged("crisis/suicidal", "greet"),
            judged("crisis/suicidal", "greet"),
            judged("out_of_scope/off_topic", "nlu_fallback"),
            judged("out_of_scope/off_topic", "advice/law"),
            judged("greet", "crisis/suicidal", crisis_tier="crisis"),
            judged("greet", "out_of_scope/gibberish"),
        ]
    )
    assert totals["crisis_recall"] == 0.25
    assert totals["crisis_recall_with_check"] == 0.5
    assert totals["false_crises"] == 0.25
    assert totals["out_of_scope_recall"] == 0.5
    assert totals["in_scope_kept"] == 0.8333


def test_nothing_to_measure_is_no_figure():
    assert measure([])["emergency_recall"] is None
