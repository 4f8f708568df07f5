"""Which messages are hardly English."""

from __future__ import annotations

import pytest

from bot.evaluation.sets import DEVELOPMENT, SETS, read
from bot.safety.language import is_foreign

# The most English emergencies that may be taken for another language: they get the same 999, with
# a line about languages.
MOST_ENGLISH = 0.01


@pytest.mark.parametrize(
    "text",
    [
        "mae e wrth y drws gyda cyllell",
        "el esta en la puerta con un cuchillo",
        "on jest pod drzwiami z nozem",
        "woh darwaze pe hai chaku hai",
        "il est devant ma porte",
    ],
)
def test_another_language(text):
    assert is_foreign(text)


@pytest.mark.parametrize("text", ["he is outside", "hes climbing thru the windw", "sos", "", "999"])
def test_english_or_too_little_to_say(text):
    assert not is_foreign(text)


def test_hardly_any_english_emergency_is_taken_for_another_language():
    texts = [one.text for one in read(SETS[DEVELOPMENT]) if one.label.startswith("emergency/")]
    taken = [text for text in texts if is_foreign(text)]
    assert len(taken) <= MOST_ENGLISH * len(texts), taken
