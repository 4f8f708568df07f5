"""What the parts that work on one turn tell each other.

A context variable belongs to the turn that set it: two conversations at the same time never see
each other's, and nothing of it reaches an event or a log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from bot.safety.recent import Typed

# What the same person typed in the last two minutes, at most 200 characters, and that the bot did
# not yet answer as danger; "" when there is nothing. It is set around each turn, for the emergency
# net: danger may be split over two messages ("hes", then "here"). It is about the same moment as
# the message, so judge both texts joined by a space, beside the message alone.
previous_text: ContextVar[str] = ContextVar("previous_text", default="")
# The same with what was answered as danger: for the topic of a message, never for danger. Read with
# an earlier cry for help, "I am safe now" would sound like another.
recent_text: ContextVar[str] = ContextVar("recent_text", default="")


def _never() -> bool:
    return False


def _nothing() -> list[Any]:
    return []


async def _asked_nowhere() -> str:
    return ""


@dataclass
class InFlightTurn:
    """One turn: what the gateway gives along, and what it wants to know afterwards.

    Attributes:
        pending: what this process knows of earlier messages.
        typed: the message itself; None for a button.
        message: what tells the message from all others, also when it comes again; None where the
            page gave it no id.
        said: asked when the turn is stored: its whole answer, ready for JSON; [] while it has none
            or one with a hole.
        asked: the question about danger that is open, as far as this process and the store know
            (slot `asked`); "" for none.
        asked_elsewhere: asked where the store cannot be: the same as far as any process knows.
        danger, crisis: the tiers that the net gave the message, models and all; what a turn that
            fails afterwards must not lose.
        rules_see_danger: whether the rules alone see danger in the message; None until somebody
            asks. The policy does before each action, and the grammar of a long text takes long.
        is_danger_answered: asked when the turn is stored: may the net forget what was typed?
        previous: all that was typed just before, with what the store knows.
        failed_actions: names of the actions that could not do their work, and of the responses that
            found no words.
        has_storage_failed: the conversation could not be read or written.
        label: the full label of the message, where the bot understood one.
        answers_check: the message came after "Is this happening now?".
        seconds: in which the turn must have its answer; None where the usual deadline counts.
        is_given_up: the person was told to send the message again: nothing of it may be stored, and
            what is being written is undone.
    """

    pending: Sequence[Typed] = ()
    typed: Typed | None = None
    message: str | None = None
    said: Callable[[], list[Any]] = _nothing
    asked: str = ""
    asked_elsewhere: Callable[[], Awaitable[str]] = _asked_nowhere
    danger: str = "none"
    crisis: str = "none"
    rules_see_danger: bool | None = None
    is_danger_answered: Callable[[], bool] = _never
    previous: str = ""
    failed_actions: list[str] = field(default_factory=list)
    has_storage_failed: bool = False
    label: str | None = None
    answers_check: bool = False
    seconds: float | None = None
    is_given_up: bool = False

    async def ask_elsewhere(self) -> None:
        """Learn what is open, for a turn that is not answered out of the store.

        Another process may have asked since this one did.
        """
        self.asked = await self.asked_elsewhere() or self.asked


_turn: ContextVar[InFlightTurn | None] = ContextVar("turn", default=None)


def begin(turn: InFlightTurn) -> None:
    """Make it the turn that everything from here on works on."""
    _turn.set(turn)
    previous_text.set(turn.previous)
    recent_text.set(turn.previous)


def current() -> InFlightTurn:
    """The turn being worked on; outside of one, one that nobody looks at."""
    return _turn.get() or InFlightTurn()


def action_failed(name: str) -> None:
    """Report that an action of this turn could not do its work, or a response found no words.

    Args:
        name: its name, or "" when it is not known.
    """
    current().failed_actions.append(name)


def storage_failed() -> None:
    """Report that the conversation could not be read or written in this turn."""
    current().has_storage_failed = True
