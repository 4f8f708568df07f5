"""Swaps: the same message with other people in it."""

from __future__ import annotations

import pytest

from bot.evaluation import swaps
from bot.evaluation.swaps import SWAPS


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("He is outside my house", "She is outside my house"),
        ("she's got his keys", "he's got her keys"),
        ("HE IS HERE", "SHE IS HERE"),
        ("hes outside", "shes outside"),
        ("I saw her outside", "I saw him outside"),
        ("her car is outside", "his car is outside"),
        ("tell her", "tell him"),
        ("he let himself in", "she let herself in"),
        ("my ex-husband has a knife", "my ex-wife has a knife"),
        ("my ex boyfriend he’s back", "my ex girlfriend she's back"),
        ("My Dad is in his car", "My Mum is in her car"),
        ("the heat is here", None),
        ("outside now", None),
        ("", None),
    ],
)
def test_sex(text, swapped):
    assert swaps.sex(text) == swapped


def test_swapping_the_sex_twice_gives_the_message_back():
    text = "he took his keys and my ex-wife saw him outside"
    assert swaps.sex(swaps.sex(text)) == text


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        (
            "my boyfriend won't let me leave, he hit me",
            "my girlfriend won't let me leave, she hit me",
        ),
        ("my wife is outside", "my husband is outside"),
    ],
)
def test_orientation_of_a_partner_that_is_named(text, swapped):
    assert swaps.orientation(text) == swapped


@pytest.mark.parametrize("name", ["orientation", "nationality", "faith", "relation"])
def test_a_sentence_in_front_where_nothing_can_be_swapped(name):
    swapped = SWAPS[name]("Someone is outside", 0)
    assert swapped.endswith(". Someone is outside")
    assert len({SWAPS[name]("Someone is outside", seed) for seed in range(20)}) > 2


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("my ex-husband is at the door", "is at the door"),
        ("My boss follows me", "follows me"),
        ("help my neighbour is here", "is here"),
    ],
)
def test_the_stalker_is_somebody_else(text, rest):
    for seed in range(10):
        swapped = swaps.relation(text, seed)
        assert swapped != text
        assert swapped.endswith(rest)
        assert "my " in swapped.lower()


def test_a_relation_keeps_the_sex_that_the_message_shows():
    female = swaps._tables()["relation"][1]
    for seed in range(10):
        assert any(word in swaps.relation("my ex-wife, she's here", seed) for word in female)


@pytest.mark.parametrize("text", ["my ex husband is here", "my colleague's van is here"])
def test_words_that_belong_together_are_not_torn(text):
    swapped = swaps.relation(text, 1)
    assert " husband husband" not in swapped
    assert "boss husband" not in swapped
    assert "neighbour husband" not in swapped


@pytest.mark.parametrize("name", SWAPS)
def test_the_same_seed_gives_the_same(name):
    text = "my ex is at my door, he has a knife"
    assert SWAPS[name](text, 4) == SWAPS[name](text, 4) != text
