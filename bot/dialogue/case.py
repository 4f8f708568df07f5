"""The case: what a person has told of themselves, in a few categories. No text is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.content.labels import TURN
from bot.slots import ACCESS, WHO

# So sure a message has to tell it.
_SURE = 0.6
# What somebody cannot use who needs to write instead of speak.
_NO_CALLS = ("deaf", "cannot_call")


def told(parse_data: Mapping[str, Any], least: float = _SURE) -> dict[str, str]:
    """What the latest message surely tells of the case, by slot.

    Args:
        parse_data: of the message, with the turn classifier's reading.
        least: so sure it has to tell it.
    """
    read = parse_data.get(TURN) or {}
    found = {slot: read.get(slot) or {} for slot in (WHO, ACCESS)}
    return {
        slot: str(one["name"])
        for slot, one in found.items()
        if one.get("name") and one["confidence"] >= least
    }


def writes(access: str | None) -> bool:
    """Whether who has such a need can write to a helpline, but not ring it."""
    return access in _NO_CALLS
