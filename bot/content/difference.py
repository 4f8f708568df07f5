"""Shows how two registers differ: what was added, changed and taken out, in readable lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import yaml

from bot.content.models import Item
from bot.content.register import Register, name_of

# New dates of a review are no new words.
_UNSEEN = {"id", "reviewed", "review_by"}
_WIDTH = 90


def lines(old: Register, new: Register) -> Iterator[str]:
    """Yields a heading for each item that differs, and below it its old and its new lines."""
    before, after = (
        {name_of(item): item for _, item in register.all_items()} for register in (old, new)
    )
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"taken out: {name} ({old.files[name]})"
            yield from _marked("-", before[name])
        elif name not in before:
            yield f"added: {name} ({new.files[name]})"
            yield from _marked("+", after[name])
        elif changed := _changed(before[name], after[name]):
            where = dict.fromkeys((old.files[name], new.files[name]))
            yield f"changed: {name} ({' -> '.join(where)})"
            yield from changed


def _marked(sign: str, item: Item) -> Iterator[str]:
    return (f"  {sign}{line}" for line in _written(item))


def _changed(old: Item, new: Item) -> list[str]:
    if old == new:
        return []
    compared = difflib.unified_diff(_written(old), _written(new), lineterm="", n=1)
    # The first two lines would name files, and those between name line numbers.
    return [f"  {line}" for line in [*compared][2:] if not line.startswith("@@")]


def _written(item: Item) -> list[str]:
    """What an item says, as it would stand in a file, without what is left out."""
    fields = item.model_dump(mode="json", exclude=_UNSEEN, exclude_defaults=True)
    text = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text.splitlines()
