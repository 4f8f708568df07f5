"""Reads the training data and the development set without Rasa."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
DEVELOPMENT_SET = ROOT / "tests" / "evaluation" / "development.jsonl"
# As safe as `safe_load`, and ten times as fast.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Rasa marks entities as [words](name) or [words]{...}. The encoder reads only the words.
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Message:
    """A labelled message.

    Attributes:
        text: the message, without the marks of entities.
        label: the full label.
        near_miss: whether it has the words of an emergency but is not one.
    """

    text: str
    label: str
    near_miss: bool = False


def files(data: Path | None = None) -> Iterator[Path]:
    """Yields the files of the training data: the readable core, then the rest by name."""
    data = data or DATA
    yield data / "nlu.yml"
    yield from sorted((data / "nlu").rglob("*.yml"))


def corpus(data: Path | None = None) -> list[Message]:
    """Returns every example of every intent, in the order of the files."""
    return [message for path in files(data) for message in messages_in(path)]


def messages_in(path: Path) -> list[Message]:
    """Returns every example of every intent of a file (its format: data/README.md)."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    entries = document.get("nlu") or []
    return [
        Message(
            _ENTITY.sub(r"\1", line[2:].strip()),
            entry["intent"],
            bool((entry.get("metadata") or {}).get("near_miss")),
        )
        for entry in entries
        if "intent" in entry
        for line in entry["examples"].splitlines()
        if line.startswith("- ")
    ]


def development_set(path: Path = DEVELOPMENT_SET) -> list[Message]:
    """Returns the messages that thresholds are chosen on. Nothing is trained on them."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Message(row["text"], row["label"]) for row in rows]
