"""Borders of words that a slip of typing has moved: "kidoffmyserversstabbing me", "O NMY DRIVE".

`normalise` cuts a run of letters apart where all of it is common words. Here a part of it may be no
word, a slip as well or a name. That is a guess, so it belongs to the reading in which slips are
mended (bot/safety/spelling.py) alone, and asks for more than one sign: many a name and a word of
another language holds "he", "stop" or "kill".
"""

from __future__ import annotations

import re

from bot.safety import words

# A shorter run is left, and a shorter piece is no sign of a space: "heisler" is not "he isler".
_SHORTEST, _SHORTEST_PIECE = 5, 3
# Of a run of so many letters, with so many words in it, a part may be no word; the share that has
# to be in words.
_LONG, _LEAST_WORDS, _LEAST_KNOWN = 12, 3, 0.75
# The same of a very long one.
_VERY_LONG, _LEAST_KNOWN_OF_IT = 16, 0.6
# What a piece that is no word costs, and each of its letters (natural logarithms, as for words);
# shorter ones are endings.
_UNKNOWN, _UNKNOWN_LETTER, _SHORTEST_UNKNOWN = 6.0, 2.2, 3
# How often a word must occur for a space to be moved for it.
_LEAST_FREQUENCY = 30
# Letters that are words.
_LETTERS = "aiu"
# A word with the signs around it; addresses and handles are none.
_WORD = re.compile(r"([^\w@#']*)([a-z][a-z']*)([^\w@#']*)")


def spaces_back(text: str) -> str:
    """The message (as `normalise` leaves it) with the spaces that slipped where they belong."""
    tokens = text.split(" ")
    found = tokens[:1]
    for token in tokens[1:]:
        first, second = _WORD.fullmatch(found[-1]), _WORD.fullmatch(token)
        moved = None
        if first and second and not first[3] and not second[1]:
            moved = space_back(first[2], second[2])
        if first and second and moved:
            found[-1:] = f"{first[1]}{moved}{second[3]}".split(" ")
        else:
            found.append(token)
    return " ".join(found)


def apart(run: str) -> list[str]:
    """The words in an unknown run of letters (lower case), in order, and what is between them.

    Args:
        run: letters, and apostrophes, which go.

    Returns:
        The run alone where it may well be one word.
    """
    letters = run.replace("'", "")
    if not letters.isascii() or not letters.isalpha():
        return [run]
    pieces = words.split(letters, _SHORTEST, is_sure=True)
    if pieces and min(map(len, pieces)) >= _SHORTEST_PIECE:
        return pieces
    return _beside_no_words(letters) or [run]


def _beside_no_words(letters: str) -> list[str] | None:
    if not _LONG <= len(letters) <= words.LONGEST_RUN:
        return None
    pieces = words.cut(letters, _cost_of_unknown)
    known = [piece for piece in pieces if words.is_word(piece)]
    share = len("".join(known)) / len(letters)
    least = _LEAST_KNOWN if len(letters) < _VERY_LONG else _LEAST_KNOWN_OF_IT
    is_likely = len(known) >= _LEAST_WORDS and share >= least and words.is_plausible(pieces)
    return pieces if is_likely else None


def _cost_of_unknown(length: int) -> float | None:
    return None if length < _SHORTEST_UNKNOWN else _UNKNOWN + _UNKNOWN_LETTER * length


def space_back(first: str, second: str) -> str | None:
    """Two neighbours (lower case), one of them no word, with the space where it belongs.

    A letter goes back over the space from what is no word to what is none without it, or both are
    one word: "o nmy" is "on my", "outsi de" is "outside".

    Returns:
        None unless all is common words then.
    """
    places = []
    if min(len(first), len(second)) > 1 and not (_is_whole(first) and _is_whole(second)):
        places.append(first + second)
    if not _is_whole(second) and (len(first) == 1 or not _is_whole(first)):
        places.append(f"{first}{second[:1]} {second[1:]}")
    if not _is_whole(first) and (len(second) == 1 or not _is_whole(second)):
        places.append(f"{first[:-1]} {first[-1:]}{second}")
    return next((place for place in places if _is_common(place)), None)


def _is_whole(word: str) -> bool:
    return words.is_word(word) and (len(word) > 1 or word in _LETTERS)


def _is_common(text: str) -> bool:
    pieces = text.split(" ")
    return all(
        words.frequency(piece) >= _LEAST_FREQUENCY and (len(piece) > 1 or piece in _LETTERS)
        for piece in pieces
    )
