"""Reads the pinned libraries of a requirements file that `uv pip compile` has written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SERVING = Path(__file__).resolve().parents[1] / "requirements" / "serving.txt"

_ENTRY = re.compile(r"^(?=[a-z0-9])", re.MULTILINE)
_PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# One asker stands behind "via", several stand below it.
_VIA = re.compile(r"^ +# +(?:via +)?([a-z0-9][a-z0-9._-]*)(?: .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Pin:
    """One pinned library.

    Attributes:
        name: as the package index spells it.
        version: the only one that is installed.
        digests: SHA-256 of each file that may be installed.
        asked_by: who needs it: other libraries, and this project by its own name.
    """

    name: str
    version: str
    digests: tuple[str, ...]
    asked_by: tuple[str, ...]


def read(file: Path = SERVING) -> dict[str, Pin]:
    """Returns the pins by name.

    Raises:
        ValueError: an entry has no exact version or no digest.
    """
    _, *entries = _ENTRY.split(file.read_text(encoding="utf-8"))
    pins = [_pin(entry) for entry in entries]
    return {pin.name: pin for pin in pins}


def _pin(entry: str) -> Pin:
    found, digests = _PIN.match(entry), tuple(_HASH.findall(entry))
    if not found or not digests:
        raise ValueError(f"no exact version with a digest: {entry.splitlines()[0]}")
    asked_by = tuple(name for name in _VIA.findall(entry) if name != "via")
    return Pin(found[1], found[2], digests, asked_by)
