"""The case: what a person has told of themselves, in a few categories. No text is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
import yaml

from bot.content.labels import TURN
from bot.content.pronouns import Pronoun
from bot.dialogue import local_force
from bot.safety.normalise import normalise
from bot.slots import ACCESS, EMERGENCY_REPLY, HEARD, PRONOUNS, WHO

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Who can speak here.
ROLES = ("self", "friend", "professional", "under_18", "accused")
# How much each part of what was told counts, learnt from whole chats.
ROLES_FILE = Path(__file__).with_name("roles.yml")
# So sure somebody has to be who they seem, and a message has to tell what they need.
_SURE = 0.6
# Who is taken for accused by mistake gets nothing that helps. So that has to be surer; and surer
# still, after two messages in a row, of who once surely spoke of what is done to them.
_ACCUSED, _ACCUSED_AFTER_ALL, _VICTIM = 0.8, 0.95, 0.9
# How often each is told in the chats from which the classifier learns: what it finds by chance.
_BY_CHANCE = {
    "self": 0.54, "friend": 0.2, "professional": 0.07, "under_18": 0.05, "accused": 0.14,
}  # fmt: skip
# The most that one message can speak for a role, or against it, as a logarithm; what is kept of it
# after the next.
_MOST, _KEPT = 3.0, 0.97
# What is told for or against a role counts only beyond that, so that hints do not add up to a role.
_HINT = 0.7
# Who says only "he" speaks of one man, or of several. What follows is not joined: "the shed".
_PRONOUNS: dict[Pronoun, re.Pattern[str]] = {
    "he": re.compile(r"(?<![\w'-])(?:he|he's|hes|him|his|himself|he'll|he'd)(?![\w'-])"),
    "she": re.compile(r"(?<![\w'-])(?:she|she's|shes|her|hers|herself|she'll|she'd)(?![\w'-])"),
}
# Such a share of their messages has to say the same.
_MOSTLY = 0.75
# Who writes for somebody else says "she" of her and of who stalks her.
_FOR_OTHERS = ("friend", "professional")
# So sure a message has to tell that somebody else is in danger; and the 999 replies for that.
_SURE_NOW = 0.3
EMERGENCIES_OF_OTHERS = ("emergency/for_someone", "emergency/child_taken")
# What somebody cannot use who needs to write instead of speak.
_NO_CALLS = ("deaf", "cannot_call")


class Heard(TypedDict):
    """All that was told of who speaks.

    Attributes:
        sums: how much it speaks for each of ROLES, by what messages tell, then by whose they
            are like.
        roles: how likely each is; the sum is 1.
        accused_before: how likely the accused was before the latest message.
        self_most: the most that who speaks for themselves ever was.
    """

    sums: list[float]
    roles: dict[str, float]
    accused_before: float
    self_most: float


def heard(
    before: Mapping[str, Any] | None, told: Mapping[str, float], like: Mapping[str, float]
) -> Heard:
    """Adds what one message tells of who speaks to what was told before.

    No single message settles it: "my mum could text her" sounds like an accused man's and like a
    friend's.

    Args:
        before: what was heard so far; None at the beginning.
        told: how likely each role is by what the message tells, and "" for what tells none.
        like: how likely each role is by whose messages it is like.
    """
    learnt, known = _learnt(), before or {}
    sums = speaks_for(
        np.array(known.get("sums") or [0.0] * 2 * len(ROLES)), told, like, learnt["often"]
    )
    scores = np.array(learnt["weights"]) @ sums + learnt["intercept"]
    shares = np.exp(scores - np.logaddexp.reduce(scores))
    roles = {role: round(float(share), 3) for role, share in zip(ROLES, shares, strict=True)}
    return {
        "sums": [round(float(one), 2) for one in sums],
        "roles": roles,
        "accused_before": known.get("roles", {}).get("accused", 0.0),
        "self_most": max(known.get("self_most", 0.0), roles["self"]),
    }


def _who(heard: Heard) -> str | None:
    """Who speaks, if that is sure enough."""
    roles = heard["roles"]
    who = max(roles, key=roles.__getitem__)
    if who != "accused":
        return who if roles[who] >= _SURE else None
    is_sure = roles[who] >= _ACCUSED
    if heard["self_most"] >= _VICTIM:
        is_sure = roles[who] >= _ACCUSED_AFTER_ALL and heard["accused_before"] >= _ACCUSED
    return who if is_sure else None


def speaks_for(
    sums: NDArray[np.float64],
    told: Mapping[str, float],
    like: Mapping[str, float],
    often: Mapping[str, float],
) -> NDArray[np.float64]:
    """Adds up how much messages speak for each role, as logarithms (see `heard`).

    Args:
        sums: what was added up so far.
        told, like: of one message.
        often: how often each role is met, which `like` finds by chance.
    """
    untold = told.get("", 0.0)
    by_telling = [
        (told.get(role, 0.0) + untold * _BY_CHANCE[role]) / _BY_CHANCE[role] for role in ROLES
    ]
    by_likeness = [like.get(role, 0.0) / often[role] for role in ROLES]
    logs = np.clip(np.log(np.maximum([*by_telling, *by_likeness], 1e-9)), -_MOST, _MOST)
    of_telling = logs[: len(ROLES)]
    logs[: len(ROLES)] = np.sign(of_telling) * np.maximum(np.abs(of_telling) - _HINT, 0)
    found: NDArray[np.float64] = _KEPT * sums + logs
    return found


@lru_cache(maxsize=1)
def _learnt() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(ROLES_FILE.read_text(encoding="utf-8"))
    return found


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
    if heard_now := read.get(HEARD):
        found[HEARD] = heard_now
        if who := _who(heard_now):
            found[WHO] = who
    access = read.get(ACCESS) or {}
    if access.get("name") and access["confidence"] >= _SURE:
        found[ACCESS] = str(access["name"])
    return {**found, **local_force.told(parse_data, slots)}


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


def is_for_others(parse_data: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    """Whether an emergency that is open is somebody else's, by what is told now and was before."""
    now = (parse_data.get(TURN) or {}).get(WHO) or {}
    is_said = now.get("name") in _FOR_OTHERS and now.get("confidence", 0.0) >= _SURE_NOW
    is_known = slots.get(WHO) in _FOR_OTHERS
    return is_said or is_known or slots.get(EMERGENCY_REPLY) in EMERGENCIES_OF_OTHERS
