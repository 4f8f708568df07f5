"""A force's own words: items that stand in place of ours, or beside them, for that force.

First `data/forces/ID/`, then the folder of CHAT_CONTENT, which stands before both. One model serves
every force, so what an answer is found by stays ours, and so does what the chat's script holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.content.models import Force, Item, Reply, Service
from bot.content.register import (
    CONTENT_FOLDER,
    ContentError,
    Items,
    Register,
    name_of,
    read,
    read_ours,
    whole,
)

FORCES_FOLDER = CONTENT_FOLDER.parent / "forces"
# What a force has read stands beside its words (bot/content/signed.py).
SIGNATURES = "signed.yml"
# The model learns the first three, and all forces have the same one. Who asks goes with them.
FOUND_BY = frozenset({"asks", "topic", "often", "for_whom"})
# The chat's script holds these words, with the numbers in them (widget/build.py).
_IN_SCRIPT = "widget/"
_SERVICE = re.compile(r"\{([a-z0-9_]+)\.")


def of_force(force: str, ours: Items | None = None) -> Register:
    """The register as it stands for a force: ours, with the force's own items in it.

    Args:
        force: its id.
        ours: the items that hold for every force; read anew if None.

    Raises:
        OperatorError: a file, an item or a setting is broken.
    """
    return merged(force, ours or read_ours(), *_folders(force))


def forces() -> list[str]:
    """The forces (ids) that have words of their own."""
    held = {one.name for one in FORCES_FOLDER.glob("*") if one.is_dir()}
    deployed, folder = _deployed()
    return sorted(held | ({deployed} if folder else set()))


def merged(force: str, ours: Items, *folders: Path) -> Register:
    """Our register with the items of these folders in it, those of the last before all others.

    Raises:
        ContentError: a file or an item is broken, or changes what is the same for every force.
    """
    if force not in ours.found["forces"]:
        raise ContentError(f"no force '{force}' in data/content/")
    items, own = ours.copy(), set()
    for folder in folders:
        layer = read(folder, f"{_called(folder)}/", but=[folder / SIGNATURES])
        for item in (one for kind in layer.found.values() for one in kind.values()):
            where = layer.files[name_of(item)]
            if problem := _same_for_all(item, ours):
                raise ContentError(f"{where}: {item.id}: {problem}")
            items.add(_found_as_ours(item, ours), where)
            own.add(name_of(item))
    if not own:
        return replace(whole(ours), force=force)
    return replace(whole(items), force=force, own=frozenset(own), ours=whole(ours))


def touched(register: Register) -> Iterator[tuple[str, Item]]:
    """(file, item) of a force's own items, and of ours that rest on one of them."""
    facts, services = (
        {name.partition(":")[2] for name in register.own if name.startswith(kind)}
        for kind in ("facts:", "services:")
    )
    for file, item in register.all_items():
        cited = {*item.facts} & facts if isinstance(item, Reply | Service) else set()
        told = _services_in(item) & services if isinstance(item, Reply) else set()
        if name_of(item) in register.own or cited or told:
            yield file, item


def _folders(force: str) -> list[Path]:
    deployed, folder = _deployed()
    return [FORCES_FOLDER / force, *([folder] if folder and deployed == force else [])]


def _deployed() -> tuple[str, Path | None]:
    """The force whose website this is, and the folder of its words outside of the project."""
    # It looks things up in the register.
    from bot.settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    return settings.force, settings.content


def _called(folder: Path) -> str:
    """A folder as messages name it."""
    root = CONTENT_FOLDER.parents[1]
    return (folder.relative_to(root) if folder.is_relative_to(root) else folder).as_posix()


def _same_for_all(item: Item, ours: Items) -> str | None:
    """What of an item may not be a force's own, and why; None where all of it may."""
    if isinstance(item, Force):
        return "forces: a force stands in data/content/, because every website knows every force"
    if isinstance(item, Reply) and (fields := sorted(FOUND_BY & item.model_fields_set)):
        return (
            f"{', '.join(fields)}: leave it out. What an answer is found by is the same for every "
            "force, because one model serves them all; it stands in data/content/"
        )
    of_script = (one for one in ours.found["replies"].values() if one.id.startswith(_IN_SCRIPT))
    if (isinstance(item, Reply) and item.id.startswith(_IN_SCRIPT)) or (
        isinstance(item, Service) and any(item.id in _services_in(one) for one in of_script)
    ):
        return "id: the chat's script has it, which is the same for every force; see data/content/"
    return None


def _found_as_ours(item: Item, ours: Items) -> Item:
    """A reply with what ours of the same id is found by."""
    if not isinstance(item, Reply):
        return item
    versions = [one for one in ours.found["replies"].values() if one.id == item.id]
    # That of its nation; of the others those that list questions first.
    versions.sort(key=lambda one: (one.nation != item.nation, not one.asks))
    if not versions:
        return item
    return item.model_copy(update={name: getattr(versions[0], name) for name in FOUND_BY})


def _services_in(reply: Reply) -> set[str]:
    """The services (ids) that a reply lists, and whatever its words name in braces."""
    words = repr(reply.model_dump(include={"bubbles", "steps", "more", "simple", "with_handover"}))
    return {*reply.services, *_SERVICE.findall(words)}
