"""The answers that can be found, with the questions that each of them lists. No Rasa here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.models import FollowUp, Language
from bot.content.pronouns import say
from bot.content.register import Register

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# One answer in so many is never taught to the encoder: they show how a new answer is found.
_UNTAUGHT = 10


@dataclass(frozen=True)
class Answer:
    """An answer, whatever the nation.

    Attributes:
        id: of its replies.
        topic: the label under which it comes.
        title: what it answers, in few words.
        often: how often it is asked for, from 1 to 5.
        nations: those in which it has words of its own; `uk` for all.
        asks: questions that it answers, each with the reply (id) that it follows, or None.
    """

    id: str
    topic: str
    title: str
    asks: tuple[tuple[str, str | None], ...]
    often: int = 3
    nations: tuple[str, ...] = ("uk",)


def answers(register: Register, language: Language = "en") -> list[Answer]:
    """Every answer that lists questions, in the order of the register.

    As they stand for every force, because one model serves all of them.
    """
    found: dict[str, Answer] = {}
    for (reply_id, nation), reply in (register.ours or register).replies.items():
        asks = tuple(
            (one.ask, one.after) if isinstance(one, FollowUp) else (one, None)
            for one in reply.asks.get(language, ())
        )
        if not asks:
            continue
        known = found.get(reply_id)
        button = say(reply.button.get(language, ""), "they")
        title = button or next(text for text, after in asks if not after)
        found[reply_id] = Answer(
            reply_id,
            reply.topic or reply_id,
            known.title if known else title,
            tuple(dict.fromkeys((*(known.asks if known else ()), *asks))),
            known.often if known else reply.often,
            (*(known.nations if known else ()), nation),
        )
    return list(found.values())


def listed(path: Path) -> Iterator[tuple[Any, ...]]:
    """Yields what a file says of how its answers are found, without checking it."""
    text = path.read_text(encoding="utf-8")
    if "asks" not in text:  # most files list none, and to read them takes time
        return
    document = yaml.load(text, Loader=_Loader)  # noqa: S506
    replies = document.get("replies") if isinstance(document, dict) else None
    for item in replies or []:
        if "asks" in item:
            yield tuple(item.get(one) for one in ("id", "topic", "button", "often", "asks"))


def titles(register: Register, language: Language = "en") -> dict[str, str]:
    """What each reply (id) is about, in few words; of those that nothing names, nothing.

    As for `answers`, whatever a force calls them.
    """
    found = {one.id: one.title for one in answers(register, language)}
    for (reply_id, _), reply in (register.ours or register).replies.items():
        if title := reply.button.get(language):
            found.setdefault(reply_id, say(title, "they"))
    return found


def is_taught(answer_id: str) -> bool:
    """Whether the encoder is taught the questions of an answer; the others are new to it."""
    return int(hashlib.sha256(answer_id.encode()).hexdigest(), 16) % _UNTAUGHT != 0
