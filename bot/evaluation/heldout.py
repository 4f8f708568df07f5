"""Measures held-out conversations, dangers and ordinary language: calm, and what is missed for it.

The writers of the conversations knew the product in outline only, those of the dangers the page of
labels. Nothing is trained or chosen on either (tests/evaluation/README.md), and only totals are
shown.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.content.labels import top_level
from bot.evaluation.conversations import Bot, open_bot
from bot.evaluation.judge import keep_quiet
from bot.evaluation.metrics import Share, share, totals
from bot.evaluation.sets import read_lines
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome
from bot.nlu.corpus import DATA, DEVELOPMENT_SET
from bot.serving.training import ensure_model

CONVERSATIONS = DEVELOPMENT_SET.with_name("conversations-heldout.jsonl")
DANGERS = DEVELOPMENT_SET.with_name("danger-heldout.jsonl")
BACKGROUND = DATA / "background"
_ALARMS = (Outcome.EMERGENCY, Outcome.CRISIS)


class HeldTurn(BaseModel):
    """What a person types in a held-out conversation.

    Attributes:
        text: as typed.
        state: what is going on.
        holds: what a good answer must hold, for people who judge it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    state: Literal["calm", "danger", "crisis", "unsure", "over"]
    holds: str


class HeldConversation(BaseModel):
    """One person's turns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    about: str
    turns: tuple[HeldTurn, ...]


class HeldMessage(BaseModel):
    """A message that stands alone, and its full label."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    label: str


def conversations(path: Path = CONVERSATIONS) -> list[HeldConversation]:
    """Returns the held-out conversations, in the order of the file."""
    return read_lines(path, HeldConversation)


def dangers(path: Path = DANGERS) -> list[HeldMessage]:
    """Returns the held-out emergencies and crises, in the order of the file."""
    return read_lines(path, HeldMessage)


def background(folder: Path = BACKGROUND) -> list[HeldMessage]:
    """Returns the ordinary messages of people in no danger, in the order of their files."""
    files = sorted(folder.glob("*.jsonl"))
    return [message for path in files for message in read_lines(path, HeldMessage)]


async def measure() -> dict[str, Any]:
    """Sends everything through the trained bot, as the gateway would; returns totals and no text.

    Raises:
        OperatorError: there is no model, and training failed.
    """
    keep_quiet()
    with open_bot(ensure_model()) as bot:
        held = [
            (turn.state, outcome)
            for one in conversations()
            for turn, outcome in zip(
                one.turns, await _outcomes(bot, [turn.text for turn in one.turns]), strict=True
            )
        ]
        messages = [*dangers(), *background()]
        alone = [(one.label, (await _outcomes(bot, [one.text]))[0]) for one in messages]
    return totals(shares(held, alone), turns=len(held), messages=len(alone))


async def _outcomes(bot: Bot, texts: Sequence[str]) -> list[Outcome]:
    """Returns how each turn of one conversation ended."""
    turns, name = Turns(bot.agent.handle_message), secrets.token_hex(16)
    return [
        (await turns.answer(bot.agent, MessageIn(conversation=name, text=text))).outcome
        for text in texts
    ]


def shares(
    held: Sequence[tuple[str, Outcome]], alone: Sequence[tuple[str, Outcome]]
) -> dict[str, Share]:
    """Returns the figures of `HELDOUT_FIGURES`.

    Args:
        held: the state and the outcome of each turn.
        alone: the full label and the outcome of each message that stands alone.
    """

    def of(state: str, *outcomes: Outcome) -> Share:
        return share([one for one in held if one[0] == state], _ended_in(outcomes))

    def of_alone(top: str, *outcomes: Outcome) -> Share:
        return share([one for one in alone if top_level(one[0]) == top], _ended_in(outcomes))

    calm = tuple(one for one in Outcome if one not in DANGER_ANSWERED)
    ordinary = [one for one in alone if top_level(one[0]) not in ("emergency", "crisis")]
    return {
        "calm_alarms": of("calm", *_ALARMS),
        "calm_checks": of("calm", Outcome.CHECKED),
        "over_believed": of("over", *calm),
        "danger_led_by_999": of("danger", Outcome.EMERGENCY),
        "danger_with_any_lead": of("danger", *DANGER_ANSWERED),
        "crisis_answered": of("crisis", Outcome.CRISIS),
        "crisis_with_any_lead": of("crisis", *DANGER_ANSWERED),
        "emergencies_alone": of_alone("emergency", Outcome.EMERGENCY),
        "emergencies_alone_with_any_lead": of_alone("emergency", *DANGER_ANSWERED),
        "crises_alone": of_alone("crisis", Outcome.CRISIS),
        "crises_alone_with_any_lead": of_alone("crisis", *DANGER_ANSWERED),
        "ordinary_alarms": share(ordinary, _ended_in(_ALARMS)),
        "ordinary_checks": share(ordinary, _ended_in((Outcome.CHECKED,))),
    }


def _ended_in(outcomes: Sequence[Outcome]) -> Callable[[tuple[str, Outcome]], bool]:
    return lambda one: one[1] in outcomes
