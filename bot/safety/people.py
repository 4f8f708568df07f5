"""Neutralises identity: reads a message without who it is from or about.

Whether there is danger now must not depend on anybody's sex, origin, faith or orientation, nor on
how the person knows the stalker. All functions take normalised text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("people.yml")
# An address is only looked for at the beginning of a word. Otherwise the time would grow with the
# square of a long word's length.
CONTACT = re.compile(
    r"(?<![^\s@,;])[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+|(?:\+\d|(?<!\d)0)(?:[\s().+-]*\d){8,}"
)
"""Finds an e-mail address, or a phone number that begins with 0 or +: not "999 999 999"."""
# What may follow a "her" that stands for "him" rather than "his".
_NOT_OWNED = re.compile(
    r"\s*(?:$|[^\w\s']|(?:a|about|after|again|an|and|are|as|at|away|back|because|before|behind|but|by|cos|"
    r"down|for|from|he|here|i|if|in|into|is|just|last|like|near|now|of|off|on|or|out|outside|over|"
    r"she|since|so|that|the|then|there|through|to|today|tonight|up|was|were|when|where|while|with|"
    r"yesterday)\b)"
)


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """Returns the contents of people.yml."""
    document: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return document


def words(name: str) -> list[str]:
    """Returns the words of a table that is written as one line."""
    return re.split(r",\s+", tables()[name].strip())


def any_of(several: Iterable[str]) -> str:
    """Returns a pattern that finds any of these, the longest first."""
    return "|".join(map(re.escape, sorted(several, key=len, reverse=True)))


@lru_cache(maxsize=1)
def relation() -> re.Pattern[str]:
    """Returns a pattern that finds people who may be the stalker: "my neighbour"."""
    people = any_of(tables()["relations"])
    return re.compile(
        rf"(?<![\w'-])(my|our) ({people})(?![\w-])"
        r"(?! (?:husband|wife|boyfriend|girlfriend|partner|bf|gf|mate|friend)s?\b)"
    )


def him_or_his(text: str, end: int) -> str:
    """Returns the word for a man in place of the "her" that ends at `end` in the text."""
    return "him" if _NOT_OWNED.match(text, end) else "his"


@lru_cache(maxsize=1)
def _to_man() -> tuple[re.Pattern[str], dict[str, str]]:
    plainer = tables()["sexes_too"]
    table = {word: plainer.get(man, man) for word, man in tables()["sexes"].items()} | plainer
    return re.compile(rf"(?<![\w'-])(?:{any_of([*table, 'her', 'hers'])})(?![\w'-])"), table


@lru_cache(maxsize=1)
def _says_who() -> re.Pattern[str]:
    identities = any_of([*words("identities"), *(f"from {one}" for one in words("countries"))])
    relations = any_of([*tables()["relations"], *words("others")])
    return re.compile(
        rf"(?:^|(?<=[.!?,;] ))(?:(?:i am|i'm|im|i come) (?:{identities})|"
        rf"(?:it is|it's|its|this is|he is|he's|hes) (?:(?:my|our|an|a) )?(?:{relations})"
        rf"(?: (?:{any_of(words('from'))}))?)"
        r"\s*(?:[.!?,;]+ +)(?=\S)"
    )


def about_a_man(text: str) -> str:
    """Rewrites women as men, because most messages are about men and the models know those best."""
    pattern, table = _to_man()

    def man(match: re.Match[str]) -> str:
        word = match.group()
        if word == "her":
            return him_or_his(text, match.end())
        return "his" if word == "hers" else table[word]

    return pattern.sub(man, text)


def neutralise_identity(text: str) -> str:
    """Returns the message without who it is from or about; danger is judged on that.

    It does what `about_a_man` does. People who may be the stalker also become "my ex", and clauses
    that only say who somebody is are dropped. So are phone numbers and e-mail addresses beside
    other words: "send someone now 07700 900123".
    """
    text = relation().sub(r"\1 ex", about_a_man(text))
    return _without_contacts(_says_who().sub("", text))


def _without_contacts(text: str) -> str:
    rest = CONTACT.sub(" ", text)
    return " ".join(rest.split()) if re.search(r"[^\W\d]", rest) else text
