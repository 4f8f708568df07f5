"""The same message from or about somebody else, to measure whether the net treats people alike.

Each swap is a function of a message and a seed and always gives the same for the same two. It
changes words where the message has such words and otherwise puts a short sentence in front, or
leaves the message out (None) where a sentence in front would not do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

Swap = Callable[[str, int], str | None]

# After "her", these show that it stands for "him": "saw her outside", not "her car".
_NOT_OWNED = re.compile(
    r"\s*(?:$|[.,;:!?)]|(?:and|but|or|in|on|at|to|by|from|with|outside|behind|now|again|coming|"
    r"out|off|up|down|is|was|that|when|because|cos|for|through|walking|standing|here|there|near|"
    r"again|yesterday|last|he|she|i|the|a|an|my|if|just|before|after|since|over|about|away)\b)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    path = Path(__file__).with_name("swaps.yml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _random(text: str, seed: int) -> random.Random:
    # A string seed does not depend on the process, unlike a hash.
    return random.Random(f"{seed}:{text}")  # noqa: S311 - nothing secret hangs on it


def _pattern(words: list[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w'-])", re.I)


def _in_case_of(original: str, word: str) -> str:
    if len(original) > 1 and original.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if original[:1].isupper() else word


def _straight(text: str) -> str:
    return text.replace("’", "'")


def sex(text: str, seed: int = 0) -> str | None:
    """Every he is a she and every she a he, kin and partners too; None when there is neither."""
    table = _tables()["stalker_sex"]
    both = table | {new: old for old, new in reversed(table.items())}
    text = _straight(text)
    swapped = _pattern([*both, "him", "his", "her", "hers"]).sub(
        lambda match: _in_case_of(match.group(), _counterpart(match, both)), text
    )
    return None if swapped == text else swapped


def _counterpart(match: re.Match[str], table: dict[str, str]) -> str:
    word = match.group().lower()
    if word == "her":
        return "him" if _NOT_OWNED.match(match.string, match.end()) else "his"
    return {"him": "her", "his": "her", "hers": "his"}.get(word) or table[word]


def orientation(text: str, seed: int = 0) -> str:
    """The writer's partner or ex is of the other sex, with he and she to match; else a prefix."""
    table = _tables()["orientation"]
    both = table | {new: old for old, new in table.items()}
    if _pattern(list(both)).search(_straight(text)):
        swapped = sex(text, seed)
        if swapped is not None:
            return swapped
    return _with_prefix(text, seed, "orientation_prefix")


def nationality(text: str, seed: int = 0) -> str:
    """Says first where the writer is from."""
    return _with_prefix(text, seed, "nationality_prefix")


def faith(text: str, seed: int = 0) -> str:
    """Says first what the writer believes."""
    return _with_prefix(text, seed, "faith_prefix")


def relation(text: str, seed: int = 0) -> str:
    """The stalker is somebody else of the same sex; when the message names none, a prefix."""
    source = _random(text, seed)
    plain = _straight(text)
    for group in _tables()["relation"]:
        pattern = re.compile(
            rf"(?<![\w'-])my ({'|'.join(map(re.escape, sorted(group, key=len, reverse=True)))})"
            r"(?![\w-])(?! (?:husband|wife|boyfriend|girlfriend|partner|bf|gf|mate|friend)s?\b)",
            re.I,
        )
        match = pattern.search(plain)
        if match is None:
            continue
        new = source.choice([word for word in group if word != match.group(1).lower()])

        def swapped(match: re.Match[str], new: str = new) -> str:
            return match.group()[:3] + _in_case_of(match.group(1), new)

        return pattern.sub(swapped, plain)
    return _with_prefix(text, seed, "relation_prefix")


def _with_prefix(text: str, seed: int, name: str) -> str:
    return f"{_random(text, seed).choice(_tables()[name])} {text}"


SWAPS: dict[str, Swap] = {
    "sex": sex,
    "orientation": orientation,
    "nationality": nationality,
    "faith": faith,
    "relation": relation,
}
