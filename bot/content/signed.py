"""Which items a force has reviewed or signed off, and which answers it therefore does not show.

Every item ships as a draft. What a force has read stands in `data/forces/ID/signed.yml`, with a
digest of the text that was read: who changes the text has a draft again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.content import layers
from bot.content.models import Fact, Force, Item, Reply, Service
from bot.content.register import ContentError, Register, name_of

Status = Literal["draft", "reviewed", "signed_off"]
# A role and never a name: the file is kept for years, and in a repository.
Role = Literal["stalking_lead", "legal_services", "advocate", "communications", "service_owner"]
STATUSES: tuple[Status, ...] = get_args(Status)

# What people, or those who sign, see of an item. All other fields may change without a new reading.
TEXT: dict[type[Item], frozenset[str]] = {
    Fact: frozenset({"statement", "nation", "source", "more_sources", "force"}),
    Service: frozenset(
        {"name", "for_whom", "nation", "phone", "text_number", "email", "url", "hours"}
    ),
    Force: frozenset({"name", "nation", "home_url", "report_url", "non_emergency_phone"}),
    Reply: frozenset(
        {
            "nation", "elsewhere", "bubbles", "steps", "more", "simple", "question", "opening",
            "with_handover", "button", "services",
        }
    ),
}  # fmt: skip

# Answers that are shown whatever their status: those for somebody in danger or in a crisis.
_URGENT = (
    "emergency", "crisis", "danger/", "deaf/", "advice/silent_call", "safety/followed",
)  # fmt: skip
_ANSWERS = ("advice/", "reporting/")


class Signature(BaseModel):
    """That somebody in a role has read the text of an item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Its name in the register: `replies:advice/tracker:uk`, `services:nsh`.
    item: str
    status: Literal["reviewed", "signed_off"]
    role: Role
    date: dt.date
    text: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


Signatures = Mapping[str, tuple[Signature, ...]]


def digest(item: Item) -> str:
    """Sixteen hexadecimal digits that change with the text of an item, and with nothing else."""
    (kind,) = (kind for kind in TEXT if isinstance(item, kind))
    text = item.model_dump(mode="json", include=set(TEXT[kind]), exclude_defaults=True)
    written = json.dumps(text, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def file_of(force: str) -> Path:
    """The file of a force's signatures."""
    return layers.FORCES_FOLDER / force / layers.SIGNATURES


def read(force: str) -> Signatures:
    """A force's signatures by the name of the item; none where it has no such file.

    Raises:
        ContentError: the file cannot be read, or holds something else.
    """
    path = file_of(force)
    if not path.exists():
        return {}
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        listed = [Signature.model_validate(one) for one in document["signed"] or ()]
    except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError, ValidationError) as error:
        raise ContentError(f"{path}: not readable as signatures: {error}") from error
    return _by_item(listed)


def _by_item(listed: Iterable[Signature]) -> Signatures:
    found: dict[str, tuple[Signature, ...]] = {}
    for one in listed:
        found[one.item] = (*found.get(one.item, ()), one)
    return found


def write(force: str, signatures: Signatures) -> Path:
    """Writes the file anew, one signature a line, in the order of their items."""
    path = file_of(force)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"  - {json.dumps(one.model_dump(mode='json'), ensure_ascii=False)}"
        for item in sorted(signatures)
        for one in signatures[item]
    ]
    head = "# What this force has read: written by `python -m bot content sign`, docs/content.md.\n"
    path.write_text("\n".join([f"{head}signed:", *lines]) + "\n", encoding="utf-8")
    return path


def added(signatures: Signatures, new: Iterable[Signature]) -> Signatures:
    """The signatures with new ones, each in place of the earlier one of its item and role."""
    latest = {(one.item, one.role): one for kept in signatures.values() for one in kept}
    latest |= {(one.item, one.role): one for one in new}
    return _by_item(latest[key] for key in sorted(latest))


def valid(item: Item, signatures: Signatures) -> tuple[Signature, ...]:
    """The signatures of an item's present text."""
    return tuple(one for one in signatures.get(name_of(item), ()) if one.text == digest(item))


def status(item: Item, signatures: Signatures) -> Status:
    """The highest status that anybody gave the present text of an item."""
    given = [one.status for one in valid(item, signatures)]
    return max(given, key=STATUSES.index, default="draft")


def may_be_held_back(reply: Reply) -> bool:
    """True for an answer of ours to a question. What is said in danger or a crisis, when something
    failed, and by the chat of itself (greeting, notices, forms, the page) is shown whatever its
    status.
    """
    is_answer = bool(reply.asks) or reply.id.startswith(_ANSWERS)
    return is_answer and not reply.id.startswith(_URGENT)


def shown(register: Register, signatures: Signatures, least: Status) -> Register:
    """The register with the answers below a status held back.

    Args:
        register: the whole one.
        signatures: those of the force whose website it is.
        least: the status that an answer must have to be shown.
    """
    if least == "draft":
        return register
    held_back = frozenset(
        key
        for key, reply in register.replies.items()
        if (may_be_held_back(reply) or register.is_added(reply.id))
        and STATUSES.index(status(reply, signatures)) < STATUSES.index(least)
    )
    return replace(register, held_back=held_back)


def counted(register: Register, signatures: Signatures) -> dict[str, dict[Status, int]]:
    """Kind -> status -> how many items have it."""
    counts: dict[str, dict[Status, Any]] = {}
    for _, item in register.all_items():
        row = counts.setdefault(type(item).__name__, dict.fromkeys(STATUSES, 0))
        row[status(item, signatures)] += 1
    return counts
