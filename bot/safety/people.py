"""The same message, whoever it is from or about.

Whether there is danger now must not hang on the sex, origin, faith or orientation of anybody, nor
on how the stalker is known to the person. All functions take normalised text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("people.yml")
# An address is looked for at the beginning of a word only: elsewhere it would take a long word's
# length squared.
CONTACT = re.compile(
    r"(?<![^\s@,;])[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+|(?:\+\d|(?<!\d)0)(?:[\s().+-]*\d){8,}"
)
"""An e-mail address or a phone number. One begins with 0 or +: "999 999 999" is none."""
# After "her": it stands for "him", not for "his".
_NOT_OWNED = re.compile(
    r"\s*(?:$|[^\w\s']|(?:a|about|after|again|an|and|are|as|at|away|back|because|before|behind|but|by|cos|"
    r"down|for|from|he|here|i|if|in|into|is|just|last|like|near|now|of|off|on|or|out|outside|over|"
    r"she|since|so|that|the|then|there|through|to|today|tonight|up|was|were|when|where|while|with|"
    r"yesterday)\b)"
)


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def _words(name: str) -> list[str]:
    return re.split(r",\s+", _tables()[name].strip())


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@lru_cache(maxsize=1)
def _sexes() -> tuple[re.Pattern[str], dict[str, str]]:
    table = dict(_tables()["sexes"])
    both = table | {man: woman for woman, man in reversed(table.items())}
    words = [*both, "him", "her", "his", "hers"]
    return re.compile(rf"(?<![\w'-])(?:{_any_of(words)})(?![\w'-])"), both


def of_other_sex(text: str) -> str:
    """Every man of the message becomes a woman and every woman a man."""
    pattern, table = _sexes()

    def other(match: re.Match[str]) -> str:
        word = match.group()
        if word == "her":
            return "him" if _NOT_OWNED.match(text, match.end()) else "his"
        return {"him": "her", "his": "her", "hers": "his"}.get(word) or table[word]

    return pattern.sub(other, text)


@lru_cache(maxsize=1)
def _relation() -> re.Pattern[str]:
    words = _any_of(_tables()["relations"])
    return re.compile(
        rf"(?<![\w'-])(my|our) ({words})(?![\w-])"
        r"(?! (?:husband|wife|boyfriend|girlfriend|partner|bf|gf|mate|friend)s?\b)"
    )


def of_other_relation(text: str, draw: random.Random) -> str:
    """Whoever may be the stalker is somebody else to the person; the same everywhere in it."""
    new: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match.group(2)
        if word not in new:
            new[word] = draw.choice(_tables()["relations"])
        return f"{match.group(1)} {new[word]}"

    return _relation().sub(other, text)


def who(draw: random.Random) -> str:
    """A short sentence that says who the person or the stalker is."""
    opening, table = draw.choice(
        (
            (("i am", "i'm", "im"), _words("identities")),
            (("i'm from", "i am from", "i come from"), _words("countries")),
            (("it's my", "its my", "he is my", "this is my"), _tables()["relations"]),
        )
    )
    return f"{draw.choice(opening)} {draw.choice(table)}."


@lru_cache(maxsize=1)
def _to_man() -> tuple[re.Pattern[str], dict[str, str]]:
    plainer = _tables()["sexes_too"]
    table = {word: plainer.get(man, man) for word, man in _tables()["sexes"].items()} | plainer
    return re.compile(rf"(?<![\w'-])(?:{_any_of([*table, 'her', 'hers'])})(?![\w'-])"), table


@lru_cache(maxsize=1)
def _says_who() -> re.Pattern[str]:
    identities = _any_of([*_words("identities"), *(f"from {one}" for one in _words("countries"))])
    relations = _any_of([*_tables()["relations"], *_words("others")])
    return re.compile(
        rf"(?:^|(?<=[.!?,;] ))(?:(?:i am|i'm|im|i come) (?:{identities})|"
        rf"(?:it is|it's|its|this is|he is|he's|hes) (?:(?:my|our|an|a) )?(?:{relations})"
        rf"(?: (?:{_any_of(_words('from'))}))?)"
        r"\s*(?:[.!?,;]+ +)(?=\S)"
    )


def of_anybody(text: str) -> str:
    """The message without who it is from and about: what is judged for danger.

    Women become men (most messages are about men, so those the models know best), people who may
    be the stalker become "my ex", and a clause that only says who somebody is falls away. So do a
    phone number and an address beside other words: "send someone now 07700 900123".
    """
    pattern, table = _to_man()

    def man(match: re.Match[str]) -> str:
        word = match.group()
        if word == "her":
            return "him" if _NOT_OWNED.match(text, match.end()) else "his"
        return "his" if word == "hers" else table[word]

    text = pattern.sub(man, text)
    text = _relation().sub(r"\1 ex", text)
    return _without_contacts(_says_who().sub("", text))


def _without_contacts(text: str) -> str:
    rest = CONTACT.sub(" ", text)
    return " ".join(rest.split()) if re.search(r"[^\W\d]", rest) else text
