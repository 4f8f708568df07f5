"""Answers to the four questions in words of one's own."""

from __future__ import annotations

import pytest

from actions.four_answers import in_words
from actions.four_questions import SLOTS
from tests.unit.processor import least

FIXATED, OBSESSIVE, UNWANTED, REPEATED = SLOTS


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Definitely, and his brother says so too", "yes"),
        ("oh absolutely", "yes"),
        ("i'd say so yeah", "yes"),
        ("can't really say, i never met them", "not_sure"),
        ("Hard to tell.", "not_sure"),
        ("bit of both tbh", "not_sure"),
        ("the man at number nine has a red gate", None),
        ("", None),
    ],
)
def test_an_opening_answers_any_of_them(slot, text, answer):
    assert in_words(slot, text) == answer


@pytest.mark.parametrize(
    ("slot", "text", "answer"),
    [
        (FIXATED, "she is totally obsessed with our family", "yes"),
        (FIXATED, "he wont let it go", "yes"),
        (FIXATED, "hardly, he has plenty of friends", None),
        (FIXATED, "i dont think hes obsessed", None),
        (FIXATED, "definitely, but that was before he moved on", None),
        (FIXATED, "no, he is obsessed with cars", None),
        (FIXATED, "nah not really tbh", "no"),
        (FIXATED, "no doubt about it", "yes"),
        (FIXATED, "no joke he drove 200 miles", None),
        (FIXATED, "hardly a day goes by", None),
        (FIXATED, "of course not", None),
        (FIXATED, "definitely not", None),
        (FIXATED, "100 miles away", None),
        (FIXATED, "100%", "yes"),
        (OBSESSIVE, "he turns up at church every sunday", "yes"),
        (OBSESSIVE, "she sat in the van opposite", "yes"),
        (OBSESSIVE, "nothing like that", "no"),
        (OBSESSIVE, "never seen him follow me", None),
        (UNWANTED, "No. I never asked for these presents", "yes"),
        (UNWANTED, "i told her to go away twice", "yes"),
        (UNWANTED, "i just want it to stop", "yes"),
        (UNWANTED, "nah it makes my skin crawl", None),
        (UNWANTED, "i dont mind him really", "no"),
        (UNWANTED, "i like it but i dont want it at work", None),
        (REPEATED, "nearly every week since may", "yes"),
        (REPEATED, "four times now", "yes"),
        (REPEATED, "it never stops", "yes"),
        (REPEATED, "only once", "no"),
        (REPEATED, "it was the first time", "no"),
        (REPEATED, "just the once at work and then twice at home", None),
        (REPEATED, "not every week", None),
        (REPEATED, "this isnt the first time", None),
        (REPEATED, "not a one off", None),
        (REPEATED, "only once a day", None),
        (UNWANTED, "he thinks i like it", None),
        (UNWANTED, "he wants us back together", None),
    ],
)
def test_plain_words_answer_the_question_they_are_about(slot, text, answer):
    assert in_words(slot, text) == answer


def test_what_answers_one_answers_no_other():
    assert in_words(FIXATED, "every single day") is None


@pytest.mark.parametrize("piece", ["sits a b ", "no ", "oh well ", "sort of "])
@pytest.mark.parametrize("slot", SLOTS)
def test_a_long_message_takes_milliseconds(slot, piece):
    assert least(lambda: in_words(slot, (piece * 1_000)[:2_000])) < 0.5
