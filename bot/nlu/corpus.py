"""The corpus and the development set, read without Rasa."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "data" / "nlu"
DEVELOPMENT_SET = ROOT / "tests" / "evaluation" / "development.jsonl"
# Rasa marks entities as [words](name) or [words]{...}; the encoder reads the words only.
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


_NEAR_MISS_FILES = "near_misses"


@dataclass(frozen=True)
class Message:
    """A labelled message.

    Attributes:
        text: without the marks of entities.
        label: the full label.
        file: name of its file in data/nlu; "" for one from elsewhere.
    """

    text: str
    label: str
    file: str = ""

    @property
    def near_miss(self) -> bool:
        """Whether it shares the words of an emergency but is none; such have their own files."""
        return self.file.startswith(_NEAR_MISS_FILES)


def corpus(folder: Path = CORPUS) -> list[Message]:
    """Every example of every intent, in the order of the files."""
    return [message for path in sorted(folder.rglob("*.yml")) for message in messages_in(path)]


def messages_in(path: Path) -> list[Message]:
    """Every example of every intent of a file."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu") or []
    return [
        Message(_ENTITY.sub(r"\1", line[2:].strip()), entry["intent"], path.name)
        for entry in entries
        if "intent" in entry
        for line in entry["examples"].splitlines()
        if line.startswith("- ")
    ]


def development_set(path: Path = DEVELOPMENT_SET) -> list[Message]:
    """The messages that thresholds are chosen on; never trained on."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Message(row["text"], row["label"]) for row in rows]
