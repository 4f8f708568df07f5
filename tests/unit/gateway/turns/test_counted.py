"""What is counted of a turn."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.counters import counting
from bot.gateway.turns import counted, outcomes
from bot.gateway.turns.outcomes import Outcome, TurnSummary


@pytest.fixture
def counts(monkeypatch):
    """What was counted since the last look: (counter, value) -> number."""
    fresh = counting.Buffer()
    monkeypatch.setattr(counting, "buffer", fresh)

    def taken(language="unknown"):
        cells = fresh.take()
        assert {cell.language for cell in cells} == {language}
        return Counter({(cell.counter, cell.value): number for cell, number in cells.items()})

    return taken


def test_an_answer_has_an_outcome_a_label_and_a_time(counts):
    counted.count_turn(TurnSummary(Outcome.ANSWERED, "advice/tracker", 0.3, "en-GB"))
    expected = {("outcome", "answered"): 1, ("label", "advice"): 1, ("seconds", "0.5"): 1}
    assert counts("en") == expected


@pytest.mark.parametrize("outcome", [Outcome.RATE_LIMITED, Outcome.INVALID, Outcome.ABANDONED])
def test_who_got_no_answer_has_no_reply_time(counts, outcome):
    counted.count_turn(TurnSummary(outcome, seconds=0.3))
    assert counts() == {("outcome", outcome.value): 1, ("label", "unread"): 1}


def test_a_check_and_its_answers(counts):
    counted.count_turn(
        TurnSummary(Outcome.CHECKED, "greet", replies=frozenset({"emergency_check"}))
    )
    assert counts()["check", "asked"] == 1
    counted.count_turn(TurnSummary(Outcome.ANSWERED, "deny", replies=frozenset({"check_denied"})))
    assert counts()["check", "no"] == 1
    counted.count_turn(TurnSummary(Outcome.EMERGENCY, "affirm", answers_check=True))
    assert counts()["check", "yes"] == 1


def test_an_emergency_without_a_check_is_no_answer_to_one(counts):
    counted.count_turn(TurnSummary(Outcome.EMERGENCY, "emergency/in_home"))
    assert not [name for name in counts() if name[0] == "check"]
    counted.count_turn(TurnSummary(Outcome.ANSWERED, "advice/tracker", answers_check=True))
    assert not [name for name in counts() if name[0] == "check"]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_was_it_helpful(counts, answer):
    said = frozenset({f"helpful/{answer}"})
    for label in (f"helpful/{answer}", "affirm"):
        counted.count_turn(TurnSummary(Outcome.ANSWERED, label, replies=said))
    assert counts()["helpful", answer] == 2


@pytest.mark.parametrize(("reply", "counted_as"), sorted(outcomes.COUNTED.items()))
def test_each_reply_that_is_told_by_name_stands_for_something(counts, reply, counted_as):
    counted.count_turn(TurnSummary(Outcome.ANSWERED, replies=frozenset({reply})))
    assert counts()[counted_as] == 1
