"""Mends slips of typing: "outsdie my huose" is read as "outside my house".

A word that nobody uses becomes the most common word of the training messages that one slip turns
into it: a letter left out, hit twice or wrongly, one too many, or two swapped. Words that people
use, names among them where `words.txt` has them, stay. Spaces that slipped are put back before, and
what is no slip of one word may be several (`word_borders.py`). What comes out is a guess, so danger
is judged on the message as typed as well (docs/decisions/0003).
"""

from __future__ import annotations

import re
from string import ascii_lowercase

from bot.safety import words
from bot.safety.word_borders import apart, spaces_back

# Shorter words are too near to too many others.
SHORTEST = 4
LONGEST = 16
# How often a word must occur in the training messages for a slip to be taken for it.
LEAST_FREQUENCY = 5
# Unknown words of a message that are looked at: a message with more of them is not English.
MOST_LOOKED_AT = 25
# No part of an address or of somebody's name in an app.
_WORD = re.compile(r"(?<![\w'.@#/])[a-z']+(?![\w@/]|\.\w)")


def mend(text: str) -> str:
    """The message (as `normalise` leaves it) with its slips mended where one is likely.

    Where most of its unknown words are no slips, it is of another language or no words at all, and
    stays as it is: "lorem ipsum dolor" is not about a door.
    """
    spaced = spaces_back(text)
    unknown = [match for match in _WORD.finditer(spaced) if _is_unknown(match.group())]
    mended = [_mended(match.group()) for match in unknown[:MOST_LOOKED_AT]]
    slips = [
        (match, word) for match, word in zip(unknown, mended, strict=False) if word != match.group()
    ]
    if 2 * len(slips) < len(unknown):
        return text
    for match, word in reversed(slips):
        spaced = spaced[: match.start()] + word + spaced[match.end() :]
    return spaced


def _is_unknown(word: str) -> bool:
    return len(word) >= SHORTEST and not words.is_word(word)


def _mended(word: str) -> str:
    mended = mend_word(word)
    pieces = apart(word) if mended == word else [mended]
    return " ".join(mend_word(piece) if _is_unknown(piece) else piece for piece in pieces)


def mend_word(word: str) -> str:
    """The most common word that is one slip away from an unknown one, or the word itself.

    Args:
        word: lower case, at least `SHORTEST` letters; one of more than `LONGEST` stays.
    """
    if len(word) > LONGEST:
        return word
    known = filter(words.is_word, _one_slip_away(word))
    # By the alphabet where two are as common, so that it is always the same one.
    best = max(known, key=lambda other: (words.frequency(other), other), default=word)
    return best if words.frequency(best) >= LEAST_FREQUENCY else word


def _one_slip_away(word: str) -> set[str]:
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    left_out = {before + letter + after for before, after in cuts for letter in ascii_lowercase}
    wrong = {
        before + letter + after[1:] for before, after in cuts[:-1] for letter in ascii_lowercase
    }
    too_many = {before + after[1:] for before, after in cuts[:-1]}
    swapped = {before + after[1] + after[0] + after[2:] for before, after in cuts[:-2]}
    return left_out | wrong | too_many | swapped
