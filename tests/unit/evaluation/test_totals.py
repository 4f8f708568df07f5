"""The evaluation counts what it says it counts."""

from __future__ import annotations

import pytest

from bot.evaluation.totals import measure
from bot.safety.fusion import fusion
from tests.unit.evaluation.judged import judged


def figures(*messages):
    return measure(messages)["figures"]


def values(*messages):
    return {name: figure["value"] for name, figure in figures(*messages).items()}


def test_emergencies_and_false_alarms_are_told_apart():
    totals = values(
        judged("emergency/held", "emergency/held", "emergency"),
        judged("emergency/held", "advice/law", "check"),
        judged("emergency/held", "advice/law"),
        judged("emergency/held", "emergency/attack", "emergency"),
        judged("reporting/past", "emergency/held", "emergency", near_miss=True),
        judged("reporting/past", "reporting/past", near_miss=True),
        judged("advice/law", "advice/law", "check"),
        judged("advice/law", "emergency/held", "emergency"),
        judged("greet", "greet"),
    )
    assert totals["emergency_recall"] == 0.5
    assert totals["emergency_recall_with_check"] == 0.75
    assert totals["false_emergencies_near_misses"] == 0.5
    assert totals["false_emergencies_others"] == 0.3333
    assert totals["check_of_non_emergencies"] == 0.2
    assert totals["top_level_accuracy"] == 0.5556
    assert totals["label_accuracy"] == 0.4444


def test_crises_and_scope():
    totals = values(
        judged("crisis/suicidal", "crisis/suicidal", crisis_tier="crisis"),
        judged("crisis/suicidal", "advice/law", crisis_tier="check"),
        judged("crisis/suicidal", "greet"),
        judged("crisis/suicidal", "greet"),
        judged("out_of_scope/off_topic", "nlu_fallback"),
        judged("out_of_scope/off_topic", "advice/law"),
        judged("greet", "crisis/suicidal", crisis_tier="crisis"),
        judged("greet", "out_of_scope/gibberish"),
    )
    assert totals["crisis_recall"] == 0.25
    assert totals["crisis_recall_with_check"] == 0.5
    assert totals["false_crises"] == 0.25
    assert totals["out_of_scope_recall"] == 0.5
    assert totals["in_scope_kept"] == 0.8333


def test_a_figure_says_whether_it_keeps_its_target():
    missed = figures(judged("emergency/held", "advice/law"))
    assert missed["emergency_recall"]["met"] is False
    assert missed["false_emergencies_others"]["met"] is None, "there is nothing to count"
    assert missed["false_crises"]["met"] is None, "it has no target"
    met = figures(judged("emergency/held", "emergency/held", "emergency"), judged("greet", "greet"))
    assert met["emergency_recall"]["met"] is True
    assert met["false_emergencies_others"]["met"] is True, "none is at most the target"
    alarm = figures(judged("greet", "emergency/held", "emergency"))
    assert alarm["false_emergencies_others"]["met"] is False


def emergencies(caught: int, missed: int, **group):
    return [
        *(judged("emergency/held", "emergency/held", "emergency", **group) for _ in range(caught)),
        *(judged("emergency/held", "advice/law", **group) for _ in range(missed)),
    ]


def group_of(totals, value):
    return next(row for row in totals["groups"] if row["value"] == value)


def test_the_worst_group_is_measured_against_all():
    totals = measure([*emergencies(90, 0, style="standard"), *emergencies(5, 5, style="dialect")])
    dialect = group_of(totals, "dialect")
    assert (dialect["recall"]["hits"], dialect["recall"]["of"]) == (5, 10)
    assert dialect["gap"] == 0.45
    assert dialect["below_all"], "5 of 10 where 95 of 100 are caught is no chance"
    assert totals["figures"]["worst_group_gap"]["value"] == 0.45
    assert group_of(totals, "standard")["gap"] == -0.05


def test_a_small_group_is_shown_but_is_not_the_worst():
    totals = measure([*emergencies(90, 1, style="standard"), *emergencies(8, 1, style="dialect")])
    small = group_of(totals, "dialect")
    assert small["gap"] > 0.05
    assert not small["counts"]
    assert not small["below_all"], "one miss of nine may be chance"
    # 89 of 99 share all other groups, so nothing there is worse than all.
    assert totals["figures"]["worst_group_gap"]["value"] == pytest.approx(0, abs=0.01)


