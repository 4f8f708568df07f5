"""Figures and signs that stand for letters."""

from __future__ import annotations

import re
from itertools import islice, product

from bot.safety import words
from bot.safety.normalise.tokens import ENDS, MOST_LOOKED_AT, NUMBERED, bounds

_FIGURES = dict(zip("03456789@$+€£(", "oeasgtbgastelc", strict=True)) | dict.fromkeys("1|!", "il")
_FIGURE = re.compile(r"[013456789@$!|+€£(]")
# Roads, flats and postcodes look like these: in letters only when the message has clearer ones.
_DOUBTFUL = re.compile(r"[a-z]{1,2}\d+|\d+[a-z]|.{1,2}")
_LETTER = re.compile(r"[a-z]")
_AT = "@"
_MOST_SPELLINGS = 16
# A longer token is not looked at: each spelling may have to be cut into words.
_LONGEST = 100
# Each of these stands for one of two letters; a token with more of them is no word.
_TWO_LETTERS = "1|!"
_MOST_DOUBTFUL = 8
# Characters of a message that are tried as words without spaces between them, in each spelling.
_MOST_TRIED = 400


def in_letters(tokens: list[str]) -> list[str]:
    """ "kn!fe", "0uts1de" and "@t my d00r" in letters; 999, 2am, 10mins and no 12 stay."""
    odd = [
        index
        for index, token in enumerate(tokens)
        if not token.isalpha() and len(token) <= _LONGEST and _FIGURE.search(token)
    ][:MOST_LOOKED_AT]
    if not odd:
        return tokens
    tokens = list(tokens)
    doubtful: list[int] = []
    found = False
    tried = 0
    for index in odd:
        token = tokens[index]
        first, last = bounds(token)
        if _DOUBTFUL.fullmatch(token[first:last]) and "@" not in token:
            doubtful.append(index)
            continue
        tokens[index] = _decoded(token, may_cut=tried < _MOST_TRIED)
        found = found or tokens[index] != token
        if tokens[index] == token or " " in tokens[index]:
            tried += len(token)
    for index in doubtful if found else ():
        tokens[index] = _decoded(tokens[index], numbers_too=True)
    return " ".join(tokens).split(" ")


def _decoded(token: str, numbers_too: bool = False, may_cut: bool = True) -> str:
    if token == _AT:
        return "at"
    first, last = bounds(token)
    core = token[first:last]
    if core.isalpha() or not _LETTER.search(core):
        return token
    if NUMBERED.fullmatch(core) and not numbers_too:
        return token
    if sum(map(core.count, _TWO_LETTERS)) > _MOST_DOUBTFUL:
        return token
    # Exclamation marks at the end may be letters too.
    for end in sorted({last, len(token.rstrip(ENDS.replace("!", "")))}):
        word = _as_word(token[first:end], may_cut)
        if word:
            return token[:first] + word + token[end:]
    return token


def _as_word(token: str, may_cut: bool) -> str | None:
    """The most common word that the token spells, or the words that it may be cut into."""
    word = one_word(token)
    if word or "@" in token or not may_cut:
        return word
    return next((" ".join(cut) for cut in map(words.split, _spellings(token)) if cut), None)


def one_word(token: str) -> str | None:
    """The most common word that a token spells with its figures and signs as letters."""
    best = max(_spellings(token), key=words.frequency)
    return best if words.frequency(best) else None


def _spellings(token: str) -> list[str]:
    letters = product(*(_FIGURES.get(character, character) for character in token))
    return list(map("".join, islice(letters, _MOST_SPELLINGS)))
