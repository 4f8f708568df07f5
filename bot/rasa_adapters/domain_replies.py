"""Chooses the register item for a response, by the label and the words of the message.

`domain.yml` names a register item for each response (`text: "register:emergency"`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.safety import rules
from bot.safety.language import is_foreign
from bot.safety.normalise import normalise

REFERENCE = "register:"
EMERGENCY = "emergency"
UTTER_CALL_999 = "utter_call_999"
UTTER_CRISIS_HELP = "utter_crisis_help"
# "He told me to kill myself" is about the person who writes, whoever else is mentioned. "He said
# I'll kill myself" is not.
_TOLD_TO_DIE = re.compile(
    r"\b(?:me to|i should|ways to|i have to|make me) (?:go |just )?"
    r"(?:kill|hurt|harm|cut|hang|drown) my ?self\b"
)
_OF_OTHERS = ("crisis/stalker_threatens", "crisis/someone_else")
IN_ANY_LANGUAGE = "utter_call_999_in_any_language"
# Harm already done must not wait, so it has its own reply. A threat by the stalker is not in this
# list: its reply is a different one.
_HARM_AT_HAND = ("crisis/suicidal", "crisis/self_harm", "crisis/someone_else")
HARM_DONE = "utter_crisis_harm_done"


def item_said(
    responses: Mapping[str, list[dict[str, Any]]], name: str, label: str | None, text: str
) -> str | None:
    """Returns the id of the register item, or None if the response names none.

    Args:
        responses: the domain's responses.
        name: the response's name.
        label: the full label of the message being answered.
        text: that message.
    """
    item = _item(responses, name)
    if item is None:
        return None
    is_own = label in _OF_OTHERS and _TOLD_TO_DIE.search(normalise(text))
    if label and label.startswith(f"{item}/") and not is_own:
        # A topic may have its own reply: emergency/cannot_speak.
        item = _item(responses, f"utter_{label}") or item
    if label in _HARM_AT_HAND and name == UTTER_CRISIS_HELP and rules.tells_harm_done(text):
        item = _item(responses, HARM_DONE) or item
    if item == EMERGENCY and is_foreign(text):
        item = _item(responses, IN_ANY_LANGUAGE) or item
    return item


def _item(responses: Mapping[str, list[dict[str, Any]]], name: str) -> str | None:
    """Returns the id of the register item that a response of the domain names, if any."""
    variants = responses.get(name)
    reference = str(variants[0].get("text") or "") if variants else ""
    return reference.removeprefix(REFERENCE) if reference.startswith(REFERENCE) else None
