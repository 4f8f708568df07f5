"""What is said to people who are told that they stalk somebody, by who the chat says they are."""

from __future__ import annotations

import pytest

from actions.accused import ORDER, OWN_BEHAVIOUR, SOMEONE, TODAY
from actions.answer import ActionAnswer
from tests.unit.actions.conftest import SUPPORTED, pressed, run, tracker, words

ACCUSED = {**SUPPORTED, "who": "accused"}


def said(label, slots=ACCUSED, text="what can i do about it", *, guesses=None, **turn):
    guesses = guesses or {label: 0.9}
    where = tracker(label, slots=slots, text=text, guesses=guesses, turn=turn or None)
    return run(ActionAnswer(), where)


def heard(**roles):
    """Who speaks, as the turn classifier heard it."""
    whole = {"self": 0.0, "friend": 0.0, "professional": 0.0, "under_18": 0.0, "accused": 0.0}
    return {"sums": [0.0] * 10, "roles": whole | roles, "accused_before": 0.0, "self_most": 0.0}


@pytest.mark.parametrize(
    ("label", "reply"),
    [
        ("reporting/breach", ORDER),
        ("advice/spo_what", ORDER),
        ("advice/other_orders", ORDER),
        ("advice/personal_safety", TODAY),
        ("advice/is_it_stalking", TODAY),
        ("reporting/how", TODAY),
    ],
)
def test_what_victims_are_told_is_not_said(label, reply):
    assert said(label).text == words(reply)


@pytest.mark.parametrize("label", ["thank", "goodbye", "safe_now"])
def test_who_thanks_or_leaves_gets_no_comfort_for_victims(label):
    assert said(label, text="ok cheers").text.startswith(words("own_behaviour/thank"))


def test_an_open_question_is_answered_first():
    slots = {**ACCUSED, "asked": "happening_now"}
    assert said("deny", slots, "no").text.startswith(words("check_denied"))


@pytest.mark.parametrize("label", ["reporting/breach", "advice/personal_safety", "thank"])
def test_nobody_else_gets_it(label):
    result = said(label, {**SUPPORTED, "who": "self"})
    assert not result.text.startswith((words(ORDER), words(TODAY), words("own_behaviour/thank")))


def test_who_speaks_of_somebody_accused_is_told_what_they_can_do():
    result = said(OWN_BEHAVIOUR, {**SUPPORTED, "who": "friend"}, "my son has been accused")
    assert result.text == words(SOMEONE)


def test_who_surely_is_stalked_is_not_told_to_stop():
    guesses = {OWN_BEHAVIOUR: 0.6, "advice/no_contact": 0.2}
    slots, read = {**SUPPORTED, "who": "self"}, heard(self=0.95, accused=0.05)
    result = said(OWN_BEHAVIOUR, slots, "he cant stop texting", guesses=guesses, heard=read)
    assert result.text.startswith(words("advice/no_contact")[:60])


def test_who_may_be_accused_gets_the_answer_to_that():
    read = heard(self=0.6, accused=0.4)
    result = said(OWN_BEHAVIOUR, dict(SUPPORTED), "am i stalking her", heard=read)
    assert result.text.startswith(words(OWN_BEHAVIOUR)[:60])


def test_a_button_leads_where_it_says():
    where = pressed("reporting/breach", slots=ACCUSED)
    assert run(ActionAnswer(), where).text.startswith(words("reporting/breach")[:60])
