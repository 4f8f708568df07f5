"""Answers to the four questions in words of one's own: "every week", "I'd say so", "hardly".

Only plain words count (`four_answers.yml`). What is merely told ("he changed gyms, and churches")
is taken for no answer: the person chooses. A yes and a doubt lead to the same result, so a "no" is
read most narrowly.
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.safety.normalise import plain_words
from bot.safety.patterns import read

_WORDS = read(Path(__file__).with_suffix(".yml"))
# In this order: "not sure" begins like a no.
_OPENS = {
    "not_sure": re.compile(rf"{_WORDS['before']}(?:{_WORDS['opens_not_sure']})\b"),
    "no": re.compile(rf"{_WORDS['before']}(?:{_WORDS['opens_no']})\b"),
    # "Of course not" is no yes.
    "yes": re.compile(rf"{_WORDS['before']}(?:{_WORDS['opens_yes']})\b(?! (?:not|nah|never)\b)"),
}
_ONLY_NO = re.compile(rf"{_WORDS['before']}(?:{_WORDS['opens_no']}){_WORDS['only_no']}")
_TURNS, _AGAINST, _OTHERS_SAY = (
    re.compile(rf"\b(?:{_WORDS[name]})\b") for name in ("turns", "against", "others_say")
)
_SAYS = {
    name: re.compile(rf"\b(?:{expression})\b")
    for name, expression in _WORDS.items()
    if name.startswith(("yes_", "no_"))
}
# Here the words for it are negative themselves: "I never asked for any of it".
_NEGATIVE = "four_unwanted"


def in_words(slot: str, text: str) -> str | None:
    """The answer that a message gives in words of its own.

    Args:
        slot: the open question's slot.
        text: what was typed, which asks nothing and holds no danger.

    Returns:
        "yes", "no", "not_sure", or None where its words do not say, or say both.
    """
    said = plain_words(text)
    opened = next((one for one, words in _OPENS.items() if words.match(said)), None)
    told = _told(slot, said)
    if slot == _NEGATIVE:
        return told or (opened if opened != "no" else None)  # "no, I never wanted it" is a yes
    if opened == "no":
        return "no" if _ONLY_NO.fullmatch(said) else None
    if opened == "yes" and (_TURNS.search(said) or told not in (None, opened)):
        return None
    return opened or told


def _told(slot: str, said: str) -> str | None:
    found = [one for one in ("yes", "no") if _says(f"{one}_{slot}", said)]
    if len(found) != 1:
        return None
    answer = found[0]
    if slot == _NEGATIVE:
        return None if answer == "no" and _OTHERS_SAY.search(said) else answer
    return None if _AGAINST.search(said) else answer


def _says(name: str, said: str) -> bool:
    return name in _SAYS and bool(_SAYS[name].search(said))
