"""How messages at the hand-over's questions are judged."""

from __future__ import annotations

import pytest

from bot.evaluation.form_answers import TakenAnswer, measure
from bot.evaluation.sets import ANSWERS, FormAnswer, read_answers
from bot.evaluation.targets import ANSWER_FIGURES
from bot.gateway.turns.outcomes import Outcome


def taken(kind, outcome="ANSWERED", *, is_open=True, is_given=False, has_lead=False):
    typed = FormAnswer(question="way", text="hello", kind=kind)
    return TakenAnswer(
        typed, Outcome[outcome], is_open=is_open, is_given=is_given, has_lead=has_lead
    )


GIVEN = taken("answer", is_given=True)
LED = taken("answer", is_given=True, has_lead=True)
LOST = taken("answer", "EMERGENCY", is_open=False, has_lead=True)
INTERRUPTED = taken("danger", "EMERGENCY", is_open=False, has_lead=True)
TAKEN_FOR_AN_ANSWER = taken("danger", is_given=True)
LET_GO = taken("refuse", is_open=False)
ASKED_ON = taken("refuse")


@pytest.mark.parametrize(
    ("one", "right"),
    [
        (GIVEN, True),
        (LED, True),
        (LOST, False),
        (INTERRUPTED, True),
        (TAKEN_FOR_AN_ANSWER, False),
        (LET_GO, True),
        (ASKED_ON, False),
        (taken("other"), True),
        (taken("other", is_given=True), False),
    ],
)
def test_what_is_right(one, right):
    assert one.is_right is right


def test_shares_are_of_the_messages_they_are_about():
    held = [GIVEN, GIVEN, LED, LOST, INTERRUPTED, TAKEN_FOR_AN_ANSWER, LET_GO, ASKED_ON]
    found = {name: one["value"] for name, one in measure(held)["figures"].items()}
    assert found == {
        "danger_led_by_999": 0.5,
        "danger_with_any_lead": 0.5,
        "answers_taken": 0.75,
        "answers_without_alarm": 0.5,
        "false_emergencies": 0.25,
        "false_crises": 0.0,
        "refusals_ended": 0.5,
        "others_not_taken": None,
    }
    assert set(found) == {figure.name for figure in ANSWER_FIGURES}


@pytest.mark.parametrize("path", ANSWERS.values(), ids=lambda path: path.stem)
def test_both_questions_and_every_kind_are_in_each_set(path):
    found = {(one.question, one.kind) for one in read_answers(path)}
    kinds = ("answer", "danger", "refuse", "other")
    assert found == {(question, kind) for question in ("way", "time") for kind in kinds}
