"""Reads requirements/advisories.yml, and says which pins nobody has looked at yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from packaging.version import Version
from pydantic import BaseModel, ConfigDict, Field

from release.pins import SERVING, Pin

FILE = SERVING.with_name("advisories.yml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Open(_Strict):
    """What a pinned version still has or may have, and why that does not matter here."""

    ids: tuple[str, ...]
    what: str = Field(min_length=1)
    why: str = Field(min_length=1)


class Library(_Strict):
    """What is known of one library; requirements/advisories.yml explains the fields."""

    reviewed: str
    at_least: str | None = None
    closed: str | None = None
    open: tuple[Open, ...] = ()
    not_it: str | None = None


class Advisories(_Strict):
    """The whole file."""

    reviewed_on: dt.date
    libraries: dict[str, Library]


def load(file: Path = FILE) -> Advisories:
    """Returns what was reviewed.

    Raises:
        pydantic.ValidationError: the file has another form.
    """
    return Advisories.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def problems(pins: Mapping[str, Pin], reviewed: Mapping[str, Library]) -> Iterator[str]:
    """Yields what keeps a release from being made, each with what to do."""
    for name, pin in pins.items():
        known = reviewed.get(name)
        if known is None:
            yield f"{name} {pin.version} is new: read its advisories and add it to {FILE.name}"
        elif known.reviewed != pin.version:
            yield (
                f"{name} is pinned at {pin.version}, and {known.reviewed} was reviewed: read what "
                f"was published for {pin.version} and write it into {FILE.name}"
            )
        elif known.at_least and Version(pin.version) < Version(known.at_least):
            yield f"{name} {pin.version} is older than {known.at_least}, which closed: take that"
    for name in reviewed.keys() - pins.keys():
        yield f"{name} is not pinned any more: take it out of {FILE.name}"
