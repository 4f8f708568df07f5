"""The closed list of what is counted; docs/counters.md says what each name means.

Whatever is sent to the bot, a day of one force can only have as many rows as stand here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import get_args

from bot.content import labels
from bot.content.models import Language
from bot.content.render import PLAIN_INTENTS, TOP_LEVELS_WITH_TOPICS

# A page in a language that the register does not have; and where no language was told.
OTHER, UNKNOWN = "other", "unknown"
LANGUAGES = (*get_args(Language), OTHER, UNKNOWN)

# Upper limits in seconds of the reply times that are told apart; the last has none.
REPLY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_MORE = "more"


class Outcome(StrEnum):
    """How a turn can end; docs/gateway.md says what each means."""

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
    SAFE_REPLY_OVERLOADED = "safe_reply_overloaded"
    SWITCHED_OFF = "switched_off"
    # Over the limit, but in danger: 999 at once, without running the model.
    EMERGENCY_RATE_LIMITED = "emergency_rate_limited"
    # Refused.
    RATE_LIMITED = "rate_limited"
    INVALID = "invalid"
    # The client went away before the answer.
    ABANDONED = "abandoned"


# Turns in which the gateway answered in the place of a bot that could not.
SAFE_REPLIES = frozenset(
    {
        Outcome.SAFE_REPLY_ACTION_FAILED,
        Outcome.SAFE_REPLY_STORAGE_FAILED,
        Outcome.SAFE_REPLY_ERROR,
        Outcome.SAFE_REPLY_SILENT,
        Outcome.SAFE_REPLY_TIMEOUT,
        Outcome.SAFE_REPLY_UNAVAILABLE,
        Outcome.SAFE_REPLY_OVERLOADED,
    }
)
# Turns in which nobody got an answer, so that there is no reply time.
WITHOUT_ANSWER = frozenset({Outcome.RATE_LIMITED, Outcome.INVALID, Outcome.ABANDONED})

# Top levels of labels. `other`: a button that stands for none; `unread`: Rasa did not read it.
_LABELS = (
    *sorted(TOP_LEVELS_WITH_TOPICS),
    *sorted(PLAIN_INTENTS),
    "follow_up",
    "nation",
    "handover",
    "helpful",
    "rating",
    "nlu_fallback",
    OTHER,
    "unread",
)

COUNTERS: dict[str, tuple[str, ...]] = {
    "outcome": tuple(outcome.value for outcome in Outcome),
    "label": _LABELS,
    "check": ("asked", "yes", "no"),
    "helpful": ("yes", "no"),
    "rating": ("yes", "no", "not_asked"),
    "handover": ("offered", "consented", "confirmed", "emailed", "failed"),
    "end": ("exit", "end", "idle", "left", UNKNOWN),
    "error": ("storage", "request"),
    "seconds": (*(f"{limit:g}" for limit in REPLY_BUCKETS), _MORE),
}


def label_name(full_label: str | None) -> str:
    """What a label counts as.

    >>> label_name("advice/tracker"), label_name("check_denied"), label_name(None)
    ('advice', 'other', 'unread')
    """
    if full_label is None:
        return "unread"
    top = labels.top_level(full_label)
    return top if top in _LABELS else OTHER


def language_name(tag: str | None) -> str:
    """What the language of a page counts as.

    >>> language_name("en-GB"), language_name("xx"), language_name(None)
    ('en', 'other', 'unknown')
    """
    if tag is None:
        return UNKNOWN
    plain = tag.partition("-")[0].lower()
    return plain if plain in get_args(Language) else OTHER


def seconds_name(seconds: float) -> str:
    """The upper limit of the group of reply times that this one belongs to.

    >>> seconds_name(0.3), seconds_name(9)
    ('0.5', 'more')
    """
    return next((f"{limit:g}" for limit in REPLY_BUCKETS if seconds <= limit), _MORE)
