"""Files of regular expressions: groups of them, and parts that several of them share.

Every file may also name the parts of `shared_words.yml`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.safety.normalise import plain_words

_PART = re.compile(r"<([a-z_]+)>")
# Words of a text that is read as a whole.
_LONGEST = 16
_SHARED_FILE = Path(__file__).with_name("shared_words.yml")


def read(path: Path) -> dict[str, str]:
    """Each group of a file as one expression, and each of its `parts`, by name.

    A group is a list of expressions.

    Raises:
        KeyError: a group names a part that is not there.
    """
    groups, parts = _opened(path)
    return parts | {name: _filled("|".join(group), parts) for name, group in groups.items()}


def compiled(path: Path) -> dict[str, re.Pattern[str]]:
    """The same, compiled."""
    return {name: re.compile(expression) for name, expression in read(path).items()}


def is_whole(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the words of a text are what a pattern finds, and no more.

    A few words only: some patterns can be cut in two ways at each phrase, and a text made for it
    would take them twice as long with every one more.
    """
    said = plain_words(text)
    return len(said.split()) <= _LONGEST and bool(pattern.fullmatch(said))


def each_compiled(path: Path) -> dict[str, tuple[re.Pattern[str], ...]]:
    """The expressions of each group, where it matters how many of them match.

    Such a group has a name for each of its expressions, which is a piece or a list of pieces that
    are joined.

    Raises:
        KeyError: an expression names a part that is not there.
    """
    groups, parts = _opened(path)
    return {
        name: tuple(re.compile(_filled(_joined(one), parts)) for one in group.values())
        for name, group in groups.items()
    }


@lru_cache(maxsize=1)
def shared() -> dict[str, str]:
    """The parts that every file may name; each is one group."""
    groups: dict[str, str] = yaml.safe_load(_SHARED_FILE.read_text(encoding="utf-8"))
    return groups


def _opened(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The groups of a file, and its `parts`.

    A part is one expression, or a list of pieces that are joined; it is filled in for its name in
    angle brackets, also in the parts after it.
    """
    groups: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts: dict[str, str] = {}
    for name, part in groups.pop("parts", {}).items():
        parts[name] = _filled(_joined(part), parts)
    return groups, parts


def _joined(part: str | list[str]) -> str:
    return part if isinstance(part, str) else "".join(part)


def _filled(expression: str, parts: dict[str, str]) -> str:
    known = shared() | parts
    return _PART.sub(lambda match: known[match[1]], expression)
