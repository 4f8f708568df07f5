"""The same words however they were typed."""

from __future__ import annotations

import unicodedata

import pytest

from bot.safety.normalise import clean, normalise

INVISIBLE = {
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "zero-width non-joiner": "\u200c",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "word joiner": "\u2060",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "private use": "\ue000",
    "null": "\x00",
    "bell": "\x07",
    "escape": "\x1b",
    "delete": "\x7f",
    "next line control": "\x84",
    "lone surrogate": "\ud800",
}


@pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_invisible_characters_vanish_inside_words(character):
    assert clean(f"he{character}lp {character}me") == "help me"


@pytest.mark.parametrize(
    "space", ["\n", "\r\n", "\t", "\u00a0", "\u2003", "\u3000", "\u2028", "  "]
)
def test_every_kind_of_space_becomes_one(space):
    assert clean(f"{space}help{space}{space}me{space}") == "help me"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\x00\x01", "\u202e\u202c"])
def test_nothing_stays_nothing(text):
    assert clean(text) == ""
    assert normalise(text) == ""


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("HE IS OUTSIDE", "he is outside"),
        ("ＨＥ ＩＳ ＯＵＴＳＩＤＥ", "he is outside"),
        ("ﬁre", "fire"),
        ("he’s", "he's"),
        ("he‘s", "he's"),
        ("he‛s", "he's"),
        ("he`s", "he's"),
        ("“help”", '"help"'),
        ("𝐡𝐞𝐥𝐩 𝓶𝓮", "help me"),
    ],
)
def test_case_width_ligatures_and_quotes(typed, plain):
    assert normalise(typed) == plain


def test_the_acute_accent_is_a_quote_too():
    assert normalise("he´s outside") == "he's outside"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("hеlp", "help"),  # Cyrillic e
        ("hе hаs а knifе", "he has a knife"),
        ("оutside", "outside"),
        ("he ιs hοme", "he is home"),  # Greek iota and omicron
        ("ѕcared", "scared"),
    ],
)
def test_look_alikes_of_other_scripts_become_latin(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize("text", ["помогите мне", "βοήθεια", "مرحبا كيف حالك", "帮帮我", "ਮਦਦ"])
def test_a_text_in_another_script_stays_what_it_is(text):
    assert normalise(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("hellllp", "hellp"),
        ("heeeelp meeee", "heelp mee"),
        ("HELP!!!!!!", "help!!"),
        ("see the bottle", "see the bottle"),
        ("......", ".."),
    ],
)
def test_long_runs_are_shortened_to_two(typed, plain):
    assert normalise(typed) == plain


def test_numbers_stay_what_they_are():
    assert normalise("call 999") == "call 999"


def test_emoji_stay():
    assert normalise("He has a 🔪") == "he has a 🔪"


def test_text_between_right_to_left_marks_stays_readable():
    assert normalise("\u202ehelp me\u202c مرحبا") == "help me مرحبا"


@pytest.mark.parametrize("text", ["he’s оutside!!!!", "HELP\u200b ME", "приветtt", "  a  b  "])
def test_doing_it_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert clean(clean(text)) == clean(text)


def test_a_hundred_thousand_characters():
    text = "he is outside " * 7_200
    assert normalise(text) == text.strip()
    assert normalise("a" * 100_000) == "aa"
