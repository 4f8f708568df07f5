"""How a turn can end: a closed list. Every message ends in exactly one of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.settings import get_settings

logger = logging.getLogger(__name__)


class Outcome(str, Enum):
    """The outcomes; docs/gateway.md says what each means."""

    # The bot answered.
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    CHECKED = "checked"
    CLARIFIED = "clarified"
    OUT_OF_SCOPE = "out_of_scope"
    ANSWERED = "answered"
    EMPTY = "empty"
    # The gateway answered by itself, because the bot could not.
    SAFE_REPLY_ACTION_FAILED = "safe_reply_action_failed"
    SAFE_REPLY_STORAGE_FAILED = "safe_reply_storage_failed"
    SAFE_REPLY_ERROR = "safe_reply_error"
    SAFE_REPLY_SILENT = "safe_reply_silent"
    SAFE_REPLY_TIMEOUT = "safe_reply_timeout"
    SAFE_REPLY_UNAVAILABLE = "safe_reply_unavailable"
    SWITCHED_OFF = "switched_off"
    # Over the limit, but in danger: 999 at once, without running the model.
    EMERGENCY_RATE_LIMITED = "emergency_rate_limited"
    # Refused.
    RATE_LIMITED = "rate_limited"
    INVALID = "invalid"
    # The client went away before the answer.
    ABANDONED = "abandoned"


# What was said names the outcome: the reply whose first bubble a person sees. First match counts.
_BY_REPLY: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    (Outcome.EMERGENCY, ("emergency", "emergency_reminder", "emergency_denied")),
    (Outcome.CRISIS, ("crisis",)),
    (Outcome.CHECKED, ("emergency_check", "crisis_check")),
    (Outcome.CLARIFIED, ("clarify", "clarify_again", "follow_up_unclear")),
    (Outcome.OUT_OF_SCOPE, ("out_of_scope",)),
)
# Danger was seen and answered, so what was typed need not be looked at again.
DANGER_ANSWERED = frozenset({Outcome.EMERGENCY, Outcome.CRISIS, Outcome.CHECKED})


@dataclass(frozen=True)
class Turn:
    """What an observer learns of a finished turn. Never text, never a conversation's id.

    Attributes:
        outcome: how it ended.
        label: the full label of the message, where the bot understood one.
        seconds: from the first byte of the body to the answer.
    """

    outcome: Outcome
    label: str | None
    seconds: float


# Functions that are told of every turn, in this process. Add one when the server starts.
observers: list[Callable[[Turn], None]] = []


def notify(turn: Turn) -> None:
    """Tell all observers; one that fails must not cost a person their answer."""
    for observer in observers:
        try:
            observer(turn)
        except Exception as error:
            logger.error("observer failed: %s", type(error).__name__)


def of_words(bubbles: Iterable[str]) -> Outcome:
    """The outcome that the bot's own words amount to.

    Args:
        bubbles: what was said, in order, at least one.
    """
    said = set(bubbles)
    for outcome, first_bubbles in _first_bubbles():
        if said & first_bubbles:
            return outcome
    return Outcome.ANSWERED


@lru_cache(maxsize=1)
def _first_bubbles() -> list[tuple[Outcome, frozenset[str]]]:
    register = get_register()
    force = register.forces[get_settings().force]
    found: dict[Outcome, set[str]] = {outcome: set() for outcome, _ in _BY_REPLY}
    for (reply_id, _), reply in register.replies.items():
        for outcome, names in _BY_REPLY:
            if reply_id in names or reply_id.partition("/")[0] in names:
                where = render.Context(force, now_in_london(), render.nation_shown(reply))
                for simple in (False, True):
                    found[outcome].add(render.bubbles(register, reply, where, simple)[0])
    return [(outcome, frozenset(bubbles)) for outcome, bubbles in found.items()]
