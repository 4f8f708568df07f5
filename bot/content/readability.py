"""Reading age of English text, by the Flesch-Kincaid grade.

The formula is public (Kincaid and others, 1975). Libraries that offer it fetch a pronunciation
dictionary at run time, which a server without internet access cannot; the syllable count here
is the usual vowel-group estimate.
"""

from __future__ import annotations

import re

# A child in US grade n is about n + 5 years old.
_AGE_AT_GRADE_ZERO = 5.0
_SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)|\n")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """Estimated syllables of one English word, at least 1."""
    word = word.lower().strip("'’-")
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded", "eed")) and count > 1:
        count -= 1
    return max(count, 1)


def reading_age(text: str) -> float:
    """Age in years at which a child is expected to read `text`; 0 for a text without words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)))
    per_word = sum(syllables(word) for word in words) / len(words)
    grade = 0.39 * len(words) / sentences + 11.8 * per_word - 15.59
    return max(grade + _AGE_AT_GRADE_ZERO, 0.0)
