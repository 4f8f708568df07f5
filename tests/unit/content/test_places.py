"""The places and forces that a text names."""

from __future__ import annotations

import pytest

from bot.content import places
from bot.content.register import whole_register


def found(text):
    return [(text[one.start : one.end], one.force) for one in places.named(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm in LEEDS.", [("LEEDS", "west-yorkshire")]),
        ("devon & cornwall", [("devon & cornwall", "devon-and-cornwall")]),
        ("Devon n Cornwall Police", [("Devon n Cornwall Police", "devon-and-cornwall")]),
        ("kings lynn", [("kings lynn", "norfolk")]),
        ("King’s Lynn", [("King’s Lynn", "norfolk")]),
        ("stoke on trent", [("stoke on trent", "staffordshire")]),
        ("bradford, not Bradford on Avon",
         [("bradford", "west-yorkshire"), ("Bradford on Avon", "wiltshire")]),
        ("newcastle under lyme", [("newcastle under lyme", "staffordshire")]),
        ("City of London", [("City of London", "city-of-london")]),
        ("the Met", [("the Met", "metropolitan")]),
        ("we met in Kentish Town", []),
        ("New York", []),
        ("the shop on London Road", []),
    ],
)  # fmt: skip
def test_names_are_found_as_people_type_them(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "is_word", "is_force"),
    [
        ("reading", True, False),
        ("reading police", False, True),
        ("GMP", False, True),
        ("sussex", False, False),
    ],
)
def test_it_is_told_what_a_name_is(text, is_word, is_force):
    (one,) = places.named(text)
    assert (one.is_word, one.is_force) == (is_word, is_force)


def test_each_territorial_force_has_its_places_and_that_for_the_railways_none():
    for force in whole_register().forces.values():
        known = [*force.places, *force.places_after_in]
        if force.nation == "railways":
            assert not known
        elif force.id != "city-of-london":
            assert 8 <= len(known) <= 25, force.id
