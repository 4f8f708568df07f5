"""Mends slips of typing: "outsdie my huose" is read as "outside my house".

A word that nobody uses becomes the most common word of the training messages that one slip turns
into it: a letter left out, hit twice or wrongly, one too many, or two swapped. Words that people
use, names among them where `words.txt` has them, stay. What comes out is a guess, so danger is
judged on the message as typed as well (docs/decisions/0003).
"""

from __future__ import annotations

import re
from string import ascii_lowercase

from bot.safety import words

# Shorter words are too near to too many others.
SHORTEST = 4
LONGEST = 16
# How often a word must occur in the training messages for a slip to be taken for it.
LEAST_FREQUENCY = 5
# Unknown words of a message that are looked at: a message with more of them is not English.
MOST_LOOKED_AT = 25
_WORD = re.compile(r"[a-z']+")


def mend(text: str) -> str:
    """The message (as `normalise` leaves it) with its slips mended where one is likely.

    Where most of its unknown words are no slips, it is of another language or no words at all, and
    stays as it is: "lorem ipsum dolor" is not about a door.
    """
    unknown = [match for match in _WORD.finditer(text) if _is_unknown(match.group())]
    mended = [mend_word(match.group()) for match in unknown[:MOST_LOOKED_AT]]
    slips = [
        (match, word) for match, word in zip(unknown, mended, strict=False) if word != match.group()
    ]
    if 2 * len(slips) < len(unknown):
        return text
    for match, word in reversed(slips):
        text = text[: match.start()] + word + text[match.end() :]
    return text


def _is_unknown(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and not words.is_word(word)


def mend_word(word: str) -> str:
    """The most common word that is one slip away from an unknown one, or the word itself.

    Args:
        word: lower case, at least `SHORTEST` letters.
    """
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
