"""Reads the chats from which the turn classifier learns (data/turns/, format: data/README.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.dialogue import state
from bot.dialogue.acts import Act, Open
from bot.nlu.corpus import DATA
from bot.safety.normalise import normalise

FOLDER = DATA / "turns"
# Chats that were held or written to tell which answer fits. What people do in them, and whether
# they are in danger, was marked in passing: only who speaks and the choice of answers are learnt
# from them.
FOR_ANSWERS = FOLDER / "for_answers"
# What the bot's last answer was about where that is no topic, in words for the encoder.
_OF_NO_TOPIC = {
    "emergency": "call 999 now",
    "crisis": "who to talk to about suicide",
    "four": "the four questions",
    "handover": "an officer contacts you",
}
_EVERY = 6
Sure = Literal["no", "maybe", "now"]


class TypedTurn(BaseModel):
    """What a person typed at some place of a chat, and what it means there.

    Attributes:
        open: what waits for an answer.
        topic: what the bot's last answer was about; "" at the beginning.
        text: as typed.
        act: what the person does with it.
        means: of asks and tells the nearest label, if any.
        danger, crisis: whether there is any.
        facts: what it tells of the case.
        answers: the ids of those that a caseworker would choose for it, the best first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    open: Open
    topic: str
    text: str
    act: Act
    means: str
    danger: Sure
    crisis: Sure
    facts: dict[str, str] = Field(default_factory=dict)
    answers: tuple[str, ...] = ()


class Chat(BaseModel):
    """One person's turns in order.

    Attributes:
        about: who they are and what happens, in a few words.
        case: what is true of the case (as `facts` of a turn), told in the chat or not; {} where it
            was not marked.
        turns: what they typed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    case: dict[str, str] = Field(default_factory=dict)
    turns: tuple[TypedTurn, ...]


@dataclass(frozen=True)
class Example:
    """A turn as it is read.

    Attributes:
        turn: as it was marked.
        text: the message.
        before: what came before it, in words.
        lately: the same, with more of what was typed.
    """

    turn: TypedTurn
    text: str
    before: str
    lately: str


def chats(folder: Path = FOLDER) -> Iterator[Chat]:
    """Yields every chat, in the order of the files."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Chat.model_validate_json(line)


def parted() -> tuple[list[Chat], list[Chat]]:
    """All chats, and of these every sixth, by which the choice of answers is judged (training/)."""
    whole = [*chats(), *chats(FOR_ANSWERS)]
    learnt = [one for number, one in enumerate(whole) if number % _EVERY]
    return learnt, whole[::_EVERY]


def role_of(chat: Chat) -> str:
    """Who speaks in a chat; who tells nothing speaks of themselves."""
    if "who" in chat.case:
        return chat.case["who"]
    told = Counter(turn.facts["who"] for turn in chat.turns if "who" in turn.facts)
    return told.most_common(1)[0][0] if told else "self"


def tells_who(chat: Chat) -> bool:
    """Whether it was marked in a chat who speaks."""
    return "who" in chat.case or any("who" in turn.facts for turn in chat.turns)


def title_of(topic: str, titles: Mapping[str, str]) -> str:
    """What the bot's last answer was about, in words.

    Args:
        topic: of a turn.
        titles: what each reply (id) is about.
    """
    return _OF_NO_TOPIC.get(topic) or titles.get(topic, "")


def examples(chat: Chat, titles: Mapping[str, str]) -> Iterator[Example]:
    """Yields the turns of a chat, each with what came before it.

    Args:
        chat: one person's turns.
        titles: what each reply (id) is about.
    """
    earlier, typed = "", ""
    for turn in chat.turns:
        title = title_of(turn.topic, titles)
        before = state.came_before(turn.open, title, typed)
        both = f"{earlier} {typed}"
        lately = state.came_before(turn.open, title, both, state.MOST_TYPED_LATELY)
        yield Example(turn, normalise(turn.text), before, lately)
        earlier, typed = typed, turn.text
