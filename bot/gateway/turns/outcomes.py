"""Names how each turn ended. Every message gets exactly one outcome of a closed list."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.counters.names import SAFE_REPLIES, Outcome
from bot.errors import reason_of
from bot.slots import CRISIS_CHECK, CRISIS_LINE, EMERGENCY_CHECK, EMERGENCY_LINE, OPENS

logger = logging.getLogger(__name__)


# The replies that give a turn its outcome. The first match counts.
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
    (Outcome.CHECKED, (EMERGENCY_CHECK, CRISIS_CHECK, EMERGENCY_LINE, CRISIS_LINE)),
    (Outcome.CLARIFIED, ("clarify", "clarify_again", "follow_up_unclear", "which_asked")),
    (Outcome.OUT_OF_SCOPE, ("out_of_scope",)),
)
# Families of replies that say whom to talk to when a life may be at risk.
_CRISIS = frozenset({"crisis", "crisis_after", CRISIS_CHECK})
# The reply that asks "Is this happening now?".
CHECK = EMERGENCY_CHECK
# Replies that observers are told of by name, besides the outcome, and what each counts as.
COUNTED = {
    CHECK: ("check", "asked"),
    "check_denied": ("check", "no"),
    # The reply is the same for a button and for typed text.
    "helpful/yes": ("helpful", "yes"),
    "helpful/no": ("helpful", "no"),
    "rating/yes": ("rating", "yes"),
    "rating/no": ("rating", "no"),
    "not_asked": ("rating", "not_asked"),
    "handover/offer": ("handover", "offered"),
    "handover/sending": ("handover", "consented"),
}
# The reply that offers to put what happened in order, which the page does (docs/account.md).
ACCOUNT = "case/in_order"
# Danger was seen and answered, so we need not look at the typed text again.
DANGER_ANSWERED = frozenset({Outcome.EMERGENCY, Outcome.CRISIS, Outcome.CHECKED})
# The bot did not answer, and the widget keeps the text ready to send again.
NOT_ANSWERED = SAFE_REPLIES - {Outcome.SAFE_REPLY_STORAGE_FAILED}


@dataclass(frozen=True)
class TurnSummary:
    """Holds what an observer learns of a finished turn, never its text or conversation id.

    Attributes:
        outcome: how the turn ended.
        label: the full label of the message, if the bot understood one.
        seconds: from the first byte of the body to the answer.
        language: the language tag of the page, if it gave one.
        answers_check: the message came after "Is this happening now?".
        has_storage_failed: the conversation could not be read or written.
        replies: which of a few replies were said (`counted_in`).
    """

    outcome: Outcome
    label: str | None = None
    seconds: float = 0.0
    language: str | None = None
    answers_check: bool = False
    has_storage_failed: bool = False
    replies: frozenset[str] = frozenset()


# Functions that are told of every turn in this process. Add one when the server starts.
observers: list[Callable[[TurnSummary], None]] = []


def notify(turn: TurnSummary) -> None:
    """Tells all observers. One that fails must not cost a person their answer."""
    for observer in observers:
        try:
            observer(turn)
        except Exception as error:
            logger.error("observer failed: %s", reason_of(error))


def of_replies(replies: Iterable[str]) -> Outcome:
    """Returns the outcome of a turn, judging by what the bot said.

    Args:
        replies: the ids of the register's replies that were said.
    """
    families = _families(replies)
    for outcome, names in _BY_REPLY:
        if families & set(names):
            return outcome
    return Outcome.ANSWERED


def replies_of(outcome: Outcome) -> tuple[str, ...]:
    """Returns the families of replies that give a turn this outcome.

    Raises:
        KeyError: no reply gives this outcome.
    """
    return dict(_BY_REPLY)[outcome]


def tells_of_crisis_help(replies: Iterable[str]) -> bool:
    """Returns whether any reply says whom to talk to in a crisis, whatever else comes first.

    Args:
        replies: the ids of what was said.
    """
    return not _CRISIS.isdisjoint(_families(replies))


def counted_in(replies: Iterable[str]) -> frozenset[str]:
    """Returns which of the replies that observers are told of were said.

    Args:
        replies: the ids of what was said.
    """
    return frozenset(COUNTED.keys() & set(replies))


def asked_in(replies: Iterable[str]) -> str:
    """Returns the question about danger that these replies open; "" if they ask none.

    Args:
        replies: the ids of what was said, in order.
    """
    return next((OPENS[reply] for reply in replies if reply in OPENS), "")


def offers_account(replies: Iterable[str]) -> bool:
    """Returns whether any reply offers to put what happened in order.

    Args:
        replies: the ids of what was said.
    """
    return ACCOUNT in set(replies)


def _families(replies: Iterable[str]) -> set[str]:
    return {_family(reply_id) for reply_id in replies}


def _family(reply_id: str) -> str:
    """Returns `emergency` for `emergency/in_home`, a variant that is said instead of it."""
    return reply_id.partition("/")[0]
