"""Answers to the form's questions how and when someone can be reached, told from all else.

The models of the emergency net have hardly met such answers: to them "tomorrow morning" is nearly
as sure an emergency as "he is at the door". Messages made of nothing but numbers, addresses, times,
names and the words in `answers.yml` are answers. Where other words stand beside a number or a time,
the models are heard, but have to be surer than elsewhere. All else the net decides.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from bot.safety import danger
from bot.safety import words as dictionary
from bot.safety.normalise import clean
from bot.safety.people import CONTACT

_WORDS_FILE = Path(__file__).with_name("answers.yml")
# 9, 9am, 9.30, 0930 and 22nd, but not 999, 101 or 55.
_CLOCK = re.compile(
    r"\b(?:any|all) ?times?\b"
    r"|\b(?:(?:[01]?\d|2[0-4])[:.][0-5]\d|(?:[01]\d|2[0-3])[0-5]\d|1?\d|2[0-4])"
    r"\s*(?:am|pm|ish|st|nd|rd|th)?\b"
)
_WORD = re.compile(r"[^\W_]+")
_RELATIVE = frozenset(("when", "while", "before", "after", "until", "till", "unless"))
_NOT = frozenset(("not", "no", "dont", "never", "isnt", "doesnt"))
_AT_ONCE = frozenset(("now", "moment", "minute", "minutes", "min", "mins", "right"))

# No time to ring somebody at: "any min now".
_ANY_MOMENT = re.compile(r"\bany (?:min|minute|sec|second|moment)\b")


class Kind(Enum):
    """What a message is to the form.

    Attributes:
        OTHER: not an answer, or not surely one: the net's word stands.
        MIXED: holds what was asked for, among words of every kind: danger is rarer in such a
            message than in others (`danger.in_answer`).
        UNSURE: an answer that speaks of this moment or of somebody else: 999 stands before it.
        PLAIN: nothing but an answer.
    """

    OTHER = 0
    MIXED = 1
    UNSURE = 2
    PLAIN = 3


def kind(text: str, previous: str = "", *, is_time_asked: bool = True) -> Kind:
    """What a message is to the form; anything in which the net's rules see danger is OTHER.

    Args:
        text: what was typed.
        previous: what was typed just before, which may hold the other half of a cry for help.
        is_time_asked: whether a time among other words is what the form asks for.
    """
    found = _by_words(clean(text), is_time_asked)
    if found is Kind.OTHER or danger.is_either_seen(text, previous):
        return Kind.OTHER
    return found


def names_time(text: str) -> bool:
    """Whether there is a day or a time in the words of an answer."""
    _, clocks, words = _parts(clean(text))
    return clocks > 0 or bool(set(words) & (_words()["times"] | _words()["soon"]))


def _by_words(text: str, is_time_asked: bool) -> Kind:
    if any(unicodedata.category(sign) == "So" for sign in text):
        return Kind.OTHER  # an emoji can say all
    contacts, clocks, typed = _parts(text)
    known = _words()
    names = _names(typed) if contacts else set()
    words = set(typed) - names
    soon, them, negated = words & known["soon"], words & known["them"], words & _NOT
    is_strange = bool(words - frozenset().union(*known.values()))
    is_when = clocks or words & known["times"]
    if is_strange:
        is_given = contacts or (is_time_asked and is_when)
    else:
        is_given = contacts or is_when or soon or (them and words & _RELATIVE)
    if not is_given:
        return Kind.OTHER
    # "He comes tonight", "not safe tonight", "don't call now", "no tomorrow".
    if _ANY_MOMENT.search(text.casefold()):
        return Kind.OTHER
    if them and "with" in words:  # "he is with me"
        return Kind.OTHER
    if soon and (them or (negated and ("safe" in words or soon & _AT_ONCE))):
        return Kind.OTHER
    if "no" in words and not words & known["ways"] - {"no"}:
        return Kind.OTHER
    if is_strange:
        return Kind.MIXED
    return Kind.UNSURE if soon or them or names else Kind.PLAIN


def _names(typed: list[str]) -> set[str]:
    """Unusual words where a name may stand: "my friend Ottilie", "ask for Oona"."""
    before = _words()["people"] | {"for", "called"}
    return {
        word
        for previous, word in pairwise(typed)
        if previous in before and word.isalpha() and not dictionary.is_word(word)
    }


def _parts(text: str) -> tuple[int, int, list[str]]:
    """How many contacts, how many clock times, and all other words. The form itself is laxer."""
    text = text.casefold().replace("'", "")
    text, contacts = CONTACT.subn(" ", text)
    text, clocks = _CLOCK.subn(" ", text)
    return contacts, clocks, _WORD.findall(text)


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    document = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))
    return {group: frozenset(words.split()) for group, words in document.items()}
