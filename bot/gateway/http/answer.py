"""Turns what Rasa said into the JSON of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.content.render import Button
from bot.gateway.http import buttons
from bot.gateway.turns.outcomes import Outcome
from bot.settings import get_settings

LANGUAGE = "en"
Said = list[Button | str]


@dataclass(frozen=True)
class TurnMetadata:
    """Holds what we know of a message besides its answer, but never its text.

    Attributes:
        label: the message's full label, if the bot understood one.
        answers_check: the message came after "Is this happening now?".
        has_storage_failed: the conversation could not be read or written.
    """

    label: str | None = None
    answers_check: bool = False
    has_storage_failed: bool = False


@dataclass(frozen=True)
class Answer:
    """Holds one turn's answer.

    Attributes:
        said: bubbles in order, at least one, then buttons.
        outcome: how the turn ended.
        metadata: what Rasa understood of the message, if it read it.
        is_repeat: the message was sent again, and this is the stored answer.
    """

    said: Said
    outcome: Outcome
    metadata: TurnMetadata = TurnMetadata()
    is_repeat: bool = False


def from_rasa(collected: list[dict[str, Any]]) -> Said:
    """Returns bubbles in order, then buttons of the last message with any; [] for silence."""
    said: list[str] = []
    offered: Said = []
    for message in collected:
        said += [part.strip() for part in re.split(r"\n\n+", message.get("text") or "")]
        if message.get("buttons"):
            offered = [Button(b["title"], b["payload"]) for b in message["buttons"]]
    return joined(said, offered)


def joined(*parts: Said | list[str]) -> Said:
    """Returns the bubbles of all parts without blanks and repeats, then all their buttons."""
    all_said = [said for part in parts for said in part]
    bubbles = [said for said in dict.fromkeys(all_said) if isinstance(said, str) and said]
    offered = [said for said in dict.fromkeys(all_said) if isinstance(said, Button)]
    return [*bubbles, *offered] if bubbles else []


def kept(said: Said) -> list[str | list[str]]:
    """Returns the answer in a form that fits into JSON. `given_again` reads it back."""
    return [part if isinstance(part, str) else [part.title, part.payload] for part in said]


def given_again(kept_answer: list[Any]) -> Said:
    """Returns the answer that `kept` wrote."""
    return [part if isinstance(part, str) else Button(*part) for part in kept_answer]


def bubbles_of(said: Said) -> list[str]:
    """Returns the bubbles without the buttons."""
    return [part for part in said if isinstance(part, str)]


def as_messages(said: Said, conversation_id: str) -> list[dict[str, Any]]:
    """Returns the answer as JSON objects, one per bubble. The last one has the buttons."""
    messages: list[dict[str, Any]] = [
        {"text": part, "buttons": [], "lang": LANGUAGE} for part in bubbles_of(said)
    ]
    key = get_settings().secret_key
    messages[-1]["buttons"] = [
        {"title": part.title, "id": buttons.issue(part.payload, conversation_id, key)}
        for part in said
        if isinstance(part, Button)
    ]
    return messages
