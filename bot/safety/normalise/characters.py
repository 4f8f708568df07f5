"""Characters: one way of writing each, and Latin letters for those that look like them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

from bot.safety import words

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_LATIN = re.compile(r"[a-z]")

# NFKC writes some signs out in more letters than these, up to eighteen; a few of them are read.
_MOST_GROWTH = 3
_GROWTH_OF_A_FEW = 200
_BLOCK = 256
# Not compositions of a letter and a mark, but typed for one.
_LETTERS = str.maketrans(
    {"ł": "l", "ǫ": "q", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ß": "ss"}
)
# Variation, keycap and skin tone signs, and the sex of an emoji.
_EMOJI_DRESS = re.compile("[\ufe0e\ufe0f\u20e3\u2640\u2642\U0001f3fb-\U0001f3ff]")
# White and black letters in circles and squares, which Unicode does not count as letters, and
# the letters that flags are made of.
_BADGES = {
    first + index: chr(ord("a") + index)
    for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
    for index in range(26)
}
# Words of a sentence in disguise, and the share of them that people use.
_SENTENCE, _MOSTLY = 3, 0.8
_ONLY_IN_DISGUISE = {ord("ш"): "w", ord("щ"): "w", ord("я"): "r"}


def composed(text: str) -> str:
    """One way of writing each letter (NFKC)."""
    # Quotes first: NFKC would split an accent that stands for one.
    text = text.translate(_QUOTES)
    whole = _in_blocks(text)
    if len(whole) <= _MOST_GROWTH * len(text) + _GROWTH_OF_A_FEW:
        return whole
    # Mostly of signs that each stand for a phrase: without them, for nobody writes so, and the
    # eighteenfold text would cost as much to read.
    return _in_blocks("".join(map(_without_phrase, text)))


def _in_blocks(text: str) -> str:
    """NFKC of a text, so many characters at once: marks are put in order in quadratic time."""
    blocks = []
    start = 0
    while start < len(text):
        end = start + _BLOCK
        # A letter stays with its marks, unless there are so many that they are no writing.
        while end < min(len(text), start + 2 * _BLOCK) and _is_mark(text[end]):
            end += 1
        blocks.append(unicodedata.normalize("NFKC", text[start:end]))
        start = end
    return "".join(blocks)


def _is_mark(character: str) -> bool:
    # Some signs are marks only once they are written out, as those of half-width Japanese.
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) != 0


def _without_phrase(sign: str) -> str:
    return sign if len(unicodedata.normalize("NFKC", sign)) <= _MOST_GROWTH else " "


def in_latin(text: str) -> str:
    """Accents off, emoji to words, look-alike letters to Latin; of a text in lower case."""
    return _latin_letters(_without_emoji(_without_marks(text)))


def _without_marks(text: str) -> str:
    """Accents and piled marks taken off Latin letters; other scripts keep theirs."""
    kept: list[str] = []
    latin = False
    for character in unicodedata.normalize("NFD", text.translate(_LETTERS)):
        if unicodedata.category(character) in ("Mn", "Me"):
            if latin:
                continue
        else:
            latin = "a" <= character <= "z"
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=1)
def _emoji() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {sign: word for word, signs in _table("emoji.yml").items() for sign in signs}
    return re.compile(rf"([{''.join(table)}])(?:\s*\1)*"), table


def _without_emoji(text: str) -> str:
    pattern, table = _emoji()
    text = _EMOJI_DRESS.sub("", text).translate(_BADGES)
    return pattern.sub(lambda match: f" {table[match.group(1)]} ", text)


@lru_cache(maxsize=1)
def _look_alikes() -> dict[int, str]:
    return {
        ord(sign): letter for letter, signs in _table("lookalikes.yml").items() for sign in signs
    }


def _table(name: str) -> dict[str, str]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    table: dict[str, str] = yaml.safe_load(text)
    return table


def _latin_letters(text: str) -> str:
    """Look-alikes become Latin in words that have a Latin letter, and in a Latin message."""
    # All of it in disguise: then also letters that are too common in their own script.
    undisguised = text.translate(_look_alikes() | _ONLY_IN_DISGUISE)
    if _is_mostly_english(undisguised):
        return undisguised
    tokens = text.split(" ")
    table = _look_alikes()
    foreign = [token for token in tokens if not token.isascii()]
    # A real word of another script has letters without a Latin double.
    other_language = any(
        letter.isalpha() and not letter.isascii() and ord(letter) not in table
        for token in foreign
        if not _LATIN.search(token)
        for letter in token
    )
    has_latin = _LATIN.search(text) is not None or _is_english(text.translate(table))
    latin_message = has_latin and not other_language
    return " ".join(
        token.translate(table)
        if not token.isascii() and (latin_message or _LATIN.search(token))
        else token
        for token in tokens
    )


def _is_english(text: str) -> bool:
    """True when a text is nothing but words that people use: whole words in look-alikes."""
    found = re.findall(r"[^\W\d_]+", text)
    return any(len(word) > 2 for word in found) and all(map(words.frequency, found))  # noqa: PLR2004


def _is_mostly_english(text: str) -> bool:
    """True when nearly all of three words and more are such as people use: a whole sentence."""
    found = re.findall(r"[^\W\d_]+", text)
    known = sum(map(bool, map(words.frequency, found)))
    return len(found) >= _SENTENCE and text.isascii() and known >= _MOSTLY * len(found)
