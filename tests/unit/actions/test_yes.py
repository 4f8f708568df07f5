"""Which short words answer a question."""

from __future__ import annotations

import pytest

from actions import yes


@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "yesss", "yeah", "yep", "y", "yh", "aye", "it is", "that's right"]
)
def test_a_yes(text):
    assert yes.is_meant(text)


@pytest.mark.parametrize(
    "text",
    ["ok", "okay", "fine", "right", "sure", "mhm", "👍", "", "/affirm", "yes i will", "yes?"],
)
def test_no_yes(text):
    assert not yes.is_meant(text)


@pytest.mark.parametrize("text", ["not sure", "I'm not sure", "maybe", "dont know", "he might"])
def test_a_mere_doubt(text):
    assert yes.is_mere_doubt(text)


@pytest.mark.parametrize("text", ["", "i dont know where to start", "not sure its stalking", "no"])
def test_more_than_doubt_or_none(text):
    assert not yes.is_mere_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        "its NOT over!!!",
        "it isn't over",
        "I am not really safe",
        "he hasn't gone",
        "police are looking for him they havent found him",
        "they have not caught him",
        "he went quiet",
        "not yet",
        "he is still outside",
        "they arrested the wrong one, he's still ere",
        "gone but he'll be back",
        "He left. Then he came back with his brother.",
        "he ran off, could be anywhere now",
        "i think hes gone i havent checked",
    ],
)
def test_safety_denied(text):
    assert yes.denies_safety(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes its over",
        "im safe now",
        "he has gone",
        "police found him, they got him in the car",
        "it's not happening any more",
        "he is not here, i am at my mums",
        "they said he won't come back tonight",
        "still shaking but safe",
        "i am back home and safe",
        "",
    ],
)
def test_safety_not_denied(text):
    assert not yes.denies_safety(text)
