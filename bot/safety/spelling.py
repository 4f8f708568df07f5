"""Mends slips of typing: "outsdie my huose" is read as "outside my house".

A word that nobody uses becomes the most common word of the training messages that one slip turns
into it: a letter left out, hit twice or wrongly, one too many, or two swapped. Words that people
use, names among them where `words.txt` has them, stay. What comes out is a guess, so danger is
judged on the message as typed as well (docs/decisions/0003).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from string import ascii_lowercase

from bot.safety import words
from bot.safety.word_borders import apart, moved_back

# Shorter words are too near to too many others.
SHORTEST = 4
LONGEST = 16
# How often a word must occur in the training messages for a slip to be taken for it.
LEAST_FREQUENCY = 5
# Unknown words of a message that are looked at: a message with more of them is not English.
MOST_LOOKED_AT = 25
# Letters of a message that are tried as words without spaces between them.
_MOST_LETTERS = 2 * words.LONGEST_RUN
# What a slip costs beside the word (`words.cost`), where cutting apart would be another reading.
_SLIP = 5.0
_WORD = re.compile(r"[a-z']+")


def mend(text: str) -> str:
    """The message (as `normalise` leaves it) with its slips mended where one is likely.

    Where most of its unknown words are no slips, it is of another language or no words at all, and
    stays as it is: "lorem ipsum dolor" is not about a door.
    """
    text = _with_spaces_back(text)
    unknown = [match for match in _WORD.finditer(text) if _is_unknown(match.group())]
    mended = _likeliest([match.group() for match in unknown[:MOST_LOOKED_AT]])
    slips = [
        (match, word) for match, word in zip(unknown, mended, strict=False) if word != match.group()
    ]
    if 2 * len(slips) < len(unknown):
        return text
    for match, word in reversed(slips):
        text = text[: match.start()] + word + text[match.end() :]
    return text


def _is_unknown(word: str) -> bool:
    return len(word) >= SHORTEST and not words.is_word(word)


def _likeliest(unknown: Sequence[str]) -> Iterator[str]:
    """Each unknown word mended as one, or cut apart and its pieces mended, what is likelier."""
    letters = 0
    for word in unknown:
        mended = mend_word(word)
        letters += len(word)
        pieces, cost = apart(word) if letters <= _MOST_LETTERS else ([word], math.inf)
        if len(pieces) == 1 or (mended != word and words.cost(mended) + _SLIP < cost):
            yield mended
        else:
            yield " ".join(mend_word(one) if _is_unknown(one) else one for one in pieces)


def _with_spaces_back(text: str) -> str:
    tokens = text.split(" ")
    for place in range(len(tokens) - 1):
        first, second = tokens[place : place + 2]
        if _WORD.fullmatch(first) and _WORD.fullmatch(second):
            *before, last = (moved_back(first, second) or f"{first} {second}").rsplit(" ", 1)
            # What fits together is beside the next as one.
            tokens[place : place + 2] = ["".join(before), last]
    return " ".join(filter(None, tokens))


def mend_word(word: str) -> str:
    """The most common word that is one slip away from an unknown one, or the word itself.

    Args:
        word: lower case, at least `SHORTEST` letters.
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
