"""The evaluation sets (tests/evaluation/README.md): one file each, one message a line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.serving.training import ROOT

_FOLDER = ROOT / "tests" / "evaluation"
BLIND, DEVELOPMENT = "blind", "development"
SETS = {name: _FOLDER / f"{name}.jsonl" for name in (BLIND, DEVELOPMENT)}
GroupKind = Literal["relation", "victim", "style", "length", "typos"]


class Example(BaseModel):
    """One message of a set."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    label: str
    group: dict[GroupKind, str | bool]
    near_miss: bool


def read(path: Path) -> list[Example]:
    """The examples of a file with one JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Example.model_validate_json(line) for line in lines if line.strip()]
