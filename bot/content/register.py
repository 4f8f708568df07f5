"""Loads `data/content/` into typed objects and looks things up in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from bot.content.models import Fact, FollowUp, Force, Item, Nation, Reply, Service
from bot.errors import OperatorError

CONTENT_FOLDER = Path(__file__).resolve().parents[2] / "data" / "content"

# The YAML key at the top of a file says what its items are.
KINDS: dict[str, type[Item]] = {
    "facts": Fact,
    "services": Service,
    "forces": Force,
    "replies": Reply,
}

ItemT = TypeVar("ItemT", bound=Item)

# libyaml where the wheel carries it (it does on all common platforms): ten times as fast.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentError(OperatorError):
    """The register is broken. The message names the file, the item and the field."""


@dataclass(frozen=True)
class Register:
    """Everything in `data/content/`.

    Replies are keyed by id and nation, so that one label can be answered differently in
    Scotland; all other items by id.
    """

    facts: dict[str, Fact]
    services: dict[str, Service]
    forces: dict[str, Force]
    replies: dict[tuple[str, Nation], Reply]
    files: dict[str, str]  # "kind:id" -> file, for error messages

    def reply(self, reply_id: str, nation: Nation = "england_wales") -> Reply:
        """The reply for a nation, else for the whole UK, else one that holds there too.

        Where there is none of these, the nation's own route.

        Raises:
            KeyError: no reply has this id.
        """
        for candidate in (nation, "uk"):
            if found := self.replies.get((reply_id, candidate)):
                return found
        if found := self.replies.get((reply_id, "england_wales")):
            # Else the law and the routes differ there.
            return found if found.elsewhere else self.replies[(f"nation/{nation}", nation)]
        # Else who asks for it asks for what is there in another nation.
        for other in ("scotland", "northern_ireland"):
            if found := self.replies.get((reply_id, other)):
                return found
        raise KeyError(reply_id)

    def has_reply(self, reply_id: str) -> bool:
        """True when some nation has a reply with this id."""
        return any(known == reply_id for known, _ in self.replies)

    def all_items(self) -> Iterator[tuple[str, Item]]:
        """(file, item) for every item."""
        for kind in ("facts", "services", "forces"):
            for item in getattr(self, kind).values():
                yield self.files[f"{kind}:{item.id}"], item
        for (reply_id, nation), reply in self.replies.items():
            yield self.files[f"replies:{reply_id}:{nation}"], reply


def load(folder: Path = CONTENT_FOLDER) -> Register:
    """Read every YAML file under `folder`.

    Raises:
        ContentError: a file cannot be read, an item breaks its model, an id stands twice, or an
            item points to one that does not exist.
    """
    found: dict[str, dict[Any, Any]] = {kind: {} for kind in KINDS}
    files: dict[str, str] = {}
    paths = sorted(folder.rglob("*.yml"))
    if not paths:
        raise ContentError(f"{folder}: no content files (*.yml) here")
    for path in paths:
        where = path.relative_to(folder).as_posix()
        for kind, raw in _raw_items(path, where):
            item = _typed(KINDS[kind], raw, where)
            key: Any = (item.id, item.nation) if isinstance(item, Reply) else item.id
            name = f"{kind}:{item.id}" + (f":{item.nation}" if isinstance(item, Reply) else "")
            if key in found[kind]:
                raise ContentError(f"{where}: {item.id}: id: also stands in {files[name]}")
            found[kind][key] = item
            files[name] = where
    register = Register(**{**found, "replies": _found_alike(found["replies"])}, files=files)
    _check_references(register)
    return register


def _found_alike(
    replies: dict[tuple[str, Nation], Reply],
) -> dict[tuple[str, Nation], Reply]:
    """Gives a nation's own words the questions of those for England and Wales.

    A version that lists none is found by the same, and has the same button.
    """
    alike = {}
    for (reply_id, nation), reply in replies.items():
        base = replies.get((reply_id, "england_wales"))
        if base is None or base is reply or reply.asks or not base.asks:
            alike[reply_id, nation] = reply
            continue
        shared = {
            "asks": base.asks,
            "often": base.often,
            "button": reply.button or base.button,
            "for_whom": reply.for_whom or base.for_whom,
        }
        alike[reply_id, nation] = reply.model_copy(update=shared)
    return alike


@lru_cache(maxsize=1)
def get_register() -> Register:
    """The register of this process, read once."""
    return load()


def _raw_items(path: Path, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-13-01
        raise ContentError(f"{where}: not readable as YAML: {error}") from error
    if not isinstance(document, dict):
        raise ContentError(f"{where}: expected a mapping with one of {', '.join(KINDS)} at the top")
    for kind, items in document.items():
        if str(kind).startswith("_"):  # YAML anchors shared by the items of a file
            continue
        if kind not in KINDS:
            raise ContentError(f"{where}: {kind}: unknown; expected one of {', '.join(KINDS)}")
        if not isinstance(items, list):
            raise ContentError(f"{where}: {kind}: expected a list of items")
        for raw in items:
            if not isinstance(raw, dict):
                raise ContentError(f"{where}: {kind}: expected a mapping, found {raw!r:.60}")
            yield kind, raw


def _typed(model: type[ItemT], raw: dict[str, Any], where: str) -> ItemT:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()
        )
        raise ContentError(f"{where}: {raw.get('id', '(no id)')}: {problems}") from error


def _check_references(register: Register) -> None:
    """Every id that an item names must exist."""
    reply_ids = {reply_id for reply_id, _ in register.replies}
    for where, item in register.all_items():
        pointers: list[tuple[str, str, Any]] = []
        if isinstance(item, Reply | Service):
            pointers += [("facts", fact, register.facts) for fact in item.facts]
        if isinstance(item, Fact) and item.force:
            pointers.append(("force", item.force, register.forces))
        if isinstance(item, Reply):
            pointers += [("services", service, register.services) for service in item.services]
            pointers += [("offers", offer, reply_ids) for offer in item.offers]
            pointers += [("follow_ups", target, reply_ids) for target in item.follow_ups.values()]
            asks = [one for said in item.asks.values() for one in said]
            pointers += [("asks", o.after, reply_ids) for o in asks if isinstance(o, FollowUp)]
        for field, target, known in pointers:
            if target not in known:
                raise ContentError(f"{where}: {item.id}: {field}: no item '{target}'")
            if field == "offers" and not any(
                reply.button
                for (reply_id, _), reply in register.replies.items()
                if reply_id == target
            ):
                raise ContentError(
                    f"{where}: {item.id}: {field}: '{target}' has no 'button' text to offer"
                )
