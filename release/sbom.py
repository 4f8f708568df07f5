"""Writes the bill of materials of what serves, as CycloneDX 1.6 in JSON (ECMA-424).

It is made of the pinned requirements, which say what may be installed, and not of an environment,
which says what happened to be. The same sources give the same file, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from bot.settings import ROOT
from release import advisories, pins
from release.advisories import Advisories
from release.pins import Pin

NAME = "stalking-support"
# For UUIDs of our own (RFC 9562, version 5).
_NAMESPACE = uuid.UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")
_ENCODERS = ("data/encoder", "data/chosen")


def bill(version: str, moment: str, found: Mapping[str, Pin], known: Advisories) -> dict[str, Any]:
    """Returns the bill of materials.

    Args:
        version: the version of this project.
        moment: when its sources were last changed, as `2026-11-30T12:00:00+00:00`.
        found: the pinned libraries.
        known: what is known of them.
    """
    subject = {"type": "application", "name": NAME, "version": version, "bom-ref": NAME}
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": moment, "component": subject},
        "components": [*_components(found), _python(), *map(_encoder, _ENCODERS)],
        "dependencies": list(_dependencies(found)),
        "vulnerabilities": list(_vulnerabilities(found, known)),
    }
    content = json.dumps(document, sort_keys=True)
    return document | {"serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, content)}"}


def present(version: str, moment: str) -> dict[str, Any]:
    """Returns the bill of materials of what is pinned now."""
    return bill(version, moment, pins.read(), advisories.load())


def _reference(pin: Pin) -> str:
    """A package URL, which is also how the parts of the file name each other."""
    return f"pkg:pypi/{pin.name}@{pin.version}"


def _components(found: Mapping[str, Pin]) -> Iterator[dict[str, Any]]:
    for pin in found.values():
        yield {
            "type": "library",
            "name": pin.name,
            "version": pin.version,
            "bom-ref": _reference(pin),
            "purl": _reference(pin),
            # Of each file that may be installed; pip refuses any other (--require-hashes).
            "hashes": [_hash(digest) for digest in pin.digests],
        }


def _python() -> dict[str, str]:
    version = (ROOT / ".python-version").read_text(encoding="ascii").strip()
    return {"type": "platform", "name": "cpython", "version": version, "bom-ref": "cpython"}


def _encoder(folder: str) -> dict[str, Any]:
    """A sentence encoder, which is in the repository and not in any index."""
    files = sorted(path for path in (ROOT / folder).iterdir() if path.is_file())
    parts = [
        {
            "type": "file",
            "name": path.name,
            "hashes": [_hash(hashlib.sha256(path.read_bytes()).hexdigest())],
        }
        for path in files
    ]
    return {
        "type": "machine-learning-model",
        "name": folder,
        "bom-ref": folder,
        "components": parts,
    }


def _hash(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}


def _dependencies(found: Mapping[str, Pin]) -> Iterator[dict[str, Any]]:
    references = {NAME: NAME} | {name: _reference(pin) for name, pin in found.items()}
    needs: dict[str, list[str]] = {name: [] for name in references}
    for name, pin in found.items():
        # What only a rule of pyproject.toml asks for counts as asked for by us.
        for asker in [one for one in pin.asked_by if one in needs] or [NAME]:
            needs[asker].append(references[name])
    needs[NAME] += ["cpython", *_ENCODERS]
    for name, needed in needs.items():
        yield {"ref": references[name], "dependsOn": needed}


def _vulnerabilities(found: Mapping[str, Pin], known: Advisories) -> Iterator[dict[str, Any]]:
    """What is open and does not matter here, in the words that scanners read (VEX)."""
    for name, library in known.libraries.items():
        for entry in library.open:
            for number in entry.ids:
                yield {
                    "id": number,
                    "description": entry.what,
                    "analysis": {"state": "not_affected", "detail": entry.why},
                    "affects": [{"ref": _reference(found[name])}],
                }
