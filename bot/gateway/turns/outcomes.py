"""How a turn can end: a closed list. Every message ends in exactly one of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.counters.names import SAFE_REPLIES, Outcome
from bot.errors import reason_of
from bot.settings import get_settings
from bot.slots import CRISIS_CHECK, EMERGENCY_CHECK, OPENS

logger = logging.getLogger(__name__)


# What was said names the outcome: the reply whose first bubble a person sees. First match counts.
_BY_REPLY: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    (
        Outcome.EMERGENCY,
        (
            "emergency",
            "emergency_any_language",
            "emergency_reminder",
            "emergency_denied",
            "emergency_yes",
            "emergency_unsure",
        ),
    ),
    (Outcome.CRISIS, ("crisis", "crisis_after")),
    (Outcome.CHECKED, (EMERGENCY_CHECK, CRISIS_CHECK)),
    (Outcome.CLARIFIED, ("clarify", "clarify_again", "follow_up_unclear")),
    (Outcome.OUT_OF_SCOPE, ("out_of_scope",)),
)
# Families of replies that say whom to talk to where a life may be at risk.
_CRISIS = frozenset({"crisis", "crisis_after", CRISIS_CHECK})
# The reply that asks "Is this happening now?".
CHECK = EMERGENCY_CHECK
# Replies that are told to observers by name, beside the outcome, and what each is counted as.
COUNTED = {
    CHECK: ("check", "asked"),
    "check_denied": ("check", "no"),
    # By a button or typed: the reply is the same.
    "helpful/yes": ("helpful", "yes"),
    "helpful/no": ("helpful", "no"),
    "handover/offer": ("handover", "offered"),
    "handover/sending": ("handover", "consented"),
}
# Danger was seen and answered, so what was typed need not be looked at again.
DANGER_ANSWERED = frozenset({Outcome.EMERGENCY, Outcome.CRISIS, Outcome.CHECKED})
# The bot did not answer, and the widget keeps the words ready to be sent again.
NOT_ANSWERED = SAFE_REPLIES - {Outcome.SAFE_REPLY_STORAGE_FAILED}


@dataclass(frozen=True)
class TurnSummary:
    """What an observer learns of a finished turn. Never text, never a conversation's id.

    Attributes:
        outcome: how it ended.
        label: the full label of the message, where the bot understood one.
        seconds: from the first byte of the body to the answer.
        language: the language tag of the page, where it told one.
        answers_check: the message came after "Is this happening now?".
        has_storage_failed: the conversation could not be read or written.
        replies: which of a few replies were said (`replies_in`).
    """

    outcome: Outcome
    label: str | None = None
    seconds: float = 0.0
    language: str | None = None
    answers_check: bool = False
    has_storage_failed: bool = False
    replies: frozenset[str] = frozenset()


# Functions that are told of every turn, in this process. Add one when the server starts.
observers: list[Callable[[TurnSummary], None]] = []


def notify(turn: TurnSummary) -> None:
    """Tell all observers; one that fails must not cost a person their answer."""
    for observer in observers:
        try:
            observer(turn)
        except Exception as error:
            logger.error("observer failed: %s", reason_of(error))


def of_words(bubbles: Iterable[str]) -> Outcome:
    """The outcome that the bot's own words amount to.

    Args:
        bubbles: what was said, in order, at least one.
    """
    families = _families(bubbles)
    for outcome, names in _BY_REPLY:
        if families & set(names):
            return outcome
    return Outcome.ANSWERED


def replies_of(outcome: Outcome) -> tuple[str, ...]:
    """The families of replies that name an outcome, for one that is told by what was said."""
    return dict(_BY_REPLY)[outcome]


def tells_of_crisis_help(bubbles: Iterable[str]) -> bool:
    """Whether anything said tells whom to talk to in a crisis, whatever else comes first.

    Args:
        bubbles: what was said.
    """
    return not _CRISIS.isdisjoint(_families(bubbles))


def replies_in(bubbles: Iterable[str]) -> frozenset[str]:
    """Which replies were said, of those that observers are told by name.

    Args:
        bubbles: what was said.
    """
    return frozenset(COUNTED.keys() & _said(bubbles))


def asked_in(bubbles: Iterable[str]) -> str:
    """The question about danger that is open after what was said; "" where none was asked.

    Args:
        bubbles: what was said.
    """
    return next((OPENS[reply] for reply in _said(bubbles) if reply in OPENS), "")


def _families(bubbles: Iterable[str]) -> set[str]:
    return {_family(reply_id) for reply_id in _said(bubbles)}


def _said(bubbles: Iterable[str]) -> set[str]:
    by_first_bubble = _first_bubbles()
    return {by_first_bubble[bubble] for bubble in bubbles if bubble in by_first_bubble}


@lru_cache(maxsize=1)
def _first_bubbles() -> dict[str, str]:
    """First bubble -> the reply that it begins, of all replies that count for something."""
    register = get_register()
    force = register.forces[get_settings().force]
    wanted = {*COUNTED, *OPENS}.union(*(names for _, names in _BY_REPLY))
    found = {}
    for (reply_id, _), reply in register.replies.items():
        if {reply_id, _family(reply_id)} & wanted:
            where = render.Context(force, now_in_london(), render.nation_shown(reply))
            for simple in (False, True):
                found[render.bubbles(register, reply, where, simple)[0]] = reply_id
    return found


def _family(reply_id: str) -> str:
    """`emergency` of `emergency/in_home`, which is said instead of it."""
    return reply_id.partition("/")[0]
