"""Questions that replies ask in passing, and what a typed answer to each leads to.

Those about danger and a crisis are not among them: `actions.conversation`.
"""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import conversation, yes
from bot.slots import OPEN_QUESTION

# Values of the slot `asked`.
SCREEN = "screen"
ERASING = "erasing"
TRACES = "traces"
HELPFUL = "helpful"
# The reply that asks, and what it asks.
_ASKED_IN = {
    "greet": SCREEN,
    "delete_chat_ask": ERASING,
    "delete_chat_yes": ERASING,
    "goodbye": TRACES,
    "helpful": HELPFUL,
}
_ANSWERS = {
    SCREEN: {"affirm": "screen_seen", "not_sure": "screen_seen"},
    ERASING: {
        "affirm": "delete_chat_yes",
        "not_sure": "delete_chat_yes",
        "deny": "delete_chat_no",
    },
    TRACES: {"affirm": "advice/traces"},
    HELPFUL: {"affirm": "helpful/yes", "deny": "helpful/no"},
}
# "Ok" is no answer to these, and "I don't know where to begin" is about something else.
_TO_THE_LETTER = (SCREEN, HELPFUL)


def question_in(reply_id: str | None) -> str | None:
    """What a reply asks at its end, for the slot `asked`."""
    return _ASKED_IN.get(reply_id or "")


def answer_to(tracker: Tracker) -> str | None:
    """The id of the reply to a typed answer; None where the message is none."""
    asked, label = tracker.get_slot(OPEN_QUESTION), conversation.label(tracker)
    if asked in _TO_THE_LETTER and not _is_to_the_letter(tracker):
        return None
    return _ANSWERS.get(asked, {}).get(label)


def _is_to_the_letter(tracker: Tracker) -> bool:
    text = conversation.text(tracker)
    label = conversation.label(tracker)
    if label == "affirm":
        return yes.is_meant(text) and not yes.is_plea(text)
    return label == "deny" or yes.is_mere_doubt(text)
