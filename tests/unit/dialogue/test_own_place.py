"""Where a person says that they are."""

from __future__ import annotations

import pytest

from bot.dialogue.own_place import is_of_others, without


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("i am in leeds and my ex follows me", "my ex follows me"),
        ("I live near Truro. He watches me from his window", "He watches me from his window"),
        ("he moved to leeds and follows me", "he moved to leeds and follows me"),
        ("i'm in the bath and he rings", "i'm in the bath and he rings"),
        ("im in leeds", "im in leeds"),
        ("", ""),
    ],
)
def test_where_the_person_is_says_nothing_of_what_they_ask(text, left):
    assert without(text) == left


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("she's moved to Glasgow, does it matter", True),
        ("my ex has moved to Glasgow now", True),
        ("he followed me to Glasgow", False),
        ("he left. Now I'm up in Glasgow", False),
        ("he hates me. Glasgow", False),
    ],
)
def test_where_somebody_else_is_does_not_tell_where_the_person_is(text, others):
    assert is_of_others(text, text.index("Glasgow")) is others
