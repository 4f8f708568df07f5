"""How messages at the yes-or-no questions are judged."""

from __future__ import annotations

import pytest

from bot.evaluation.questions import FOUR, TakenReply, measure
from bot.evaluation.sets import QUESTIONS, QuestionAnswer, read_questions
from bot.evaluation.targets import QUESTION_FIGURES
from bot.gateway.turns.outcomes import Outcome

NOW, OVER, FIXATED = "happening_now", "danger_over", "four_fixated"


def taken(question, kind, outcome="ANSWERED", *, danger=False, form=False, stored=None):
    typed = QuestionAnswer(question=question, text="hello", kind=kind)
    return TakenReply(
        typed, Outcome[outcome], is_danger_open=danger, is_form_open=form, stored=stored
    )


@pytest.mark.parametrize(
    ("one", "right"),
    [
        (taken(NOW, "yes", "EMERGENCY", danger=True), True),
        (taken(NOW, "yes", "CHECKED"), False),
        (taken(NOW, "no"), True),
        (taken(NOW, "no", "EMERGENCY", danger=True), False),
        (taken(NOW, "no", "CHECKED"), False),
        (taken(NOW, "unsure", "CHECKED"), True),
        (taken(OVER, "yes"), True),
        (taken(OVER, "yes", "EMERGENCY", danger=True), False),
        (taken(OVER, "no", "EMERGENCY", danger=True), True),
        (taken(OVER, "unsure"), False),
        (taken(FIXATED, "danger", "EMERGENCY", danger=True), True),
        (taken(FIXATED, "danger", form=True, stored="yes"), False),
        (taken(FIXATED, "yes", form=True, stored="yes"), True),
        (taken(FIXATED, "yes", form=True), False),
        (taken(FIXATED, "unsure", form=True, stored="not_sure"), True),
        (taken(FIXATED, "unsure", form=True, stored="no"), False),
        (taken(FIXATED, "stop"), True),
        (taken(FIXATED, "stop", form=True), False),
        (taken(FIXATED, "else", form=True), True),
        (taken(FIXATED, "else", form=True, stored="yes"), False),
    ],
)
def test_what_is_right(one, right):
    assert one.is_right is right


def test_shares_are_of_the_messages_they_are_about():
    held = [
        taken(NOW, "yes", "EMERGENCY", danger=True),
        taken(NOW, "no", "CHECKED"),
        taken(OVER, "unsure", "EMERGENCY", danger=True),
        taken(OVER, "no"),
        taken(OVER, "yes"),
        taken(FIXATED, "danger", "EMERGENCY", danger=True),
        taken(FIXATED, "yes", form=True, stored="yes"),
        taken(FIXATED, "no", form=True, stored="yes"),
        taken(FIXATED, "unsure", form=True),
        taken(FIXATED, "no", "CRISIS"),
        taken(FIXATED, "stop", form=True),
    ]
    found = {name: one["value"] for name, one in measure(held)["figures"].items()}
    assert found == {
        "now_led_by_999": 1.0,
        "not_now_without_alarm": 0.0,
        "not_now_false_emergencies": 0.0,
        "danger_kept": 0.5,
        "danger_led_by_999": 0.5,
        "danger_ended": 1.0,
        "four_danger_led_by_999": 1.0,
        "four_answers_as_meant": 0.25,
        "four_answers_mistaken": 0.25,
        "four_false_alarms": 0.25,
        "four_stops_ended": 0.0,
        "four_others_not_taken": None,
    }
    assert set(found) == {figure.name for figure in QUESTION_FIGURES}


@pytest.mark.parametrize("path", QUESTIONS.values(), ids=lambda path: path.stem)
def test_every_question_and_every_kind_is_in_each_set(path):
    found = {(one.question, one.kind) for one in read_questions(path)}
    of_all = ("yes", "no", "unsure", "else")
    assert found == {
        *((question, kind) for question in (NOW, OVER, *FOUR) for kind in of_all),
        *((question, kind) for question in FOUR for kind in ("danger", "stop")),
    }
