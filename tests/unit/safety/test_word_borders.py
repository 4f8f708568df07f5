"""Words that run into each other, or into the next, where some of them are no words."""

from __future__ import annotations

import pytest

from bot.safety import spelling, words
from bot.safety.normalise import normalise
from bot.safety.word_borders import apart, space_back


@pytest.mark.parametrize(
    ("run", "pieces"),
    [
        ("workingproperly", ["working", "properly"]),
        ("herhousebehindher", ["her", "house", "behind", "her"]),
        ("sumoneinourhosue", ["sumone", "in", "our", "hosue"]),
        ("greggsandhesbehindher", ["greggs", "and", "hes", "behind", "her"]),
        ("outsidethekebabish", ["outside", "the", "kebab", "ish"]),
        ("greggsandhesbehindher" * 90, ["greggs", "and", "hes", "behind", "her"] * 90),
    ],
)
def test_words_in_a_run_of_letters_are_found_beside_what_is_no_word(run, pieces):
    assert apart(run) == pieces


@pytest.mark.parametrize(
    "run",
    [
        "heinonen", "heisler", "christophe", "christopherson", "stephane", "dolgellau",
        "venkataraman", "parentheses", "laughin", "validation",
        "hepsinin", "adamakilli", "helposti", "menjehere", "przepraszam",
        "zażółć", "a" * (words.LONGEST_RUN + 1),
    ],
)  # fmt: skip
def test_names_and_words_of_any_language_stay_whole(run):
    assert apart(run) == [run]


@pytest.mark.parametrize(
    ("pair", "meant"),
    [
        ("o nmy", "on my"),
        ("i nour", "in our"),
        ("outsi de", "outside"),
        ("siste ris", "sister is"),
        ("hes outsid", None),  # no letter fits
        ("a way", None),  # all of these are words that people type
        ("n one", None),
        ("wit ha", None),
        ("li the", None),  # the letter would come from a word
        ("los the", None),
        ("ma dhe", None),  # it would go to one
    ],
)
def test_a_letter_goes_back_over_the_space_where_both_are_words_only_then(pair, meant):
    assert space_back(*pair.split()) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("he is o nmy drive", "he is on my drive"),
        ("he is outsi de.", "he is outside."),
        ("o nmy, please", "on my, please"),
        ("kidoffmyserver'sstabbingme", "kid off my servers stabbing me"),
        ("sumoneinourhosue", "sumone in our house"),
        ("outsdie threatend", "outside threatened"),  # a slip in one word, as before
    ],
)
def test_borders_are_put_back_when_a_message_is_mended(typed, meant):
    assert spelling.mend(normalise(typed)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "it is apparent that she will eavesdrop on mrs armstrong",
        "lorem ipsum dolor hel pme amet consectetur",
        "przepraszam nie wiem gdzie jestem prosze cie kochanie",
        "www.stalkerinthehouseagain.org.uk",
        "@killerqueenhelpmenow",
    ],
)
def test_plain_english_another_language_and_addresses_stay_as_they_are(text):
    assert spelling.mend(text) == text