def test_calibration_leaves_out_what_was_not_understood():
    totals = measure(
        [
            *(judged("greet", "greet", confidence=1.0) for _ in range(5)),
            *(judged("greet", "nlu_fallback", confidence=0.9) for _ in range(5)),
        ]
    )
    (only,) = totals["calibration"]["top_level"]
    assert only == {"messages": 5, "predicted": 1.0, "actual": 1.0}
    assert totals["figures"]["calibration_error_top_level"]["value"] == 0


@pytest.fixture
def as_common_as_in_the_set(monkeypatch):
    """Scores that assume that every second message is danger, or a crisis."""
    even = fusion().model_copy(update={"base_rates": {"danger": 0.5, "crisis": 0.5}})
    monkeypatch.setattr("bot.evaluation.totals.fusion", lambda: even)


def test_scores_of_daily_use_are_read_as_those_of_a_set_with_more_danger():
    """At 3 % in daily use and 50 % in the set, the odds of 0.03 are even."""
    totals = measure(
        [
            *(judged("emergency/held", "emergency/held", "check", score=0.03) for _ in range(5)),
            *(judged("greet", "greet", "check", score=0.03) for _ in range(5)),
        ]
    )
    assert totals["figures"]["calibration_error_danger"]["value"] == pytest.approx(0, abs=0.001)


@pytest.mark.usefixtures("as_common_as_in_the_set")
def test_the_danger_score_is_held_to_the_emergencies():
    totals = measure(
        [
            *(judged("emergency/held", "emergency/held", "emergency", score=0.6) for _ in range(5)),
            *(judged("greet", "greet", score=0.1) for _ in range(5)),
        ]
    )
    assert totals["figures"]["calibration_error_danger"]["value"] == pytest.approx(0.25)


@pytest.mark.usefixtures("as_common_as_in_the_set")
def test_danger_scores_in_doubt_are_held_to_the_emergencies_by_themselves():
    sure = [judged("emergency/held", "emergency/held", "emergency", score=0.99) for _ in range(90)]
    calm = [judged("greet", "greet", score=0.019) for _ in range(90)]
    doubted = [
        *(judged("emergency/held", "greet", "check", score=0.3) for _ in range(5)),
        *(judged("greet", "greet", "check", score=0.02) for _ in range(5)),
    ]
    totals = measure([*sure, *calm, *doubted])
    found = totals["figures"]["calibration_error_danger_in_doubt"]
    assert found["value"] == pytest.approx((0.7 + 0.02) / 2)
    assert found["messages"] == 10
    assert found["met"] is None, "it has no aim"
    assert totals["figures"]["calibration_error_danger"]["value"] < 0.06
    assert totals["figures"]["calibration_error_danger"]["messages"] == 190


@pytest.mark.usefixtures("as_common_as_in_the_set")
def test_the_crisis_score_is_held_to_the_crises():
    totals = measure(
        [
            *(judged("crisis/suicidal", "greet", crisis_score=0.6) for _ in range(5)),
            *(judged("emergency/held", "greet", crisis_score=0.1) for _ in range(5)),
        ]
    )
    assert totals["figures"]["calibration_error_crisis"]["value"] == pytest.approx(0.25)


def test_the_confidence_of_a_label_is_held_to_the_whole_label():
    totals = measure(
        [
            *(judged("advice/law", "advice/men", label_confidence=0.6) for _ in range(5)),
            *(judged("advice/law", "nlu_fallback", label_confidence=0.9) for _ in range(5)),
        ]
    )
    assert totals["calibration"]["label"] == [{"messages": 5, "predicted": 0.6, "actual": 0.0}]
    assert totals["figures"]["calibration_error_label"]["value"] == 0.6


def test_confusion_counts_top_levels():
    totals = measure([judged("advice/law", "advice/men"), judged("advice/law", "nlu_fallback")])
    assert totals["confusion"] == {"advice": {"advice": 1, "nlu_fallback": 1}}


def test_confusion_counts_labels():
    totals = measure([judged("advice/law", "advice/men"), judged("advice/law", "nlu_fallback")])
    assert totals["label_confusion"] == {"advice/law": {"advice/men": 1, "nlu_fallback": 1}}


def test_nothing_to_measure_is_no_figure():
    assert set(values().values()) == {None}
