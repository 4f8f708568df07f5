"""The evaluation sets (tests/evaluation/README.md): messages, conversations, answers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.nlu.corpus import DEVELOPMENT_SET

_FOLDER = DEVELOPMENT_SET.parent
BLIND, DEVELOPMENT = "blind", DEVELOPMENT_SET.stem
SETS = {name: _FOLDER / f"{name}.jsonl" for name in (BLIND, DEVELOPMENT)}
CONVERSATIONS = {name: _FOLDER / f"conversations-{name}.jsonl" for name in SETS}
ANSWERS = {name: _FOLDER / f"answers-{name}.jsonl" for name in SETS}
QUESTIONS = {name: _FOLDER / f"questions-{name}.jsonl" for name in SETS}
Line = TypeVar("Line", bound=BaseModel)
GroupKind = Literal["relation", "victim", "style", "length", "typos"]
# What the answer to a turn of a conversation has to be.
Expected = Literal["now", "crisis", "over", "unsure", "no", "open"]


class Example(BaseModel):
    """One message of a set."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    label: str
    group: dict[GroupKind, str | bool]
    near_miss: bool


class Turn(BaseModel):
    """What a person types, and what should come of it.

    Attributes:
        text: as typed.
        label: the full label it should get in its place.
        also: another label that would do.
        danger: what the answer has to be.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    label: str
    also: tuple[str, ...] = Field(default=(), alias="or")
    danger: Expected


class Conversation(BaseModel):
    """One person's turns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    about: str
    turns: tuple[Turn, ...]


class FormAnswer(BaseModel):
    """What is typed at one of the hand-over's two questions.

    Attributes:
        question: how somebody can be reached, or when.
        text: as typed.
        kind: an answer; danger now, with an answer or without; the yes taken back; else a question
            or something else without danger.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: Literal["way", "time"]
    text: str
    kind: Literal["answer", "danger", "refuse", "other"]


class QuestionAnswer(BaseModel):
    """What is typed at one of the bot's yes-or-no questions.

    Attributes:
        question: the danger question, or the slot of one of the four.
        text: as typed.
        kind: what it means; `danger` and `stop` at the four questions only. `else` is a question
            of their own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: Literal[
        "happening_now",
        "danger_over",
        "four_fixated",
        "four_obsessive",
        "four_unwanted",
        "four_repeated",
    ]
    text: str
    kind: Literal["yes", "no", "unsure", "danger", "stop", "else"]


def read(path: Path) -> list[Example]:
    """The examples of a file with one JSON object a line."""
    return read_lines(path, Example)


def read_conversations(path: Path) -> list[Conversation]:
    """The conversations of a file with one JSON object a line."""
    return read_lines(path, Conversation)


def read_answers(path: Path) -> list[FormAnswer]:
    """The answers of a file with one JSON object a line."""
    return read_lines(path, FormAnswer)


def read_questions(path: Path) -> list[QuestionAnswer]:
    """The answers to yes-or-no questions of a file with one JSON object a line."""
    return read_lines(path, QuestionAnswer)


def read_lines(path: Path, kind: type[Line]) -> list[Line]:
    """Returns the lines of a file with one JSON object a line, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [kind.model_validate_json(line) for line in lines if line.strip()]


def texts(name: str) -> list[str]:
    """Everything that is typed in a set: messages, turns of conversations, answers."""
    turns = [turn for one in read_conversations(CONVERSATIONS[name]) for turn in one.turns]
    answers = [one.text for one in read_answers(ANSWERS[name])]
    questions = [one.text for one in read_questions(QUESTIONS[name])]
    messages = [one.text for one in read(SETS[name])]
    return [*messages, *(turn.text for turn in turns), *answers, *questions]
