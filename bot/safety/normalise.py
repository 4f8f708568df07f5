"""Makes a message comparable: the same words however they were typed."""

from __future__ import annotations

import re
import unicodedata

# Letters of other scripts that are drawn like Latin ones and slip past word rules.
_HOMOGLYPHS = str.maketrans("аеорсухіјѕһԁɡⅼοανιτκ", "aeopcyxijshdgloavitk")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_INVISIBLE_CATEGORIES = {"Cf", "Cc", "Cs", "Co"}
# Of anything but digits: 999 stays 999.
_LONG_RUN = re.compile(r"(\D)\1{2,}")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text without invisible and control characters; line breaks become spaces."""
    # Quotes first: NFKC would split an accent that stands for one.
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE_CATEGORIES
    )
    return _SPACES.sub(" ", "".join(kept)).strip()


def normalise(text: str) -> str:
    """Lower case, plain quotes, Latin look-alikes, "hellllp" as "hellp"; for matching only."""
    text = clean(text).lower()
    if not text.isascii() and any("a" <= letter <= "z" for letter in text):
        # Only in a text that is Latin otherwise: Russian or Greek stays what it is.
        text = text.translate(_HOMOGLYPHS)
    return _LONG_RUN.sub(r"\1\1", text)
