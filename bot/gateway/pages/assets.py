"""Loads the widget's script: one immutable file, named and digested by the widget's build."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    # Of the same script as Brotli packs it, in a file beside it.
    brotli: str = Field(pattern=r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Script:
    """Holds the script as it is served.

    Attributes:
        name: file name, with the version in it.
        integrity: value of the script element's `integrity` attribute.
        body: the file's bytes.
        packed: the same as a browser may ask for it, by content coding, the smallest first.
    """

    name: str
    integrity: str
    body: bytes
    packed: Mapping[str, bytes] = field(default_factory=dict)

    def for_browser(self, accepted: str) -> tuple[bytes, str | None]:
        """Returns the smallest form that a browser takes, and its content coding if it has one.

        Args:
            accepted: the request's Accept-Encoding; "" for none.
        """
        codings = [one.replace(" ", "").lower() for one in accepted.split(",")]
        for coding, body in self.packed.items():
            # What is named with the weight 0 is refused.
            if any(re.fullmatch(rf"{coding}(?:;q=(?!0(?:\.0*)?$).*)?", one) for one in codings):
                return body, coding
        return self.body, None


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
        brotli = (folder / f"{manifest.script}.br").read_bytes()
    except FileNotFoundError as error:
        raise NoScript(f"{error.filename} is missing: {mend}") from error
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        raise NoScript(f"{folder / 'manifest.json'} is not readable: {mend}. {error}") from error
    digest = "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
    if digest != manifest.integrity or hashlib.sha256(brotli).hexdigest() != manifest.brotli:
        raise NoScript(f"{folder / manifest.script} is not the file that was built: {mend}")
    packed = {"br": brotli, "gzip": gzip.compress(body, mtime=0)}
    return Script(manifest.script, manifest.integrity, body, packed)
