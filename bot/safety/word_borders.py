"""Borders of words that a slip of typing has moved: "is atmy hosue", "O NMY DRIVE".

`normalise` cuts a run of letters apart where all of it is common words, and the message shows that
spaces are missing. Here a part of the run may be no word, a slip as well or a name. That is a
guess, so it belongs to the reading in which slips are mended (bot/safety/spelling.py) alone.
"""

from __future__ import annotations

import math

from bot.safety import words

# What a piece that is no word costs, and each of its letters (natural logarithms, as for words):
# so much that a name is cut only where plain words stand beside it.
_UNKNOWN, _UNKNOWN_LETTER = 6.0, 2.2
# What a space that is left out costs.
_SPACE = 4.0
# The share of the letters that has to be in words.
_LEAST_KNOWN = 0.5
# Shorter pieces that are no words are endings: "surface d".
_SHORTEST_UNKNOWN = 3
# A shorter word is not made of two: "s ex".
_SHORTEST_JOINED = 5
# How often a word must occur for a letter to have gone to it, or from it.
_LEAST_FREQUENCY = 30


def apart(run: str) -> tuple[list[str], float]:
    """The likeliest words in a run of letters (lower case) that is no word itself, in order.

    Returns:
        The words, with what is no word between them, and their cost (`words.cost`) together with
        that of the spaces left out. The run alone, at no end of a cost, where that is likelier.
    """
    letters = run.replace("'", "")
    if len(letters) > words.LONGEST_RUN or not (letters.isascii() and letters.isalpha()):
        return [run], math.inf
    pieces, cost = words.cut(letters, _cost_of_unknown)
    known = sum(len(piece) for piece in pieces if words.is_word(piece))
    if known < _LEAST_KNOWN * len(letters) or not words.is_plausible(pieces):
        return [run], math.inf
    return pieces, cost + _SPACE * (len(pieces) - 1)


def _cost_of_unknown(length: int) -> float:
    return math.inf if length < _SHORTEST_UNKNOWN else _UNKNOWN + _UNKNOWN_LETTER * length


def moved_back(first: str, second: str) -> str | None:
    """Two neighbours (lower case), one of them no word, with the space where it belongs.

    Returns:
        None unless all is common words then: "o nmy" is "on my", "outsi de" is "outside".
    """
    if words.is_word(first) and words.is_word(second):
        return None
    joined = f"{first}{second}"
    places = (
        joined if len(joined) >= _SHORTEST_JOINED else "",
        f"{first}{second[:1]} {second[1:]}",
        f"{first[:-1]} {first[-1:]}{second}",
    )
    return next((place for place in places if _is_common(place)), None)


def _is_common(text: str) -> bool:
    return min(map(words.frequency, text.split(" "))) >= _LEAST_FREQUENCY
