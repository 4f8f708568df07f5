"""Loads the widget's script: one immutable file, named and digested by the widget's build."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.settings import ROOT

DIST = ROOT / "widget" / "dist"


class Manifest(BaseModel):
    """Describes `widget/dist/manifest.json`."""

    model_config = ConfigDict(extra="forbid")
    version: str = Field(min_length=1)
    # The name has no folders in it, so it cannot point outside dist.
    script: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.js$")
    integrity: str = Field(pattern=r"^sha384-[A-Za-z0-9+/]{64}$")


@dataclass(frozen=True)
class Script:
    """Holds the script as it is served.

    Attributes:
        name: file name, with the version in it.
        integrity: value of the script element's `integrity` attribute.
        body: the file's bytes.
    """

    name: str
    integrity: str
    body: bytes


class NoScript(Exception):
    """Says that the script cannot be served, what is missing and how to build it."""


def load(folder: Path | None = None) -> Script:
    """Reads the manifest and its script, and checks that they belong together.

    Args:
        folder: where the widget's build put them; DIST when None.

    Raises:
        NoScript: a file is missing, or the script is not the one that was built.
    """
    folder = folder or DIST
    mend = "run python -m widget.build. Until then the chat's address shows the help page"
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        body = (folder / manifest.script).read_bytes()
    except FileNotFoundError as error:
        raise NoScript(f"{error.filename} is missing: {mend}") from error
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        raise NoScript(f"{folder / 'manifest.json'} is not readable: {mend}. {error}") from error
    digest = "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
    if digest != manifest.integrity:
        raise NoScript(f"{folder / manifest.script} is not the file that was built: {mend}")
    return Script(manifest.script, manifest.integrity, body)
