"""The same message, whoever it is from or about.

Whether there is danger now must not hang on the sex, origin, faith or orientation of anybody, nor
on how the stalker is known to the person. All functions take normalised text.
"""

from __future__ import annotations

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
def tables() -> dict[str, Any]:
    """The contents of people.yml."""
    document: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return document


def words(name: str) -> list[str]:
    """The words of a table that is written as one line."""
    return re.split(r",\s+", tables()[name].strip())


def any_of(several: Iterable[str]) -> str:
    """A pattern that finds any of these, the longest first."""
    return "|".join(map(re.escape, sorted(several, key=len, reverse=True)))


@lru_cache(maxsize=1)
def relation() -> re.Pattern[str]:
    """Finds whoever may be the stalker: "my neighbour"."""
    people = any_of(tables()["relations"])
    return re.compile(
        rf"(?<![\w'-])(my|our) ({people})(?![\w-])"
        r"(?! (?:husband|wife|boyfriend|girlfriend|partner|bf|gf|mate|friend)s?\b)"
    )


def him_or_his(text: str, end: int) -> str:
    """What "her" is of a man, where it ends here in the text."""
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
    """The message with women as men: most messages are about men, so those the models know best."""
    pattern, table = _to_man()

    def man(match: re.Match[str]) -> str:
        word = match.group()
        if word == "her":
            return him_or_his(text, match.end())
        return "his" if word == "hers" else table[word]

    return pattern.sub(man, text)


def neutralise_identity(text: str) -> str:
    """The message without who it is from and about: what is judged for danger.

    Beside what `about_a_man` does, people who may be the stalker become "my ex", and a clause that
    only says who somebody is falls away. So do a phone number and an address beside other words:
    "send someone now 07700 900123".
    """
    text = relation().sub(r"\1 ex", about_a_man(text))
    return _without_contacts(_says_who().sub("", text))


def _without_contacts(text: str) -> str:
    rest = CONTACT.sub(" ", text)
    return " ".join(rest.split()) if re.search(r"[^\W\d]", rest) else text
