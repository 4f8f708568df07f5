"""Files of regular expressions: groups of them, and parts that several of them share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

_PART = re.compile(r"<([a-z_]+)>")


def read(path: Path) -> dict[str, str]:
    """Each group of a file as one expression, and each of its `parts`, by name.

    A group is a list of expressions. A part is one expression, or a list of pieces that are joined;
    it is filled in for its name in angle brackets. Parts name no others.

    Raises:
        KeyError: a group names a part that is not there.
    """
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = {name: _joined(part) for name, part in document.pop("parts", {}).items()}
    groups = {name: _filled("|".join(group), parts) for name, group in document.items()}
    return parts | groups


def compiled(path: Path) -> dict[str, re.Pattern[str]]:
    """The same, compiled."""
    return {name: re.compile(expression) for name, expression in read(path).items()}


def _joined(part: str | list[str]) -> str:
    return part if isinstance(part, str) else "".join(part)


def _filled(expression: str, parts: dict[str, str]) -> str:
    return _PART.sub(lambda match: parts[match[1]], expression)
