"""Measures how often the answer that was asked for is given, at once or by one press.

The questions (tests/evaluation/asks-*.jsonl) were written by people who had not seen how the
answers list theirs, in four ways: told with a story, with slips of typing, in dialect or a second
language, and short after another answer.
"""

from __future__ import annotations

import json
import secrets
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.content.answers import is_taught
from bot.content.render import Button, payload_for
from bot.evaluation import evaluate
from bot.evaluation.conversations import Bot, open_bot
from bot.evaluation.judge import keep_quiet
from bot.evaluation.metrics import Share, share, totals
from bot.evaluation.sets import BLIND, read_lines
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome
from bot.nlu.corpus import DEVELOPMENT_SET
from bot.serving.training import ensure_model
from bot.slots import TOPIC

FOLDER = DEVELOPMENT_SET.parent
STYLES = ("story", "slips", "dialect", "follow_up")
_ALARMS = (Outcome.EMERGENCY, Outcome.CRISIS)


class Question(BaseModel):
    """A question, and the answers (ids) that answer it.

    Attributes:
        text: as typed.
        style: how it is asked.
        after: the answer (id) that it follows, for a follow-up.
        answers: any of them will do.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    style: Literal["story", "slips", "dialect", "follow_up"]
    after: str | None = None
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A question and what came of it.

    Attributes:
        question: what was asked.
        outcome: how the turn ended.
        answer: the id of the answer that was given, if any.
        offered: the payloads of the buttons below it.
        words: how many words were shown.
    """

    question: Question
    outcome: Outcome
    answer: str | None
    offered: frozenset[str]
    words: int

    @property
    def is_answered(self) -> bool:
        """Whether the answer was given at once."""
        return self.answer in self.question.answers

    @property
    def is_offered(self) -> bool:
        """Whether it was given, or stands on a button."""
        payloads = {payload_for(one) for one in self.question.answers}
        return self.is_answered or bool(payloads & self.offered)


def questions(name: str) -> list[Question]:
    """Returns the questions of a set, `development` or `blind`."""
    return read_lines(FOLDER / f"asks-{name}.jsonl", Question)


async def ask(asked: Sequence[Question]) -> list[Found]:
    """Asks each question in a conversation of its own, through the gateway's turns."""
    keep_quiet()
    with open_bot(ensure_model()) as bot:
        return [await _asked(bot, one) for one in asked]


async def _asked(bot: Bot, question: Question) -> Found:
    turns, name = Turns(bot.agent.handle_message), secrets.token_hex(16)
    if question.after:
        pressed = f"/advice{json.dumps({'reply': question.after})}"
        await bot.agent.handle_text(pressed, sender_id=name)
    before = await _topic(bot, name)
    answer = await turns.answer(bot.agent, MessageIn(conversation=name, text=question.text))
    after = await _topic(bot, name)
    is_given = answer.outcome not in _ALARMS and (after != before or question.after is None)
    return Found(
        question,
        answer.outcome,
        after if is_given else None,
        frozenset(one.payload for one in answer.said if isinstance(one, Button)),
        sum(len(one.split()) for one in answer.said if isinstance(one, str)),
    )


async def _topic(bot: Bot, name: str) -> str | None:
    tracker = await bot.agent.tracker_store.retrieve(name)
    return tracker.get_slot(TOPIC) if tracker else None


def measure(found: Sequence[Found]) -> dict[str, Any]:
    """Returns the totals: how many questions, the median of words shown, and the figures."""
    words = round(statistics.median(one.words for one in found))
    return totals(_shares(found), questions=len(found), words=words)


def _shares(found: Sequence[Found]) -> dict[str, Share]:
    def of(name: str, some: Sequence[Found]) -> dict[str, Share]:
        return {
            f"{name}_answered": share(some, lambda one: one.is_answered),
            f"{name}_by_one_press": share(some, lambda one: one.is_offered),
        }

    shares = of("all", found)
    for style in STYLES:
        shares |= of(style, [one for one in found if one.question.style == style])
    new = [one for one in found if not any(map(is_taught, one.question.answers))]
    return {
        **shares,
        **of("new", new),
        "alarms": share(found, lambda one: one.outcome in _ALARMS),
        "led": share(found, lambda one: one.outcome in DANGER_ANSWERED),
    }


def write_report(name: str, found: Sequence[Found]) -> Path:
    """Writes each question of a set with what came of it; of the blind set nothing but totals."""
    path = evaluate.ROOT / "reports" / f"asks-{name}.jsonl"
    path.parent.mkdir(exist_ok=True)
    rows = [] if name == BLIND else [_row(one) for one in found]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def _row(one: Found) -> dict[str, Any]:
    return {
        **one.question.model_dump(),
        "outcome": one.outcome,
        "answer": one.answer,
        "is_answered": one.is_answered,
        "is_offered": one.is_offered,
    }
