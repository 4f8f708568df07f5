"""The case: what a person has told of themselves, in a few categories. No text is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.content.labels import TURN
from bot.content.pronouns import Pronoun
from bot.safety.normalise import normalise
from bot.slots import ACCESS, HEARD, PRONOUNS, WHO

# So sure somebody has to be who they seem, and a message has to tell what they need.
_SURE = 0.6
# Nearly everybody speaks of themselves, so that has to be surer before it counts as told; and who
# is taken for accused by mistake gets nothing that helps.
_SURE_OF = {"self": 0.85, "accused": 0.75}
# Who writes, before they have told anything.
_AT_FIRST = {
    "self": 0.7, "friend": 0.12, "professional": 0.05, "under_18": 0.05, "accused": 0.08,
}  # fmt: skip
# How often each is told in the chats from which the classifier learns: what it finds by chance.
_BY_CHANCE = {
    "self": 0.54, "friend": 0.2, "professional": 0.07, "under_18": 0.05, "accused": 0.14,
}  # fmt: skip
# The most that one message can speak for a role, or against it; what is kept of it later.
_MOST, _KEPT = 20.0, 0.95
# Who says only "he" speaks of one man, or of several. What follows is not joined: "the shed".
_PRONOUNS: dict[Pronoun, re.Pattern[str]] = {
    "he": re.compile(r"(?<![\w'-])(?:he|he's|hes|him|his|himself|he'll|he'd)(?![\w'-])"),
    "she": re.compile(r"(?<![\w'-])(?:she|she's|shes|her|hers|herself|she'll|she'd)(?![\w'-])"),
}
# Such a share of their messages has to say the same.
_MOSTLY = 0.75
# Who writes for somebody else says "she" of her and of who stalks her.
_FOR_OTHERS = ("friend", "professional")
# What somebody cannot use who needs to write instead of speak.
_NO_CALLS = ("deaf", "cannot_call")


def heard(before: Mapping[str, float] | None, shares: Mapping[str, float]) -> dict[str, float]:
    """Adds what one message tells of who speaks to what was told before.

    No single message settles it: "my mum could text her" sounds like an accused man's and like a
    friend's.

    Args:
        before: how likely each role was; None at the beginning.
        shares: how likely each role is by the message alone, and "" for what tells none.

    Returns:
        how likely each role is now; the sum is 1.
    """
    known = before or _AT_FIRST
    untold = shares.get("", 0.0)
    weights = {}
    for role, first in _AT_FIRST.items():
        by_chance = _BY_CHANCE[role]
        speaks_for = (shares.get(role, 0.0) + untold * by_chance) / by_chance
        faded = known.get(role, first) ** _KEPT * first ** (1 - _KEPT)
        weights[role] = faded * min(max(speaks_for, 1 / _MOST), _MOST)
    whole = sum(weights.values())
    return {role: weight / whole for role, weight in weights.items()}


def told(parse_data: Mapping[str, Any], slots: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of the case after the latest message, by slot.

    Args:
        parse_data: of the message, with the turn classifier's reading.
        slots: those of the conversation before it.
    """
    read = parse_data.get(TURN) or {}
    found: dict[str, Any] = {}
    if counts := pronouns(slots.get(PRONOUNS), str(parse_data.get("text") or "")):
        found[PRONOUNS] = counts
    if roles := read.get(HEARD):
        found[HEARD] = roles
        who = max(roles, key=roles.__getitem__)
        if roles[who] >= _SURE_OF.get(who, _SURE):
            found[WHO] = who
    access = read.get(ACCESS) or {}
    if access.get("name") and access["confidence"] >= _SURE:
        found[ACCESS] = str(access["name"])
    return found


def pronouns(before: Mapping[str, int] | None, text: str) -> dict[str, int] | None:
    """Adds what one message says to how often only "he" and only "she" was said before.

    Args:
        before: the counts; None at the beginning.
        text: as typed; a payload says neither.
    """
    typed = "" if text.startswith("/") else normalise(text)
    said = [pronoun for pronoun, pattern in _PRONOUNS.items() if pattern.search(typed)]
    if len(said) != 1:
        return dict(before) if before else None
    return {**(before or {}), said[0]: (before or {}).get(said[0], 0) + 1}


def pronoun(slots: Mapping[str, Any]) -> Pronoun:
    """The person's own word for who stalks them; "they" as long as it is not clear.

    For somebody accused it is theirs for the other person.

    Args:
        slots: those of the conversation, with what the latest message told.
    """
    counts = slots.get(PRONOUNS)
    if not counts or slots.get(WHO) in _FOR_OTHERS:
        return "they"
    most: Pronoun = "he" if counts.get("he", 0) > counts.get("she", 0) else "she"
    return most if counts[most] >= _MOSTLY * sum(counts.values()) else "they"


def writes(access: str | None) -> bool:
    """Whether who has such a need can write to a helpline, but not ring it."""
    return access in _NO_CALLS
