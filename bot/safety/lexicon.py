"""The word lists of `grammar.yml` as patterns, and plain spelling for what people type."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from bot.safety.normalise import normalise

# Counts stop here: the fourth cue adds nothing.
MOST = 3


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    path = Path(__file__).with_name("grammar.yml")
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    groups = {name: value for name, value in _document().items() if name != "plain"}
    return {name: _pattern(value) for name, value in groups.items()}


def _pattern(value: str | list[str]) -> re.Pattern[str]:
    alternatives = value if isinstance(value, str) else "|".join(value)
    # A line break inside a pattern of the file arrives as a space after the bar.
    alternatives = alternatives.replace("| ", "|")
    return re.compile(rf"(?<![\w'])(?:{alternatives})(?!\w)")


@lru_cache(maxsize=1)
def _plain_forms() -> re.Pattern[str]:
    forms = sorted(_document()["plain"], key=len, reverse=True)
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, forms))})(?![\w'])")


def has(group: str, text: str) -> bool:
    """True when the text has a word of the group."""
    return _words()[group].search(text) is not None


def count(group: str, text: str) -> int:
    """How many words of the group the text has, up to three."""
    return len([*islice(_words()[group].finditer(text), MOST)])


def plain_english(text: str) -> str:
    """Lower case, with the spelling and the apostrophes that the parser knows: "hes" is "he's"."""
    plain = _document()["plain"]
    return _plain_forms().sub(lambda match: plain[match.group()], normalise(text))
