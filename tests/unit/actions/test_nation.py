"""Where the person says they are, whatever else the message is about."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.nation import stated
from tests.unit.actions.conftest import run, tracker, words


def said(text, place="glasgow", nation="scotland", label="advice/spo_what"):
    return tracker(label, text=text, place=place, entities={"nation": nation})


@pytest.mark.parametrize(
    "text",
    [
        "hello i live in glasgow my ex wont stop",
        "Im in glasgow, who do i ring",
        "we're currently staying near glasgow and he found us",
        "I am just outside glasgow",
    ],
)
def test_the_person_says_so(text):
    assert stated(said(text)) == "scotland"


@pytest.mark.parametrize(
    "text",
    [
        "he moved to glasgow but still texts",
        "im not in glasgow",
        "I am scared. He lives in glasgow",
        "glasgow",
        "i was in glasgow and he followed me",
    ],
)
def test_others_do_not_count(text):
    assert stated(said(text)) is None


def test_a_place_that_is_no_nation_is_left_alone():
    assert stated(said("i live in glasgow", nation="atlantis")) is None


def test_the_answer_is_the_nations_and_it_is_kept():
    result = run(ActionAnswer(), said("i live in glasgow, what is an spo"))
    assert words("advice/spo_what", nation="scotland") in result.text
    assert result.slots["nation"] == "scotland"
