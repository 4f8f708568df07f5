"""The answers to several questions in one message."""

from __future__ import annotations

import pytest

from bot.nlu import several


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "he cut it up. is it bad enough for police, can uni move him, should i block him",
            ["is it bad enough for police", "can uni move him", "should i block him"],
        ),
        (
            "Do I ring 101 or go online? And will they tell him it was me",
            ["Do I ring 101 or go online", "will they tell him it was me"],
        ),
        ("he keeps ringing. can i block him", []),
        ("who? what? why?", []),
        ("he rang my boss twice, and he was outside again", []),
    ],
)
def test_questions_are_told_apart(text, asked):
    assert several.questions(text) == asked


WHOLE = {"cctv": 0.5, "stick": 0.4, "visa": 0.0999, "other": 0.0001}


def answers(*found):
    """What several questions find, each of them as told."""
    shares = dict(zip("abcd", found, strict=False))
    return several.answers([*shares], WHOLE, shares.__getitem__)


def only(one):
    return {name: 0.97 if name == one else 0.01 for name in WHOLE}


def test_each_question_gets_its_answer_in_their_order():
    assert answers(only("stick"), only("cctv")) == ["stick", "cctv"]


def test_two_that_ask_the_same_are_one():
    assert answers(only("cctv"), only("cctv")) == []


def test_what_is_not_sure_is_no_answer():
    unsure = {"cctv": 0.4, "stick": 0.4, "visa": 0.1, "other": 0.1}
    assert answers(only("visa"), unsure) == []


def test_what_the_whole_message_is_not_about_has_to_be_surer():
    slightly = {"cctv": 0.05, "stick": 0.05, "visa": 0.05, "other": 0.85}
    assert answers(only("stick"), slightly) == []
