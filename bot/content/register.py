"""Loads `data/content/`, and what a force says in its place, into typed objects to look up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
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

# Said in place of an answer that is held back.
NOT_SIGNED_OFF = "not_signed_off"
# A number of a service in a fact or a force: it is written once, at the service.
_NUMBER = re.compile(r"\{([a-z0-9_]+)\.(phone|text_number)\}")

# libyaml where the wheel carries it (it does on all common platforms): ten times as fast.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentError(OperatorError):
    """The register is broken. The message names the file, the item and the field."""


@dataclass(frozen=True)
class Register:
    """Everything in `data/content/`, for one force with what it says in its own words.

    Replies are keyed by id and nation, so that one label can be answered differently in
    Scotland; all other items by id.
    """

    facts: dict[str, Fact]
    services: dict[str, Service]
    forces: dict[str, Force]
    replies: dict[tuple[str, Nation], Reply]
    files: dict[str, str]  # the name of each item (`name_of`) -> file, for error messages
    # Answers that the force has not signed off yet (bot/content/signed.py).
    held_back: frozenset[tuple[str, Nation]] = frozenset()
    # The force whose own words are in it, and the names of those items (bot/content/layers.py).
    force: str | None = None
    own: frozenset[str] = frozenset()
    # Ours, where a force's own words are in it: what the model learns from.
    ours: Register | None = None

    def reply(self, reply_id: str, nation: Nation = "england_wales") -> Reply:
        """The reply for a nation, else for the whole UK, else one that holds there too.

        Where there is none of these, the nation's own route; where it is held back, what is said in
        its place.

        Raises:
            KeyError: no reply has this id.
        """
        found = self._reply(reply_id, nation)
        if (found.id, found.nation) in self.held_back:
            return self.replies[NOT_SIGNED_OFF, "uk"]
        return found

    def _reply(self, reply_id: str, nation: Nation) -> Reply:
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

    def is_held_back(self, reply_id: str, nation: Nation) -> bool:
        """True where something else is said in place of an answer."""
        return bool(self.held_back) and self.reply(reply_id, nation).id == NOT_SIGNED_OFF

    def has_reply(self, reply_id: str) -> bool:
        """True when some nation has a reply with this id."""
        return reply_id in self._versions

    def versions(self, reply_id: str) -> dict[Nation, Reply]:
        """The replies with an id by their nation, in the order of the register."""
        return self._versions.get(reply_id, {})

    @cached_property
    def _versions(self) -> dict[str, dict[Nation, Reply]]:
        found: dict[str, dict[Nation, Reply]] = {}
        for (reply_id, nation), reply in self.replies.items():
            found.setdefault(reply_id, {})[nation] = reply
        return found

    def is_added(self, reply_id: str) -> bool:
        """True for a reply that only the force has."""
        return self.ours is not None and not self.ours.has_reply(reply_id)

    def all_items(self) -> Iterator[tuple[str, Item]]:
        """(file, item) for every item."""
        for kind in KINDS:
            for item in getattr(self, kind).values():
                yield self.files[name_of(item)], item


def name_of(item: Item) -> str:
    """The name of an item in the whole register: `services:nsh`, `replies:advice/tracker:uk`."""
    (kind,) = (kind for kind, model in KINDS.items() if isinstance(item, model))
    return f"{kind}:{item.id}" + (f":{item.nation}" if isinstance(item, Reply) else "")


@dataclass(frozen=True)
class Items:
    """The items of one folder, by kind and key, and the file of each by its name."""

    found: dict[str, dict[Any, Any]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    files: dict[str, str] = field(default_factory=dict)

    def add(self, item: Item, where: str) -> None:
        """Adds an item, in place of one with the same name."""
        name = name_of(item)
        self.found[name.partition(":")[0]][_key(item)] = item
        self.files[name] = where

    def copy(self) -> Items:
        """The same items, to which others can be added."""
        return Items({kind: {**items} for kind, items in self.found.items()}, {**self.files})


def _key(item: Item) -> Any:
    """What an item is found by among those of its kind."""
    return (item.id, item.nation) if isinstance(item, Reply) else item.id


def read(folder: Path, called: str = "", but: Sequence[Path] = ()) -> Items:
    """Reads every YAML file under a folder.

    Args:
        folder: where they are.
        called: what stands before the names of the files in messages.
        but: files that hold something else.

    Raises:
        ContentError: a file cannot be read, an item breaks its model, or an id stands twice.
    """
    items = Items()
    for path in sorted(one for one in folder.rglob("*.yml") if one not in but):
        where = called + path.relative_to(folder).as_posix()
        for item in _items_in(_text_of(path, where), where):
            if known := items.files.get(name_of(item)):
                raise ContentError(f"{where}: {item.id}: id: also stands in {known}")
            items.add(item, where)
    return items


def read_ours(folder: Path | None = None) -> Items:
    """Reads the items that hold for every force, from `data/content/` if no folder is named.

    Raises:
        ContentError: as in `read`, or nothing is there.
    """
    folder = folder or CONTENT_FOLDER
    items = read(folder)
    if not items.files:
        raise ContentError(f"{folder}: no content files (*.yml) here")
    return items


def load(folder: Path | None = None) -> Register:
    """Reads the register that holds for every force, from `data/content/` if no folder is named.

    Raises:
        ContentError: a file cannot be read, an item breaks its model, an id stands twice, or an
            item points to one that does not exist.
    """
    return whole(read_ours(folder))


def whole(items: Items) -> Register:
    """The register of these items.

    Raises:
        ContentError: an item points to one that does not exist.
    """
    found = items.copy().found
    _fill_in_numbers(found, items.files)
    register = Register(
        found["facts"],
        found["services"],
        found["forces"],
        _found_alike(found["replies"]),
        items.files,
    )
    _check_references(register)
    return register


def _fill_in_numbers(found: dict[str, dict[Any, Any]], files: dict[str, str]) -> None:
    """Puts the services' numbers into facts and forces, which so follow them.

    Raises:
        ContentError: a service is unknown, or has no such number.
    """
    services = found["services"]
    for kind, name in (("facts", "statement"), ("forces", "non_emergency_phone")):
        for item_id, item in found[kind].items():
            written: str = getattr(item, name)
            filled = _NUMBER.sub(
                lambda match: getattr(services.get(match[1]), match[2], None) or match[0], written
            )
            if unknown := _NUMBER.search(filled):
                where = files[f"{kind}:{item_id}"]
                raise ContentError(f"{where}: {item_id}: {name}: no number for {unknown[0]}")
            if filled != written:
                found[kind][item_id] = item.model_copy(update={name: filled})


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
def items_of_ours() -> Items:
    """The items that hold for every force, read once."""
    return read_ours()


@lru_cache(maxsize=1)
def whole_register() -> Register:
    """The register that holds for every force, read once: what the model is trained with."""
    return whole(items_of_ours())


@lru_cache(maxsize=1)
def get_register() -> Register:
    """The register of this process, read once: in its force's words, without what it holds back.

    Raises:
        OperatorError: the register, the settings or the force's signatures are broken.
    """
    # All of them look things up in the register.
    from bot.content import layers, signed  # noqa: PLC0415
    from bot.settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    register = layers.of_force(settings.force, items_of_ours())
    return signed.shown(register, signed.read(settings.force), settings.least_status)


def _text_of(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except ValueError as error:
        raise ContentError(f"{where}: not readable as YAML: {error}") from error


# A process reads the register more than once: for its settings, and for what a command does. Items
# do not change, so the same text gives the same ones.
@lru_cache(maxsize=512)
def _items_in(text: str, where: str) -> tuple[Item, ...]:
    return tuple(_typed(KINDS[kind], raw, where) for kind, raw in _raw_items(text, where))


def _raw_items(text: str, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506
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
        for name, target, known in pointers:
            if target not in known:
                raise ContentError(f"{where}: {item.id}: {name}: no item '{target}'")
            if name == "offers" and not any(
                reply.button for reply in register.versions(target).values()
            ):
                raise ContentError(
                    f"{where}: {item.id}: {name}: '{target}' has no 'button' text to offer"
                )
