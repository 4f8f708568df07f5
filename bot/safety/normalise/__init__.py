"""Makes a message comparable: the same words however they were typed.

`clean` is what is shown and handed on; `normalise` is for matching and for the models. The steps
of `normalise`, in order: lower case and plain quotes; accents off Latin letters; emoji to words
(`emoji.yml`); look-alike letters to Latin (`lookalikes.yml`); words joined by underscores apart;
spaced-out letters together; words joined by dots and dashes apart; figures and signs used as
letters back to letters; missing spaces in; drawn-out words short. A change that could spoil a plain
message is made only when it gives words that people use (`words.txt`).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product

from bot.safety import words
from bot.safety.normalise import characters, figures, spacing
from bot.safety.normalise.tokens import MOST_LOOKED_AT, bounds

_INVISIBLE_CATEGORIES = {"Cf", "Cc", "Cs", "Co"}
# Drawn as nothing too, though Unicode counts them as letters, marks or places to be given out:
# Hangul and Khitan fillers, a joiner, two Khmer vowels, variations of Mongolian and other letters.
# The two of emoji stay, as they are for the eye; `normalise` takes them off.
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0d\uffa0\ufff0-\ufff8"
    "\U00016fe4\U000e0000-\U000e0fff]"
)
# Drawn as an empty place, braille without a dot and a note without a head; and what stands for a
# picture where a text was pasted or dictated.
_EMPTY_PLACES = re.compile("[\u2800\U0001d159\ufffc]")
_SPACES = re.compile(r"\s+")
# Of anything but digits: 999 stays 999.
_LONG_RUN = re.compile(r"(\D)\1{2,}")
_NO_LETTERS = re.compile(r"[^a-z0-9 ]+")
_THREE = re.compile(r"(\D)\1\1")
_DOUBLE = re.compile(r"([a-z])\1+")
_MOST_DOUBLES = 4


def clean(text: str) -> str:
    """The text without invisible and control characters; line breaks become spaces."""
    text = text.replace("`", "'") if text.isascii() else characters.composed(_visible(text))
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE_CATEGORIES
    )
    return _SPACES.sub(" ", "".join(kept)).strip()


def _visible(text: str) -> str:
    return _EMPTY_PLACES.sub(" ", _BLANKS.sub("", text))


def normalise(text: str) -> str:
    """The message in lower case and plain letters, as described above; for matching only."""
    text = clean(text).lower()
    if not text.isascii():
        text = characters.in_latin(text)
    text = spacing.together(text)
    tokens = figures.in_letters(spacing.apart(text.split(" ")))
    text = " ".join(spacing.cut_apart(tokens))
    if not _THREE.search(text):
        return _SPACES.sub(" ", text).strip()
    text = " ".join(_short(text.split(" ")))
    # Runs of signs, and whatever was too long to be looked at.
    return _SPACES.sub(" ", _LONG_RUN.sub(r"\1\1", text)).strip()


def plain_words(text: str) -> str:
    """The words of a normalised message alone, without apostrophes and other signs."""
    return " ".join(_NO_LETTERS.sub(" ", normalise(text).replace("'", "")).split())


def _short(tokens: list[str]) -> list[str]:
    """ "hellllp" as "help", "sooooo" as "so"."""
    drawn_out = [index for index, token in enumerate(tokens) if _THREE.search(token)]
    for index in drawn_out[:MOST_LOOKED_AT]:
        tokens[index] = _undrawn(tokens[index])
    return tokens


def _undrawn(token: str) -> str:
    first, last = bounds(token)
    word = token[first:last]
    pieces = _DOUBLE.split(word)
    doubles = pieces[1::2]
    if not word.isalpha() or len(doubles) > _MOST_DOUBLES:
        return token
    spellings = [
        "".join(map("".join, zip(pieces[::2], (*letters, ""), strict=True)))
        for letters in product(*((letter * 2, letter) for letter in doubles))
    ]
    best = max(spellings, key=words.frequency)
    # Of one letter, "aaaa" is a cry and not the word "a".
    known = len(best) > 1 and words.frequency(best)
    return token[:first] + best + token[last:] if known else token
