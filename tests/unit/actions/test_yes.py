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
    "text", ["yes", "yes thank you", "it is over", "yes its over now", "ok yes"]
)
def test_a_bare_yes(text):
    assert yes.is_only_yes(text)


@pytest.mark.parametrize("text", ["", "yes im scared", "yes he is", "oh yes very", "yes for now"])
def test_a_yes_with_more(text):
    assert not yes.is_only_yes(text)


@pytest.mark.parametrize(
    "text", ["yes", "Yes please.", "ok send it to them", "yeah thats right", "go on then", "sure"]
)
def test_a_yes_and_no_more(text):
    assert yes.is_unconditional(text)


@pytest.mark.parametrize(
    "text", ["", "yes wait", "yeah hang on", "yes not now", "yes later", "yes if its safe", "no"]
)
def test_a_yes_with_a_condition(text):
    assert not yes.is_unconditional(text)
