"""Turns what Rasa said into the JSON of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.content.bubble import Bubble, from_dict
from bot.content.messages import BUBBLES, RATING
from bot.content.render import MORE, Button, payload_for
from bot.gateway.http import buttons
from bot.gateway.turns.outcomes import Outcome
from bot.settings import get_settings

LANGUAGE = "en"
_MORE_PAYLOAD = payload_for(MORE)
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
    """Returns bubbles in order, then buttons of the last message with any; [] for silence.

    A button is left out where the page shows what it leads to in place.
    """
    said: list[str] = []
    offered: Said = []
    for message in collected:
        bubbles = [from_dict(one) for one in message.get(BUBBLES) or ()]
        said += bubbles or _parts(message.get("text") or "")
        if message.get("buttons"):
            in_place = {_MORE_PAYLOAD} if any("more" in one.layout for one in bubbles) else set()
            rating = [Button(b["title"], b["payload"], True) for b in message.get(RATING) or ()]
            in_place |= {one.payload for one in rating}
            plain = [Button(b["title"], b["payload"]) for b in message["buttons"]]
            offered = [*(one for one in plain if one.payload not in in_place), *rating]
    return joined(said, offered)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\n+", text)]


def joined(*parts: Said | list[str]) -> Said:
    """Returns the bubbles of all parts without blanks and repeats, then all their buttons."""
    all_said = [said for part in parts for said in part]
    bubbles = [said for said in dict.fromkeys(all_said) if isinstance(said, str) and said]
    offered = [said for said in dict.fromkeys(all_said) if isinstance(said, Button)]
    return [*bubbles, *offered] if bubbles else []


def kept(said: Said) -> list[Any]:
    """Returns the answer in a form that fits into JSON. `given_again` reads it back."""
    return [
        part.as_dict()
        if isinstance(part, Bubble)
        else [part.title, part.payload, part.is_rating]
        if isinstance(part, Button)
        else part
        for part in said
    ]


def given_again(kept_answer: list[Any]) -> Said:
    """Returns the answer that `kept` wrote."""
    return [
        from_dict(part)
        if isinstance(part, dict)
        else Button(*part)
        if isinstance(part, list)
        else part
        for part in kept_answer
    ]


def bubbles_of(said: Said) -> list[str]:
    """Returns the bubbles without the buttons."""
    return [part for part in said if isinstance(part, str)]


def replies_said(said: Said) -> list[str]:
    """Returns the ids of the register's replies that were said, one for each bubble of theirs."""
    return [part.reply for part in said if isinstance(part, Bubble) and part.reply]


def without_rating(said: Said) -> Said:
    """Returns the answer without the question whether it was one."""
    return [part for part in said if not (isinstance(part, Button) and part.is_rating)]


def as_messages(said: Said, conversation_id: str) -> list[dict[str, Any]]:
    """Returns the answer as JSON objects, one per bubble. The last one has the buttons."""
    messages = [_message(part) for part in bubbles_of(said)]
    key = get_settings().secret_key

    def issued(is_rating: bool) -> list[dict[str, str]]:
        return [
            {"title": part.title, "id": buttons.issue(part.payload, conversation_id, key)}
            for part in said
            if isinstance(part, Button) and part.is_rating is is_rating
        ]

    messages[-1]["buttons"] = issued(False)
    if rating := issued(True):
        messages[-1]["rating"] = rating
    return messages


def _message(said: str) -> dict[str, Any]:
    bubble = said if isinstance(said, Bubble) else Bubble(said)
    custom = {"reply": bubble.reply}
    return {
        "text": str(bubble), "buttons": [], "lang": LANGUAGE, "custom": custom, **bubble.layout,
    }  # fmt: skip
