"""The same message from or about somebody else, so that nothing learnt hangs on who that is.

All functions take normalised text.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

from bot.safety.people import any_of, him_or_his, relation, tables, words


def of_other_sex(text: str) -> str:
    """Every man of the message becomes a woman and every woman a man."""
    pattern, table = _sexes()

    def other(match: re.Match[str]) -> str:
        word = match.group()
        if word == "her":
            return him_or_his(text, match.end())
        return {"him": "her", "his": "her", "hers": "his"}.get(word) or table[word]

    return pattern.sub(other, text)


@lru_cache(maxsize=1)
def _sexes() -> tuple[re.Pattern[str], dict[str, str]]:
    table = dict(tables()["sexes"])
    both = table | {man: woman for woman, man in reversed(table.items())}
    people = [*both, "him", "her", "his", "hers"]
    return re.compile(rf"(?<![\w'-])(?:{any_of(people)})(?![\w'-])"), both


def of_other_relation(text: str, draw: random.Random) -> str:
    """Whoever may be the stalker is somebody else to the person; the same everywhere in it."""
    new: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match.group(2)
        if word not in new:
            new[word] = draw.choice(tables()["relations"])
        return f"{match.group(1)} {new[word]}"

    return relation().sub(other, text)


def who(draw: random.Random) -> str:
    """A short sentence that says who the person or the stalker is."""
    opening, table = draw.choice(
        (
            (("i am", "i'm", "im"), words("identities")),
            (("i'm from", "i am from", "i come from"), words("countries")),
            (("it's my", "its my", "he is my", "this is my"), tables()["relations"]),
        )
    )
    return f"{draw.choice(opening)} {draw.choice(table)}."
