"""Danger is judged on the message of anybody: who is in it falls away, what happens stays."""

from __future__ import annotations

import pytest

from bot.evaluation.swaps import SWAPS
from bot.nlu.corpus import corpus
from bot.safety.normalise import normalise
from bot.safety.people import neutralise_identity

ONE_OF_MANY = 150


@pytest.mark.parametrize(
    ("text", "anybodys"),
    [
        ("she's outside my house", "he's outside my house"),
        ("i saw her outside and her car", "i saw him outside and his car"),
        ("my landlady has a knife", "my ex has a knife"),
        ("my colleague's brother is here", "my ex's brother is here"),
        ("my ex husband is here", "my ex is here"),
        ("i'm a lesbian. she is at the door", "he is at the door"),
        ("i am from somalia, he follows me", "he follows me"),
        ("its my neighbour. hes at it again", "hes at it again"),
        ("it's a man from work. he is here", "he is here"),
    ],
)
def test_who_is_in_it_falls_away(text, anybodys):
    assert neutralise_identity(text) == anybodys


@pytest.mark.parametrize(
    "text",
    [
        "it's a knife. he has it",
        "i am hiding. he is here",
        "i'm trapped. please",
        "it's my ex",
        "i'm gay",
        "he is outside my house",
        "",
        "somebody help",
    ],
)
def test_what_happens_stays(text):
    assert neutralise_identity(text) == text


def test_doing_it_twice_changes_nothing_more():
    for one in corpus()[::ONE_OF_MANY]:
        once = neutralise_identity(normalise(one.text))
        assert neutralise_identity(once) == once


@pytest.mark.parametrize("name", ["orientation", "nationality", "faith", "relation"])
def test_swapped_people_leave_the_same_message(name):
    texts = [one.text for one in corpus() if one.label.startswith("emergency/")][::ONE_OF_MANY]
    same = [
        neutralise_identity(normalise(text)) == neutralise_identity(normalise(swapped))
        for seed, text in enumerate(texts)
        if (swapped := SWAPS[name](text, seed)) is not None
    ]
    assert len(same) > 15
    assert sum(same) / len(same) > 0.95
