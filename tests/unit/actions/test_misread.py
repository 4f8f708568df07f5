"""What the models mistake is put right by the word that decides."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.misread import GO_ON, MEN, OLDER, YOUNG
from tests.unit.actions.conftest import SUPPORTED, answer_to, pressed, run, words


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("im 15", YOUNG),
        ("18", YOUNG),
        ("I'm 19", GO_ON),
        ("im 40", GO_ON),
        ("im 73 years old", OLDER),
    ],
)
@pytest.mark.parametrize("label", [OLDER, YOUNG])
def test_an_age_is_read_as_the_number_it_is(label, text, reply):
    assert answer_to(label, text) == words(reply)


def test_more_than_an_age_is_left_to_the_models():
    assert answer_to(OLDER, "im 58 and on my own now") == words(OLDER)


def test_help_for_men_needs_a_word_for_a_man():
    guesses = {"advice/after_report": 0.06}
    assert answer_to(MEN, "will they laugh at me", **guesses) == words("advice/after_report")
    assert answer_to(MEN, "will they laugh at me because im a man", **guesses) == words(MEN)
    assert answer_to(MEN, "will they laugh at me") == words(MEN), "nothing else is likely"


def test_who_speaks_of_an_ex_husband_is_not_taken_for_a_man():
    guesses = {"advice/ex_partner": 0.06}
    text = "whos there for me, its my ex husband"
    assert answer_to(MEN, text, **guesses) == words("advice/ex_partner")
    assert answer_to(MEN, "my wife hits me", **guesses) == words(MEN)


def test_what_police_can_do_is_not_what_this_chat_can_do():
    assert answer_to("capabilities", "what can the police do") == words("advice/after_report")
    assert answer_to("capabilities", "what can you do") == words("capabilities")


@pytest.mark.parametrize("label", ["deny", "affirm", "not_sure"])
def test_a_sentence_is_no_answer_where_nothing_was_asked(label):
    assert answer_to(label, "i havent told anyone about it") == words(GO_ON)
    assert answer_to("deny", "no thank you") == words("deny")
    assert answer_to("deny", "he hasnt hurt me yet", {"asked": "erasing"}) == words(
        "delete_chat_no"
    )


def test_a_button_is_never_misread():
    where = pressed(MEN, slots=SUPPORTED)
    assert run(ActionAnswer(), where).text == words(MEN)
