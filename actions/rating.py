"""Whether a page may ask "Did this answer it?" below an answer."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk import Tracker

from bot.slots import (
    CRISIS,
    CRISIS_AFTER,
    CRISIS_SEEN,
    DANGER_SEEN,
    EMERGENCY_MODE,
    HAPPENING_NOW,
    OPEN_QUESTION,
)

# What is said to "yes, that answered it" and to "no".
YES, NO = "rating/yes", "rating/no"
# Who tells how they feel gets no form to fill in.
_NOT_RATED = ("feelings/",)
_OF_DANGER = (DANGER_SEEN, EMERGENCY_MODE, CRISIS_SEEN)
_OPEN = (HAPPENING_NOW, CRISIS, CRISIS_AFTER)


def is_in_peace(tracker: Tracker) -> bool:
    """Whether neither danger nor a crisis came up in the conversation."""
    is_seen = any(tracker.get_slot(slot) for slot in _OF_DANGER)
    return not (is_seen or tracker.get_slot(OPEN_QUESTION) in _OPEN)


def fits(reply_id: str, said: Sequence[str]) -> bool:
    """Whether it may be asked of an answer: not beside 999, nor beside another question.

    Args:
        reply_id: of the answer.
        said: all bubbles of the message.
    """
    names_999 = any("999" in one for one in said)
    asks_itself = any(one.endswith("?") for one in said)
    return not (names_999 or asks_itself or reply_id.startswith(_NOT_RATED))
