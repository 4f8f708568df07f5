"""Whether a message is in English. Only English is understood well, and answered in."""

from __future__ import annotations

import re

from bot.safety.normalise import normalise
from bot.safety.words import frequency

_WORD = re.compile(r"[^\W\d_]+")
# A word is common when the training messages have it so often. Words of other languages that
# people mix in have it less.
_COMMON = 80
_LEAST_WORDS = 3
_MOST_COMMON = 1 / 3


def is_foreign(text: str) -> bool:
    """True for a text that is hardly English: a third of its words, or less, are common in English.

    Args:
        text: what a person typed; fewer than three words say too little.
    """
    words = _WORD.findall(normalise(text).replace("'", ""))
    common = sum(frequency(word) >= _COMMON for word in words)
    return len(words) >= _LEAST_WORDS and common <= _MOST_COMMON * len(words)
