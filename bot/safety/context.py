"""Holds what the parts that work on one turn tell each other.

A context variable belongs to the turn that set it. Two conversations at the same time never see
each other's values, and no value reaches an event or a log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from bot.safety.recent import Typed

# What the same person typed in the last two minutes and the bot has not yet answered as danger: at
# most 200 characters, "" for nothing. It is set around each turn for the emergency net, because
# danger may be split over two messages ("hes", then "here"). It is about the same moment as the
# message, so judge both texts joined by a space as well as the message alone.
previous_text: ContextVar[str] = ContextVar("previous_text", default="")
# The same, including what was answered as danger. Use it for the topic of a message, never for
# danger: read with an earlier cry for help, "I am safe now" would sound like another one.
recent_text: ContextVar[str] = ContextVar("recent_text", default="")
# The same, at most 500 characters: what was told before tells which answer is meant.
typed_lately: ContextVar[str] = ContextVar("typed_lately", default="")


def _never() -> bool:
    return False


def _nothing() -> list[Any]:
    return []


async def _asked_nowhere() -> str:
    return ""


@dataclass
class InFlightTurn:
    """One turn in flight: what the gateway passes along, and what it wants to know afterwards.

    Attributes:
        pending: earlier messages that this process knows.
        typed: the message itself; None for a button.
        message: identifies the message, even when it is sent again; None if the page gave no id.
        said: called when the turn is stored; returns the whole answer, ready for JSON, or [] if
            there is none yet or a part of it is missing.
        asked: the open question about danger, as far as this process and the store know (slot
            `asked`); "" for none.
        is_asked_unstored: whether the turn that asked it could not be stored.
        asked_elsewhere: called when the store cannot be read; returns the open question as far as
            any process knows.
        danger, crisis: the tiers that the net gave the message, models included. A turn that fails
            afterwards must not lose them.
        rules_see_danger: whether the rules alone see danger in the message; None until something
            needs to know. It is kept because the policy asks before each action, and the grammar
            of a long text takes long.
        is_danger_answered: called when the turn is stored; returns whether the net may forget what
            was typed.
        previous: what was typed just before, including what the store knows.
        replies: ids of the register's replies that were said so far.
        failed_actions: names of the actions that could not do their work, and of the responses that
            found no words.
        has_storage_failed: whether the conversation could not be read or written.
        label: the full label of the message, if the bot understood one.
        answers_check: whether the message came after "Is this happening now?".
        seconds: the time in which the turn must be answered; None for the usual deadline.
        is_given_up: whether the person was told to send the message again. Nothing of it may be
            stored then, and anything being written is undone.
    """

    pending: Sequence[Typed] = ()
    typed: Typed | None = None
    message: str | None = None
    said: Callable[[], list[Any]] = _nothing
    asked: str = ""
    is_asked_unstored: bool = False
    asked_elsewhere: Callable[[], Awaitable[str]] = _asked_nowhere
    danger: str = "none"
    crisis: str = "none"
    rules_see_danger: bool | None = None
    is_danger_answered: Callable[[], bool] = _never
    previous: str = ""
    replies: list[str] = field(default_factory=list)
    failed_actions: list[str] = field(default_factory=list)
    has_storage_failed: bool = False
    label: str | None = None
    answers_check: bool = False
    seconds: float | None = None
    is_given_up: bool = False

    async def ask_elsewhere(self) -> None:
        """Updates the open question, for a turn that cannot rely on the store.

        Another process may have asked a question since this one did.
        """
        self.asked = await self.asked_elsewhere() or self.asked


_turn: ContextVar[InFlightTurn | None] = ContextVar("turn", default=None)


def begin(turn: InFlightTurn) -> None:
    """Makes this the current turn from here on."""
    _turn.set(turn)
    previous_text.set(turn.previous)
    recent_text.set(turn.previous)
    typed_lately.set(turn.previous)


def current() -> InFlightTurn:
    """Returns the current turn; outside a turn, a new one that nobody reads."""
    return _turn.get() or InFlightTurn()


def action_failed(name: str) -> None:
    """Reports that an action of this turn could not do its work, or a response found no words.

    Args:
        name: the name of the action or response; "" if it is not known.
    """
    current().failed_actions.append(name)


def storage_failed() -> None:
    """Reports that the conversation could not be read or written in this turn."""
    current().has_storage_failed = True
