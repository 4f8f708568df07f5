"""Slips of typing that are mended, and words that must stay."""

from __future__ import annotations

import pytest

from bot.safety import spelling, words
from bot.safety.normalise import normalise
from tests.unit.safety.phrases import PRESENT_DANGER

PHRASES = [phrase for group in PRESENT_DANGER.values() for phrase in group]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hes outsdie my huose", "hes outside my house"),  # swapped
        ("he has a knfe", "he has a knife"),  # left out
        ("hes follpwing me", "hes following me"),  # the next key
        ("hes at the winddow", "hes at the window"),  # hit twice
        ("he's outsidd, help", "he's outside, help"),  # marks stay
        ("", ""),
    ],
)
def test_a_slip_is_mended(typed, meant):
    assert spelling.mend(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "go ot her",  # too short to be sure
        "sincere greetings from an aubergine",  # words of the language that nobody typed
        "call 999 or 101",
        "qxzvwq",
        "lorem ipsum dolor",  # hardly a word of it is known, so it is no slip
        "x" * 400,
    ],
)
def test_what_is_no_slip_stays(text):
    assert spelling.mend(text) == text


def test_mending_twice_changes_nothing_more():
    for phrase in PHRASES:
        mended = spelling.mend(normalise(phrase))
        assert spelling.mend(mended) == mended


def test_only_words_that_are_often_used_are_put_in():
    for word in ("outsdie", "knfe", "windwo"):
        mended = spelling.mend_word(word)
        assert mended != word
        assert words.frequency(mended) >= spelling.LEAST_FREQUENCY


def test_a_message_of_unknown_words_is_not_read_to_its_end():
    text = " ".join(["knfe"] * (spelling.MOST_LOOKED_AT + 1))
    mended = spelling.mend(text).split()
    assert mended[:-1] == ["knife"] * spelling.MOST_LOOKED_AT
    assert mended[-1] == "knfe"
