"""Words that run into each other, or into the next, where some of them are no words."""

from __future__ import annotations

import math

import pytest

from bot.safety import spelling, words
from bot.safety.normalise import normalise
from bot.safety.word_borders import apart, moved_back


@pytest.mark.parametrize(
    ("run", "pieces"),
    [
        ("iknow", ["i", "know"]),
        ("herhousebehindher", ["her", "house", "behind", "her"]),
        ("sumoneinourhosue", ["sumone", "in", "our", "hosue"]),  # a slip at its end
        ("insheffield", ["in", "sheffield"]),
        ("outsidethekebabish", ["outside", "the", "kebab", "ish"]),
    ],
)
def test_words_in_a_run_of_letters_are_found_beside_what_is_no_word(run, pieces):
    found, cost = apart(run)
    assert found == pieces
    assert math.isfinite(cost)


@pytest.mark.parametrize(
    "run",
    [
        "dolgellau", "venkataraman", "szczecin",  # names of places and people
        "huoses", "winddow",  # one word with a slip
        "laughin", "surfaced",  # one word of the regions, and one with an ending
        "ah'm", "zażółć", "a" * (words.LONGEST_RUN + 1),
    ],
)  # fmt: skip
def test_what_is_likelier_one_word_stays_whole(run):
    assert apart(run) == ([run], math.inf)


@pytest.mark.parametrize(
    ("pair", "meant"),
    [
        ("o nmy", "on my"),
        ("i nour", "in our"),
        ("outsi de", "outside"),
        ("hes outsid", None),  # no letter fits
        ("s ex", None),  # too short to be sure
        ("wit ha", None),  # both are words that people type
    ],
)
def test_a_letter_that_slipped_over_a_space_goes_back_where_both_are_words_then(pair, meant):
    assert moved_back(*pair.split()) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("iknow he is in mybathroom", "i know he is in my bathroom"),
        ("sumoneinourhosue", "sumone in our house"),
        ("he is o nmy drive", "he is on my drive"),
        ("he is outsi de", "he is outside"),
        ("outsdie", "outside"),  # likelier one slip than "outs die"
    ],
)
def test_borders_are_put_back_when_a_message_is_mended(typed, meant):
    assert spelling.mend(normalise(typed)) == meant


def test_a_message_of_another_language_is_not_made_english():
    text = normalise("przepraszam nie wiem gdzie jestem prosze cie kochanie")
    assert spelling.mend(text) == text
