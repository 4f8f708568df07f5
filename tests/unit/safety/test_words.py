"""The word list, and cutting words apart."""

from __future__ import annotations

import pytest

from bot.safety import words
from tests.unit.safety.phrases import PRESENT_DANGER


def test_common_words_are_known_and_noise_is_not():
    assert all(map(words.is_word, ("outside", "knife", "help", "hes", "door", "following")))
    assert not any(map(words.is_word, ("", "qwrtp", "hesoutsidemyhouse", "999")))


def test_the_words_of_danger_can_be_cut_out_of_a_run():
    """Words of the rules' own phrases are common enough, but for the rare ones."""
    runs = {
        phrase: phrase.lower().replace("'", "").replace(" ", "")
        for phrases in PRESENT_DANGER.values()
        for phrase in phrases
        if phrase.isascii() and len(phrase) > 12
    }
    cut = {
        phrase
        for phrase, run in runs.items()
        if words.split(run) == phrase.lower().replace("'", "").replace(",", "").split()
    }
    assert len(cut) / len(runs) > 0.7


@pytest.mark.parametrize(
    ("run", "pieces"),
    [
        ("hesoutside", ["hes", "outside"]),
        ("helpme", None),  # too short to be sure
        ("outside", None),
        ("antenna", None),
        ("", None),
        ("he" * 200, None),
        ("hesoutside" * 200, ["hes", "outside"] * 200),
        ("hesoutside" * 201, None),  # no message is so long
    ],
)
def test_split(run, pieces):
    assert words.split(run) == pieces


def test_a_shorter_run_may_be_asked_for():
    assert words.split("helpme", shortest=4) == ["help", "me"]


@pytest.mark.parametrize(
    ("run", "pieces"),
    [
        ("himselfunless", ["himself", "unless"]),  # a rarer word
        ("gettingshot", ["getting", "shot"]),
        ("antenna", None),
    ],
)
def test_rarer_words_are_cut_out_where_spaces_are_surely_missing(run, pieces):
    assert words.split(run) is None
    assert words.split(run, is_sure=True) == pieces


def test_three_words_are_no_coincidence_though_one_is_rare():
    assert words.split("pleasesomebodyhurry") == ["please", "somebody", "hurry"]
    assert words.split("somebodyhurry") is None


def test_frequency():
    assert words.frequency("the") > words.frequency("machete") > 0 == words.frequency("zzzz")


def test_the_list_has_no_slips_of_common_words():
    assert not any(words.is_word(slip) for slip in ("outsid", "outsdie", "folowing", "becuase"))
